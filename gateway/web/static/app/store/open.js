// Which room is open. There is one at a time, and its screens share it.

import { get } from "../api.js";
import { stayingHere } from "../routes.js";
import { whenLeaving } from "../session.js";
import { Room } from "./room.js";

let open = null;

/** The room with this id; the one that was open before is closed. */
export function openRoom(id) {
  if (open?.id !== id || open.state.value === "lost") {
    open?.close();
    open = new Room(id);
  }
  return open;
}

/** The room that has the task, and the task loaded in it; null if the person went on. Throws Problem or Unreached. */
export async function openTask(id) {
  if (open?.tasks.confirmed(id)) {
    await open.loadTask(id);
    return open;
  }
  const isHere = stayingHere();
  const view = await get(`/v1/tasks/${id}`);
  if (!isHere()) return null;
  const room = openRoom(view.task.room_id);
  room.takeTask(view);
  return room;
}

export function closeRoom() {
  open?.close();
  open = null;
}

whenLeaving(closeRoom);

// My rooms, what is assigned to me in all of them, and what is due soon: one call, then the stream over all rooms.

import { get, withQuery } from "../api.js";
import { explain, t } from "../messages.js";
import { Empty, Field, Form, Loading, Missing } from "../parts/controls.js";
import { Due } from "../parts/due.js";
import { PriorityMark } from "../parts/icons.js";
import { go } from "../routes.js";
import { send } from "../store/outbox.js";
import { closeRoom } from "../store/room.js";
import { Stream } from "../store/stream.js";
import { html, useEffect, useRef, useState } from "../view.js";

const QUIET_MS = 400;

function useHome() {
  const [home, setHome] = useState(null);
  const [error, setError] = useState(null);
  const stream = useRef(null);
  const load = async () => {
    try {
      const view = await get("/v1/me/home");
      setHome(view);
      setError(null);
      if (view.cursor && stream.current === null) stream.current = follow(view.cursor, load);
    } catch (failure) {
      setError(failure);
    }
  };
  useEffect(() => {
    closeRoom();
    load();
    return () => {
      if (stream.current) stream.current.close();
      // An answer that is still on its way opens none any more.
      stream.current = false;
    };
  }, []);
  const more = async () => {
    const page = await get(withQuery("/v1/me/home", { after: home.rooms.next }));
    setHome({ ...home, rooms: { items: [...home.rooms.items, ...page.rooms.items], next: page.rooms.next } });
  };
  return { home, error, load, more };
}

// Home counts and sorts over all rooms, which only the server does; so a burst of changes is one more call.
function follow(cursor, load) {
  let timer = 0;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(load, QUIET_MS);
  };
  return new Stream("/v1/events", cursor, { change: soon, revoked: soon, resync: soon });
}

export function HomeScreen() {
  const { home, error, load, more } = useHome();
  if (!home) {
    return error ? html`<${Missing} what=${t("home.title")} status=${error.code}
      onRetry=${load} />` : html`<${Loading} />`;
  }
  const names = Object.fromEntries(home.rooms.items.map((room) => [room.id, room.name]));
  return html`<div class="page home">
    <h1 class="unseen">${t("home.title")}</h1>
    ${error && html`<p class="form-error" role="alert">${explain(error)}</p>`}
    <section aria-labelledby="home-rooms" class="home-rooms">
      <h2 id="home-rooms">${t("home.rooms")}</h2>
      <${Rooms} rooms=${home.rooms} more=${more} />
      <${NewRoom} isFirst=${!home.rooms.items.length} />
    </section>
    <section aria-labelledby="home-assigned" class="home-tasks">
      <h2 id="home-assigned">${t("home.assigned")}</h2>
      <${Tasks} part=${home.assigned} status=${home.parts.tasks} names=${names} load=${load}
        empty=${t("home.nothing_assigned")} />
    </section>
    <section aria-labelledby="home-due" class="home-tasks">
      <h2 id="home-due">${t("home.due_soon")}</h2>
      <${Tasks} part=${home.due_soon} status=${home.parts.tasks} names=${names} load=${load}
        empty=${t("home.nothing_due")} />
    </section>
  </div>`;
}

function Rooms({ rooms, more }) {
  if (!rooms.items.length) return html`<${Empty} icon="people">${t("home.no_rooms")}<//>`;
  return html`<ul class="room-tiles">
      ${rooms.items.map(
        (room) => html`<li key=${room.id}>
          <a class="room-tile" href=${`/rooms/${room.id}`}>
            <strong>${room.name}</strong>
            ${room.description && html`<span class="room-about">${room.description}</span>`}
            <span class="room-facts">
              <span class="badge">${t(`role.${room.role}`)}</span>
              <span>${room.open_tasks === null ? t("home.count_missing") : t("home.open_tasks", { count: room.open_tasks })}</span>
            </span>
          </a>
        </li>`,
      )}
    </ul>
    ${rooms.next && html`<button type="button" class="more" onClick=${more}>${t("more")}</button>`}`;
}

function NewRoom({ isFirst }) {
  const create = async ({ name }) => {
    const answer = await send({ method: "POST", path: "/v1/rooms", body: { name }, resource: "new room" });
    go(`/rooms/${answer.body.id}`);
  };
  return html`<div class="new-room">
    <${Form} submit=${t("home.new_room")} kind=${isFirst ? "primary" : ""} onSubmit=${create}>
      ${(errors) => html`<${Field} label=${t("home.room_name")} unseenLabel=${true} name="name" required
        maxlength="120"
        placeholder=${t("home.room_name")} error=${errors.name} autocomplete="off" />`}
    <//>
  </div>`;
}

function Tasks({ part, status, names, load, empty }) {
  if (!part) return html`<${Missing} what=${t("tasks")} status=${status} onRetry=${load} />`;
  if (!part.items.length) return html`<${Empty} icon="check">${empty}<//>`;
  return html`<ul class="rows">
    ${part.items.map(
      (task) => html`<li key=${task.id}>
        <a class="task-row" href=${`/tasks/${task.id}`}>
          <span class="status-dot status-${task.status}"><span class="unseen">${t(`status.${task.status}`)}</span></span>
          <span class="task-row-title">${task.title}<span class="hint">${names[task.room_id] ?? ""}</span></span>
          <${PriorityMark} priority=${task.priority} label=${t(`priority.${task.priority}`)} />
          ${task.due_at && html`<${Due} time=${task.due_at} isDone=${task.status === "done"} />`}
        </a>
      </li>`,
    )}
  </ul>`;
}

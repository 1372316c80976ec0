// My rooms, what is assigned to me in all of them, and what is due soon: one call, then the stream over all rooms.

import { explain, t } from "../messages.js";
import { Connection } from "../parts/connection.js";
import { Empty, Field, Form, Loading, Missing } from "../parts/controls.js";
import { Due } from "../parts/due.js";
import { PriorityMark } from "../parts/icons.js";
import { More } from "../parts/more.js";
import { useTitle } from "../parts/title.js";
import { go, stayingHere } from "../routes.js";
import { Home } from "../store/home.js";
import { closeRoom } from "../store/open.js";
import { send } from "../store/outbox.js";
import { html, useEffect, useMemo } from "../view.js";

function useHome() {
  const home = useMemo(() => new Home(), []);
  useEffect(() => {
    closeRoom();
    home.load();
    return () => home.close();
  }, []);
  return home;
}

export function HomeScreen() {
  const home = useHome();
  useTitle(t("home.title"));
  const view = home.view.value;
  const error = home.error.value;
  if (!view) {
    return error ? html`<${Missing} what=${t("home.title")} status=${error.code}
      onRetry=${() => home.load()} />` : html`<${Loading} />`;
  }
  return html`<${Connection} state=${home.connection} />
    <div class="page home">
    <h1 class="unseen">${t("home.title")}</h1>
    ${error && html`<p class="form-error" role="alert">${explain(error)}</p>`}
    <section aria-labelledby="home-rooms" class="home-rooms">
      <h2 id="home-rooms">${t("home.rooms")}</h2>
      <${Rooms} rooms=${view.rooms} more=${() => home.moreRooms()} />
      <${NewRoom} isFirst=${!view.rooms.items.length} />
    </section>
    <section aria-labelledby="home-assigned" class="home-tasks">
      <h2 id="home-assigned">${t("home.assigned")}</h2>
      <${Tasks} home=${home} name="assigned" empty=${t("home.nothing_assigned")} />
    </section>
    <section aria-labelledby="home-due" class="home-tasks">
      <h2 id="home-due">${t("home.due_soon")}</h2>
      <${Tasks} home=${home} name="due_soon" empty=${t("home.nothing_due")} />
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
    ${rooms.next && html`<${More} load=${more} />`}`;
}

function NewRoom({ isFirst }) {
  const create = async ({ name }) => {
    const isHere = stayingHere();
    const answer = await send({ method: "POST", path: "/v1/rooms", body: { name }, resource: "new room" });
    if (isHere()) go(`/rooms/${answer.body.id}`);
  };
  return html`<div class="new-room">
    <${Form} submit=${t("home.new_room")} kind=${isFirst ? "primary" : ""} onSubmit=${create}>
      ${(errors) => html`<${Field} label=${t("home.room_name")} unseenLabel=${true} name="name" required
        maxlength="120"
        placeholder=${t("home.room_name")} error=${errors.name} autocomplete="off" />`}
    <//>
  </div>`;
}

function Tasks({ home, name, empty }) {
  const { [name]: part, rooms, status } = home.view.value;
  if (!part) return html`<${Missing} what=${t("tasks")} status=${status} onRetry=${() => home.load()} />`;
  if (!part.items.length && !part.next) return html`<${Empty} icon="check">${empty}<//>`;
  const names = Object.fromEntries(rooms.items.map((room) => [room.id, room.name]));
  return html`<ul class="rows">
      ${part.items.map((task) => html`<${Row} key=${task.id} task=${task} room=${names[task.room_id] ?? ""} />`)}
    </ul>
    ${part.next && html`<${More} load=${() => home.moreTasks(name)} />`}`;
}

function Row({ task, room }) {
  return html`<li>
    <a class="task-row" href=${`/tasks/${task.id}`}>
      <span class="status-dot status-${task.status}"><span class="unseen">${t(`status.${task.status}`)}</span></span>
      <span class="task-row-title">${task.title}<span class="hint">${room}</span></span>
      <${PriorityMark} priority=${task.priority} label=${t(`priority.${task.priority}`)} />
      ${task.due_at && html`<${Due} time=${task.due_at} isDone=${task.status === "done"} />`}
    </a>
  </li>`;
}

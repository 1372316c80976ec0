// One task on the board.

import { t } from "../messages.js";
import { Avatar } from "../parts/controls.js";
import { PriorityMark } from "../parts/icons.js";
import { Due } from "../parts/due.js";
import { classes, html, useComputed, useLayoutEffect, useRef } from "../view.js";
import { focusCard, lifted, setStop } from "./stops.js";

const MOST_FACES = 3;

export function Card({ room, id, isStop }) {
  const place = useRef(null);
  // A card that others move is drawn anew in its column: the focus goes along.
  useLayoutEffect(() => () => {
    const { status } = room.tasks.cell(id).peek() ?? {};
    if (status && place.current?.contains(document.activeElement)) focusCard(status, id);
  }, []);
  const isLifted = useComputed(() => lifted.value?.id === id).value;
  const task = room.tasks.cell(id).value;
  if (!task) return null;
  const isDraft = task.number === null;
  const canMove = !isDraft && room.may("task.move", task);
  return html`<li ref=${place} class=${classes("card", isDraft && "draft", isLifted && "lifted", canMove && "movable")}
    data-task=${id}>
    ${isDraft
      ? html`<span class="card-title">${task.title}</span>`
      : html`<a class="card-title" href=${`/tasks/${id}`} data-over=${room.id} tabindex=${isStop ? 0 : -1}
        draggable=${false}
        aria-describedby=${canMove ? "card-help" : undefined}
        onFocus=${() => setStop(task.status, id)}>${task.title}</a>`}
    <${Facts} room=${room} task=${task} />
  </li>`;
}

function Facts({ room, task }) {
  const faces = task.assignees.slice(0, MOST_FACES);
  const rest = task.assignees.length - faces.length;
  return html`<div class="card-facts">
    ${task.number !== null && html`<span class="number">#${task.number}</span>`}
    <${PriorityMark} priority=${task.priority} label=${t(`priority.${task.priority}`)} />
    ${task.due_at && html`<${Due} time=${task.due_at} isDone=${task.status === "done"} />`}
    <span class="spring"></span>
    ${task.assignees.length > 0 && html`<span class="faces">
      ${faces.map((userId) => html`<${Avatar} key=${userId} id=${userId} name=${room.name(userId)} size="small" />`)}
      ${rest > 0 && html`<span class="faces-rest">+${rest}</span>`}
    </span>`}
  </div>`;
}

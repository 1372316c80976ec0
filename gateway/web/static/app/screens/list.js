// A room's tasks as a list, in the order that the person chose.

import { t } from "../messages.js";
import { Avatar, Empty } from "../parts/controls.js";
import { Due } from "../parts/due.js";
import { Icon, PriorityMark } from "../parts/icons.js";
import { useGrowing } from "../parts/later.js";
import { QuickAdd } from "../parts/quick-add.js";
import { moveTask } from "../store/writes.js";
import { html } from "../view.js";

export function TaskList({ room, ids }) {
  const shown = ids.value.slice(0, useGrowing(ids.value.length));
  return html`<div class="task-list">
    ${room.may("task.create") && html`<${QuickAdd} room=${room} label=${t("board.add")} />`}
    ${shown.length
      ? html`<ul class="rows">${shown.map((id) => html`<${Row} key=${id} room=${room} id=${id} />`)}</ul>`
      : html`<${Empty} icon="list">${t("list.empty")}<//>`}
  </div>`;
}

function Row({ room, id }) {
  const task = room.tasks.cell(id).value;
  if (!task) return null;
  const isDone = task.status === "done";
  return html`<li class="list-row ${isDone ? "done" : ""}" data-task=${id}>
    <${DoneBox} room=${room} task=${task} isDone=${isDone} />
    <span class="number">${task.number === null ? "" : `#${task.number}`}</span>
    ${task.number === null ? html`<span class="row-title">${task.title}</span>` : html`<a class="row-title"
      href=${`/tasks/${id}`}>${task.title}</a>`}
    <span class="row-facts">
      <span class="row-status"><span class="status-dot status-${task.status}"
        aria-hidden="true"></span>${t(`status.${task.status}`)}</span>
      <span class="row-priority"><${PriorityMark} priority=${task.priority}
        label=${t(`priority.${task.priority}`)} /></span>
      <span class="row-due">${task.due_at && html`<${Due} time=${task.due_at} isDone=${isDone} />`}</span>
      <span class="row-people faces">
        ${task.assignees.slice(0, 3).map((userId) => html`<${Avatar} key=${userId} id=${userId}
          name=${room.name(userId)} size="small" />`)}
      </span>
    </span>
  </li>`;
}

function DoneBox({ room, task, isDone }) {
  const toggle = () => moveTask(room, task.id, { status: isDone ? "todo" : "done" });
  const label = t(isDone ? "list.reopen" : "list.complete", { title: task.title });
  return html`<button type="button" class="done-box" role="checkbox" aria-checked=${isDone} aria-label=${label}
    title=${label}
    disabled=${task.number === null || !room.may("task.move", task)} onClick=${toggle}>
    ${isDone && html`<${Icon} name="check" size=${12} />`}
  </button>`;
}

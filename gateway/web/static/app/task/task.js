// All of one task: what is to be done, its fields, what people said, and what happened to it.

import { t } from "../messages.js";
import { IconButton, Missing } from "../parts/controls.js";
import { Icon } from "../parts/icons.js";
import { useTitle } from "../parts/title.js";
import { deleteTask } from "../store/writes.js";
import { fullTime } from "../times.js";
import { html, useState } from "../view.js";
import { Comments } from "./comments.js";
import { Fields } from "./fields.js";
import { History } from "./history.js";
import { Description, Title } from "./texts.js";

export function Task({ room, id, headingLevel, onGone }) {
  const task = room.tasks.cell(id).value;
  const [tab, setTab] = useState("comments");
  useTitle(task ? `#${task.number} ${task.title}` : t("nowhere.title"));
  if (!task) return null;
  const { parts = {} } = room.views.value[id] ?? {};
  const retry = () => room.loadTask(id).catch(() => {});
  const remove = () => {
    onGone();
    deleteTask(room, task);
  };
  return html`<article class="task" aria-labelledby="task-title">
    <header class="task-head">
      <a class="task-room" href=${`/rooms/${room.id}`}><${Icon}
        name="board" />${room.room.value?.name ?? t("room")}</a>
      <span class="number">#${task.number}</span>
      <span class="spring"></span>
      ${room.may("task.delete") && html`<${IconButton} icon="bin" label=${t("task.delete")} onClick=${remove} />`}
    </header>
    <${Title} room=${room} task=${task} level=${headingLevel} />
    <div class="task-columns">
      <div class="task-texts">
        <${Description} room=${room} task=${task} />
        <${Tabs} tab=${tab} setTab=${setTab} />
        <div role="tabpanel" id="task-tab-panel" aria-labelledby="task-tab-${tab}">
          ${tab === "comments" ? html`<${Comments} room=${room} task=${task} status=${parts.comments}
            onRetry=${retry} />` : html`<${History} room=${room} task=${task} />`}
        </div>
      </div>
      <aside class="task-fields" aria-label=${t("task.fields")}>
        <${Fields} room=${room} task=${task} />
        ${[parts.people, parts.assignees].some((each) => each && each !== "ok") && html`<${Missing}
          what=${t("people")} onRetry=${retry} />`}
        <p class="hint">${t("task.created", { name: room.name(task.created_by), time: fullTime(task.created_at) })}</p>
      </aside>
    </div>
  </article>`;
}

const TABS = ["comments", "history"];

function Tabs({ tab, setTab }) {
  const onKey = (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = TABS.find((each) => each !== tab);
    setTab(other);
    document.getElementById(`task-tab-${other}`).focus();
  };
  return html`<div class="task-tabs" role="tablist" aria-label=${t("task.talk")} onKeyDown=${onKey}>
    ${TABS.map(
      (each) => html`<button key=${each} type="button" role="tab" id="task-tab-${each}" aria-selected=${each === tab}
        aria-controls="task-tab-panel" tabindex=${each === tab ? 0 : -1}
        onClick=${() => setTab(each)}>${t(`task.${each}`)}</button>`,
    )}
  </div>`;
}

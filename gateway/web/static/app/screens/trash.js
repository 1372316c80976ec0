// Tasks that were deleted, for the 30 days in which they can come back.

import { t } from "../messages.js";
import { Empty } from "../parts/controls.js";
import { Icon } from "../parts/icons.js";
import { Paged, usePages } from "../parts/paged.js";
import { send } from "../store/outbox.js";
import { tellDone, tellProblem } from "../store/toasts.js";
import { takeResults } from "../store/writes.js";
import { ago } from "../times.js";
import { html, useEffect } from "../view.js";

export default function TrashScreen({ room }) {
  const list = usePages(`/v1/rooms/${room.id}/trash`);
  const change = room.latest.value;
  useEffect(() => {
    if (change?.kind === "task" && (change.op === "delete" || change.op === "restore")) list.reload();
  }, [change]);
  const restore = async (task) => {
    try {
      const answer = await send({ method: "POST", path: `/v1/tasks/${task.id}/restore`, resource: `/v1/tasks/${task.id}` });
      room.tasks.take(answer.body);
      list.set((items) => items.filter((each) => each.id !== task.id));
      tellDone(t("trash.restored"), answer, takeResults(room));
    } catch (error) {
      tellProblem(error);
    }
  };
  return html`<h2>${t("trash.title")}</h2>
    <p class="lead">${t("trash.lead")}</p>
    <${Paged} list=${list} empty=${html`<${Empty} icon="bin">${t("trash.empty")}<//>`}
      row=${(task) => html`<li key=${task.id} class="trash-row">
        <span class="number">#${task.number}</span>
        <span class="row-title">${task.title}<span class="hint">${t("trash.deleted", { when: ago(task.deleted_at) })}</span></span>
        ${room.may("task.restore") && html`<button type="button" onClick=${() => restore(task)}><${Icon}
          name="restore" />${t("trash.restore")}</button>`}
      </li>`} />`;
}

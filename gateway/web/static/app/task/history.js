// What happened to a task, the latest first.

import { t } from "../messages.js";
import { Happened } from "../parts/happened.js";
import { Paged, usePages } from "../parts/paged.js";
import { html, useEffect } from "../view.js";

export function History({ room, task }) {
  const list = usePages(`/v1/tasks/${task.id}/history`, room.takePeople);
  useEffect(() => {
    room.members.need();
  }, [room]);
  useEffect(() => {
    if (list.items) list.reload();
  }, [task.version]);
  return html`<${Paged} list=${list} kind="happenings" empty=${html`<p class="hint">${t("activity.empty")}</p>`}
    row=${(each) => html`<${Happened} key=${each.id} room=${room} happened=${each} />`} />`;
}

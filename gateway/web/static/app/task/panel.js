// A task over its board. Escape goes back to the card that it was opened from.

import { t } from "../messages.js";
import { Empty, IconButton, Loading, Missing } from "../parts/controls.js";
import { Dialog } from "../parts/dialog.js";
import { useTitle } from "../parts/title.js";
import { close } from "../routes.js";
import { focusCard } from "../board/stops.js";
import { html, useEffect, useState } from "../view.js";
import { Task } from "./task.js";

export default function TaskPanel({ room, id }) {
  const [error, setError] = useState(null);
  const task = room.tasks.cell(id).value;
  const load = () => room.loadTask(id).then(() => setError(null), setError);
  useEffect(() => {
    load();
    // Once the panel is gone: as long as it is open, nothing behind it takes the focus.
    return () => {
      room.leaveTask(id);
      const { status } = room.tasks.cell(id).peek() ?? {};
      if (status) focusCard(status, id);
    };
  }, [id]);
  const leave = () => close(`/rooms/${room.id}`);
  const isGone = error?.status === 404 || (!task && room.views.value[id]);
  useTitle(isGone ? t("nowhere.title") : task ? null : t("task"));
  return html`<${Dialog} kind="panel" onClose=${leave} labelledBy="task-title">
    <div class="panel-close"><${IconButton} icon="close" label=${t("close")} onClick=${leave} /></div>
    ${isGone && html`<h2 id="task-title" class="unseen">${t("task")}</h2><${Empty} icon="bin">${t("task.gone")}<//>`}
    ${!isGone && error && html`<${Missing} what=${t("task")} status=${error.code} onRetry=${load} />`}
    ${!isGone && (task ? html`<${Task} room=${room} id=${id} headingLevel="h2"
      onGone=${leave} />` : !error && html`<${Loading} />`)}
  <//>`;
}

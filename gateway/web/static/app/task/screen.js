// A task at its own address: one call gives all of it.

import { explain, t } from "../messages.js";
import { Connection } from "../parts/connection.js";
import { Empty, Loading, Missing } from "../parts/controls.js";
import { useTitle } from "../parts/title.js";
import { openTask } from "../store/open.js";
import { html, useEffect, useState } from "../view.js";
import { Task } from "./task.js";

export default function TaskScreen({ id }) {
  const [room, setRoom] = useState(null);
  const [error, setError] = useState(null);
  const load = () => openTask(id).then((found) => found && (setError(null), setRoom(found)), setError);
  useEffect(() => {
    load();
  }, [id]);
  const task = room?.tasks.cell(id).value;
  const isGone = error?.status === 404 || (room && !task) || room?.state.value === "lost";
  useTitle(isGone ? t("nowhere.title") : room ? null : t("task"));
  if (isGone) {
    return html`<div class="page"><${Empty} icon="alert">${t("task.gone")} <a href="/">${t("nowhere.home")}</a><//></div>`;
  }
  if (error) {
    return html`<div class="page"><${Missing} what=${t("task")} status=${error.code} onRetry=${load} /><p class="hint">${explain(error)}</p></div>`;
  }
  if (!room) return html`<${Loading} />`;
  if (room.state.value === "failed") {
    return html`<div class="page"><${Missing} what=${t("task")} status=${room.error.value.code}
      onRetry=${() => room.load()} /></div>`;
  }
  return html`<${Connection} state=${room.connection} /><div class="page task-page"><${Task} room=${room} id=${id} headingLevel="h1"
    onGone=${() => {}} /></div>`;
}

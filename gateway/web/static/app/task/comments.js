// What people said about a task, the oldest first.

import { t } from "../messages.js";
import { Avatar, IconButton, Missing } from "../parts/controls.js";
import { Markdown } from "../parts/markdown.js";
import { More } from "../parts/more.js";
import { me } from "../session.js";
import { addComment, deleteComment, editComment } from "../store/writes.js";
import { ago, fullTime } from "../times.js";
import { html, useRef, useState } from "../view.js";
import { Writing } from "./texts.js";

export function Comments({ room, task, status, onRetry }) {
  if (status && status !== "ok") return html`<${Missing} what=${t("task.comments")} status=${status}
    onRetry=${onRetry} />`;
  const said = room.comments.all().filter((comment) => comment.task_id === task.id);
  said.sort((left, right) => (left.created_at < right.created_at ? -1 : 1));
  const next = room.views.value[task.id]?.next;
  return html`<ul class="comments">
      ${said.map((comment) => html`<${Comment} key=${comment.id} room=${room} comment=${comment} />`)}
    </ul>
    ${!said.length && html`<p class="hint">${t("comment.none")}</p>`}
    ${next && html`<${More} load=${() => room.loadComments(task.id)} />`}
    ${room.may("comment.create") && html`<${Say} room=${room} task=${task} />`}`;
}

function Comment({ room, comment }) {
  const [seen, setSeen] = useState(null);
  const isMine = comment.author === me.value?.id;
  const isSent = comment.version > 0;
  const name = room.name(comment.author);
  const save = (body) => {
    setSeen(null);
    if (body.trim() && body !== seen.body) editComment(room, comment.id, body, seen.version);
  };
  const isEdited = comment.version > 1;
  return html`<li class="comment ${isSent ? "" : "draft"}">
    <${Avatar} id=${comment.author ?? ""} name=${name} size="small" />
    <div class="comment-body">
      <p class="comment-head"><strong>${name}</strong>
        <time class="hint" datetime=${comment.created_at}
          title=${fullTime(comment.created_at)}>${ago(comment.created_at)}${isEdited && `, ${t("comment.edited")}`}</time>
        <span class="spring"></span>
        ${isMine && isSent && html`<${IconButton} icon="edit" label=${t("comment.edit")}
          onClick=${() => setSeen(comment)} />`}
        ${isSent && (isMine || room.may("comment.delete")) && html`<${IconButton} icon="bin"
          label=${t("comment.delete")} onClick=${() => deleteComment(room, comment)} />`}
      </p>
      ${seen
        ? html`<${Writing} value=${seen.body} label=${t("comment.edit")} maxlength="20000" onSave=${save}
          onCancel=${() => setSeen(null)} />`
        : html`<${Markdown} text=${comment.body} />`}
    </div>
  </li>`;
}

function Say({ room, task }) {
  const area = useRef(null);
  const say = (event) => {
    event.preventDefault();
    const body = area.current.value;
    if (!body.trim()) return;
    area.current.value = "";
    addComment(room, task.id, body).then((isSaid) => {
      // What could not be said is not lost.
      if (!isSaid && area.current && !area.current.value) area.current.value = body;
    });
  };
  const onKey = (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && say(event);
  return html`<form class="say" onSubmit=${say} onKeyDown=${onKey}>
    <textarea ref=${area} rows="3" maxlength="20000" aria-label=${t("comment.new")}
      placeholder=${t("comment.new")}></textarea>
    <div class="form-actions"><button class="primary">${t("comment.send")}</button><span class="hint">${t("task.markdown")}</span></div>
  </form>`;
}

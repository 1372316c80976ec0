// What people said about a task, the oldest first.

import { t } from "../messages.js";
import { Avatar, IconButton, Missing } from "../parts/controls.js";
import { Markdown } from "../parts/markdown.js";
import { More } from "../parts/more.js";
import { me } from "../session.js";
import { editOf } from "../store/unsent.js";
import { addComment, deleteComment, editComment } from "../store/writes.js";
import { ago, fullTime } from "../times.js";
import { html } from "../view.js";
import { useFocusBack, Writing } from "./texts.js";

export function Comments({ room, task, status, onRetry }) {
  if (status && status !== "ok") return html`<${Missing} what=${t("task.comments")} status=${status}
    onRetry=${onRetry} />`;
  const said = room.comments.all().filter((comment) => comment.task_id === task.id);
  said.sort((left, right) => (left.created_at < right.created_at ? -1 : 1));
  const { next, last } = room.views.value[task.id] ?? {};
  // What came by itself is later than what is still to be brought.
  const isLater = (comment) => next && last && comment.created_at > last.created_at;
  const list = (comments) => html`<ul class="comments">
      ${comments.map((comment) => html`<${Comment} key=${comment.id} room=${room} comment=${comment} />`)}
    </ul>`;
  return html`${list(said.filter((comment) => !isLater(comment)))}
    ${!said.length && html`<p class="hint">${t("comment.none")}</p>`}
    ${next && html`<${More} load=${() => room.loadComments(task.id)} />${list(said.filter(isLater))}`}
    ${room.may("comment.create") && html`<${Say} room=${room} task=${task} />`}`;
}

function Comment({ room, comment }) {
  const edit = editOf(comment.id, "body");
  const seen = edit.seen.value;
  const place = useFocusBack(seen);
  const isMine = comment.author === me.value?.id;
  const isSent = comment.version > 0;
  const name = room.name(comment.author);
  const write = async (before, body) => !body.trim() || body === before.body || editComment(room, comment.id, body, before.version);
  const isEdited = comment.version > 1;
  return html`<li ref=${place} class="comment ${isSent ? "" : "draft"}">
    <${Avatar} id=${comment.author ?? ""} name=${name} size="small" />
    <div class="comment-body">
      <p class="comment-head"><strong>${name}</strong>
        <time class="hint" datetime=${comment.created_at}
          title=${fullTime(comment.created_at)}>${ago(comment.created_at)}${isEdited && `, ${t("comment.edited")}`}</time>
        <span class="spring"></span>
        ${isMine && isSent && html`<${IconButton} icon="edit" label=${t("comment.edit")}
          onClick=${() => edit.begin(comment)} />`}
        ${isSent && (isMine || room.may("comment.delete")) && html`<${IconButton} icon="bin"
          label=${t("comment.delete")} onClick=${() => deleteComment(room, comment)} />`}
      </p>
      ${seen
        ? html`<${Writing} edit=${edit} value=${seen.body} label=${t("comment.edit")} write=${write} />`
        : html`<${Markdown} text=${comment.body} />`}
    </div>
  </li>`;
}

function Say({ room, task }) {
  const { text } = editOf(task.id, "comment");
  const say = (event) => {
    event.preventDefault();
    const body = text.value;
    if (!body?.trim()) return;
    text.value = null;
    addComment(room, task.id, body).then((isSaid) => {
      // What could not be said is not lost.
      if (!isSaid) text.value = [body, text.value].filter(Boolean).join("\n\n");
    });
  };
  const onKey = (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && say(event);
  return html`<form class="say" onSubmit=${say} onKeyDown=${onKey}>
    <textarea value=${text.value ?? ""} rows="3" aria-label=${t("comment.new")}
      placeholder=${t("comment.new")} onInput=${(event) => (text.value = event.target.value)}></textarea>
    <div class="form-actions"><button class="primary">${t("comment.send")}</button><span class="hint">${t("task.markdown")}</span></div>
  </form>`;
}

// One line of a history: who did what, when, and which fields from what to what.

import { knows, t } from "../messages.js";
import { ago, fullTime } from "../times.js";
import { html } from "../view.js";
import { show } from "./conflict.js";
import { Avatar } from "./controls.js";

const SHOWN = new Set(["title", "status", "priority", "due_at", "assignees", "description", "body"]);
const LONG = 80;

export function Happened({ room, happened, isLinked = false }) {
  const who = happened.actor ? room.name(happened.actor) : t("person.nobody");
  const title = titleOf(room, happened);
  const fields = happened.op === "update" ? happened.fields.filter((each) => SHOWN.has(each.field)) : [];
  return html`<li class="happened">
    <${Avatar} id=${happened.actor ?? ""} name=${who} size="small" />
    <div>
      <p><strong>${who}</strong> ${verb(happened)}${isLinked && html`: <a href=${`/tasks/${happened.task_id}`}>${title}</a>`}${" "}
        <time class="hint" datetime=${happened.at} title=${fullTime(happened.at)}>${ago(happened.at)}</time></p>
      ${fields.map((each) => html`<p key=${each.field} class="change-line">
        <span class="change-field">${t(`field.${each.field}`)}</span> <${FromTo} room=${room} change=${each} /></p>`)}
    </div>
  </li>`;
}

function verb({ kind, op, fields }) {
  const isMove = op === "update" && fields.length > 0 && fields.every((each) => ["position", "status", "completed_at"].includes(each.field));
  const key = `did.${kind}.${isMove ? "move" : op}`;
  return knows(key) ? t(key) : op;
}

function titleOf(room, { task_id: id, fields }) {
  const named = fields.find((each) => each.field === "title");
  return room.tasks.cell(id).value?.title ?? named?.to ?? named?.from ?? t("task");
}

function FromTo({ room, change }) {
  if (change.field === "assignees") {
    const names = (ids) => (ids?.length ? ids.map((id) => room.name(id)).join(", ") : t("nothing"));
    return html`<del>${names(change.from)}</del> → <ins>${names(change.to)}</ins>`;
  }
  return html`<del>${short(change.field, change.from)}</del> → <ins>${short(change.field, change.to)}</ins>`;
}

function short(field, value) {
  // By its signs: half of an emoji is none.
  const signs = [...show(field, value)];
  return signs.length > LONG ? `${signs.slice(0, LONG).join("")}…` : signs.join("");
}

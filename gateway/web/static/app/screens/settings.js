// The room's name and what it is about; and its end.

import { t } from "../messages.js";
import { Field, Form, refill } from "../parts/controls.js";
import { Confirm } from "../parts/dialog.js";
import { go, stayingHere } from "../routes.js";
import { send } from "../store/outbox.js";
import { editOf } from "../store/unsent.js";
import { editRoom } from "../store/writes.js";
import { html, useState } from "../view.js";

export default function SettingsScreen({ room }) {
  const [isDeleting, setDeleting] = useState(false);
  const { name } = room.room.value;
  return html`<h2>${t("settings.title")}</h2>
    ${room.may("room.edit") ? html`<${Edit} room=${room} />` : html`<p class="lead">${room.room.value.description || t("settings.read_only")}</p>`}
    ${room.may("room.delete") && html`<section class="danger-zone">
      <h3>${t("settings.delete")}</h3>
      <p>${t("settings.delete_text")}</p>
      <button type="button" class="danger" onClick=${() => setDeleting(true)}>${t("settings.delete")}</button>
    </section>`}
    ${isDeleting && html`<${Confirm} title=${t("settings.delete")} text=${t("settings.delete_sure", { name })}
      action=${t("settings.delete")} onClose=${() => setDeleting(false)} onConfirm=${() => remove(room)} />`}`;
}

function Edit({ room }) {
  const edits = ["name", "description"].map((name) => editOf(room.id, name));
  // What the person has seen when they began, for the version that their write is made on.
  const [seen, setSeen] = useState(edits.map((edit) => edit.seen.peek()).find(Boolean) ?? room.room.peek());
  const valueOf = (name) => editOf(room.id, name).text.peek() ?? seen[name];
  const type = ({ target: { name, value } }) => {
    const edit = editOf(room.id, name);
    if (value === seen[name]) return edit.end();
    edit.begin(seen);
    edit.text.value = value;
  };
  const save = async ({ name, description }, form) => {
    const wanted = Object.fromEntries(Object.entries({ name, description }).filter(([key, value]) => seen[key] !== value));
    if (!Object.keys(wanted).length || !(await editRoom(room, wanted, seen.version))) return;
    const isTypedOn = form.elements.name.value !== name || form.elements.description.value !== description;
    // What is typed by now was begun on what was seen before.
    if (isTypedOn) return;
    edits.forEach((edit) => edit.end());
    refill(form, { name, description }, room.room.peek());
    setSeen(room.room.peek());
  };
  return html`<${Form} submit=${t("save")} onSubmit=${save}>
    ${(errors) => html`<${Field} label=${t("field.name")} name="name" required maxlength="120"
      defaultValue=${valueOf("name")} onInput=${type} error=${errors.name} />
      <${Field} label=${t("field.description")} error=${errors.description}>
        <textarea name="description" rows="4" defaultValue=${valueOf("description")}
          onInput=${type}></textarea>
      <//>`}
  <//>`;
}

async function remove(room) {
  const isHere = stayingHere();
  await send({ method: "DELETE", path: `/v1/rooms/${room.id}` });
  if (isHere()) go("/");
}

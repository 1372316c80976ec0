// Title and description, edited in place. What is saved names the version at which the person began to write.

import { t } from "../messages.js";
import { Markdown } from "../parts/markdown.js";
import { Icon } from "../parts/icons.js";
import { editTask } from "../store/writes.js";
import { html, useEffect, useRef, useState } from "../view.js";

/** `{seen, begin, end}`: the record at the beginning of an edit; null when none is under way. */
function useEdit() {
  const [seen, setSeen] = useState(null);
  return { seen, begin: setSeen, end: () => setSeen(null) };
}

export function Title({ room, task, level }) {
  const { seen, begin, end } = useEdit();
  const save = (text) => {
    end();
    const title = text.trim();
    if (title && title !== seen.title) editTask(room, task.id, { title }, seen.version);
  };
  if (seen) {
    return html`<div id="task-title" class="task-title"><${Writing} value=${seen.title} label=${t("field.title")}
      isLine=${true}
      maxlength="500" onSave=${save} onCancel=${end} /></div>`;
  }
  const button = html`<button type="button" class="in-place" title=${t("task.edit_title")}
    onClick=${() => begin(task)}>
    ${task.title}<span class="unseen">, ${t("task.edit_title")}</span></button>`;
  return html`<${level} id="task-title" class="task-title">${room.may("task.edit") ? button : task.title}<//>`;
}

export function Description({ room, task }) {
  const { seen, begin, end } = useEdit();
  const save = (description) => {
    end();
    if (description !== seen.description) editTask(room, task.id, { description }, seen.version);
  };
  const mayEdit = room.may("task.edit");
  if (seen) {
    return html`<${Writing} value=${seen.description} label=${t("field.description")} maxlength="50000" onSave=${save}
      onCancel=${end} />`;
  }
  return html`<section class="description" aria-label=${t("field.description")}>
    ${task.description ? html`<${Markdown} text=${task.description} />` : html`<p class="hint">${t("task.no_description")}</p>`}
    ${mayEdit && html`<button type="button" class="quiet" onClick=${() => begin(task)}>
      <${Icon} name="edit" />${t(task.description ? "task.edit_description" : "task.add_description")}</button>`}
  </section>`;
}

/** A text under way: Enter (with Ctrl in long ones) saves it, Escape leaves it as it was. */
export function Writing({ value, label, isLine = false, onSave, onCancel, submit, ...rest }) {
  const area = useRef(null);
  useEffect(() => {
    area.current.focus();
    area.current.setSelectionRange(value.length, value.length);
    fit(area.current);
  }, []);
  const save = (event) => {
    event.preventDefault();
    onSave(area.current.value);
  };
  const onKey = (event) => {
    if (event.key === "Enter" && (isLine || event.ctrlKey || event.metaKey)) save(event);
    if (event.key !== "Escape") return;
    // It ends the writing, and not the panel around it too.
    event.preventDefault();
    event.stopPropagation();
    onCancel();
  };
  return html`<form class="writing" onSubmit=${save} onKeyDown=${onKey}>
    <textarea ref=${area} rows=${isLine ? 1 : 6} aria-label=${label} defaultValue=${value}
      onInput=${() => fit(area.current)} ...${rest}></textarea>
    <div class="form-actions">
      <button class="primary">${submit ?? t("save")}</button>
      <button type="button" onClick=${onCancel}>${t("cancel")}</button>
      ${!isLine && html`<span class="hint">${t("task.markdown")}</span>`}
    </div>
  </form>`;
}

function fit(area) {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 2}px`;
}

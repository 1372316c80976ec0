// Title and description, edited in place. What is saved names the version at which the person began to write.

import { t } from "../messages.js";
import { Markdown } from "../parts/markdown.js";
import { Icon } from "../parts/icons.js";
import { editOf } from "../store/unsent.js";
import { editTask } from "../store/writes.js";
import { html, useEffect, useRef } from "../view.js";

export function Title({ room, task, level }) {
  const edit = editOf(task.id, "title");
  const write = async (seen, text) => {
    const title = text.trim();
    return !title || title === seen.title || editTask(room, task.id, { title }, seen.version);
  };
  const seen = edit.seen.value;
  const place = useFocusBack(seen);
  if (seen) {
    return html`<div id="task-title" class="task-title"><${Writing} edit=${edit} value=${seen.title}
      label=${t("field.title")} isLine=${true} maxlength="500" write=${write} /></div>`;
  }
  const button = html`<button type="button" class="in-place" title=${t("task.edit_title")}
    onClick=${() => edit.begin(task)}>
    ${task.title}<span class="unseen">, ${t("task.edit_title")}</span></button>`;
  return html`<${level} ref=${place} id="task-title" class="task-title">${room.may("task.edit") ? button : task.title}<//>`;
}

export function Description({ room, task }) {
  const edit = editOf(task.id, "description");
  const write = async (seen, description) => description === seen.description || editTask(room, task.id, { description }, seen.version);
  const mayEdit = room.may("task.edit");
  const seen = edit.seen.value;
  const place = useFocusBack(seen);
  if (seen) {
    return html`<${Writing} edit=${edit} value=${seen.description} label=${t("field.description")}
      write=${write} />`;
  }
  return html`<section ref=${place} class="description" aria-label=${t("field.description")}>
    ${task.description ? html`<${Markdown} text=${task.description} />` : html`<p class="hint">${t("task.no_description")}</p>`}
    ${mayEdit && html`<button type="button" class="quiet" onClick=${() => edit.begin(task)}>
      <${Icon} name="edit" />${t(task.description ? "task.edit_description" : "task.add_description")}</button>`}
  </section>`;
}

/** A ref for where a button begins the writing: when that ends, the button has the focus again. */
export function useFocusBack(isWriting) {
  const place = useRef(null);
  const was = useRef(isWriting);
  useEffect(() => {
    const isOver = was.current && !isWriting;
    if (isOver && document.activeElement === document.body) place.current?.querySelector("button")?.focus();
    was.current = isWriting;
  }, [isWriting]);
  return place;
}

/**
 * The text of `edit`, which was `value`: Enter (with Ctrl in long ones) saves it, Escape leaves it as it was. A long one
 * that is too long is for the server to refuse: a field with a bound cuts what is pasted, without a word.
 */
export function Writing({ edit, value, label, isLine = false, write, ...rest }) {
  const area = useRef(null);
  const text = edit.text.value ?? value;
  useEffect(() => {
    area.current.focus();
    area.current.setSelectionRange(text.length, text.length);
    return () => edit.text.peek() === null && edit.end();
  }, []);
  useEffect(() => fit(area.current), [text]);
  const save = (event) => {
    event.preventDefault();
    edit.save(text, write);
  };
  const onKey = (event) => {
    // These keys choose among what an input method offers. Safari tells it by the code alone.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && (isLine || event.ctrlKey || event.metaKey)) save(event);
    if (event.key !== "Escape") return;
    // It ends the writing, and not the panel around it too.
    event.preventDefault();
    event.stopPropagation();
    edit.end();
  };
  return html`<form class="writing" onSubmit=${save} onKeyDown=${onKey}>
    <textarea ref=${area} rows=${isLine ? 1 : 6} aria-label=${label} value=${text}
      onInput=${(event) => (edit.text.value = event.target.value)} ...${rest}></textarea>
    <div class="form-actions">
      <button class="primary">${t("save")}</button>
      <button type="button" onClick=${() => edit.end()}>${t("cancel")}</button>
      ${!isLine && html`<span class="hint">${t("task.markdown")}</span>`}
    </div>
  </form>`;
}

function fit(area) {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 2}px`;
}

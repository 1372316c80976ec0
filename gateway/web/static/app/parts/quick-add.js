// A line in which a task is named, and another after it.

import { t } from "../messages.js";
import { createTask } from "../store/writes.js";
import { html, useRef } from "../view.js";
import { Icon } from "./icons.js";

/** Makes tasks with `fields`; `onAdded` is called when one is shown. */
export function QuickAdd({ room, label, fields = {}, onAdded }) {
  const input = useRef(null);
  const add = (event) => {
    event.preventDefault();
    const title = input.current.value.trim();
    if (!title) return;
    input.current.value = "";
    createTask(room, { title, ...fields });
    onAdded?.(event.target);
  };
  return html`<form class="quick-add" onSubmit=${add}>
    <${Icon} name="add" />
    <input ref=${input} aria-label=${label} placeholder=${t("board.add")} maxlength="500" autocomplete="off"
      enterkeyhint="send" />
  </form>`;
}

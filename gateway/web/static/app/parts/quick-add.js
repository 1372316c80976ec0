// A line in which a task is named, and another after it.

import { filter } from "../board/choice.js";
import { matches } from "../board/order.js";
import { t } from "../messages.js";
import { tell } from "../store/toasts.js";
import { editOf } from "../store/unsent.js";
import { createTask } from "../store/writes.js";
import { html } from "../view.js";
import { Icon } from "./icons.js";

function tellIfHidden(task) {
  if (!matches(task, filter.value)) tell(t("filter.hides", { title: task.title }));
}

/** Makes tasks with `fields`; `onAdded` is called when one is shown. */
export function QuickAdd({ room, label, fields = {}, onAdded }) {
  const { text, refused } = editOf(room.id, `line ${fields.status}`);
  const add = (event) => {
    event.preventDefault();
    const title = text.value?.trim();
    text.value = refused.shift() ?? null;
    if (!title) return;
    createTask(room, { title, ...fields }).then((made) => {
      if (made) return tellIfHidden(made.body);
      // It comes back to the line once that is free.
      if (text.value) refused.push(title);
      else text.value = title;
    });
    onAdded?.(event.target);
  };
  return html`<form class="quick-add" onSubmit=${add}>
    <${Icon} name="add" />
    <input value=${text.value ?? ""} onInput=${(event) => (text.value = event.target.value)} aria-label=${label}
      placeholder=${t("board.add")} maxlength="500" autocomplete="off" enterkeyhint="send" />
  </form>`;
}

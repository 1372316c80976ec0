// The controls that the screens are made of.

import { explain, explainField, t } from "../messages.js";
import { cloneElement, html, useEffect, useId, useRef, useState } from "../view.js";
import { Icon } from "./icons.js";

export function IconButton({ icon, label, ...rest }) {
  return html`<button type="button" class="icon-button" aria-label=${label} title=${label} ...${rest}>
    <${Icon} name=${icon} />
  </button>`;
}

/** A labelled control; `hint` and `error` are read with it. */
export function Field({ label, hint, error, unseenLabel = false, children, ...rest }) {
  const id = useId();
  const about = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  const control = children ?? html`<input ...${rest} />`;
  const named = { id, "aria-describedby": about, "aria-invalid": error ? "true" : undefined };
  return html`<div class="field">
    <label for=${id} class=${unseenLabel ? "unseen" : ""}>${label}</label>
    ${cloneElement(control, named)}
    ${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}
    ${error && html`<p class="field-error" id="${id}-error">${error}</p>`}
  </div>`;
}

let pressed = null;

// The second of two clicks is meant for what the first one took away, and not for what lay below it.
const swallowSecond = (event) => {
  if (event.detail > 1 && pressed?.isConnected === false) {
    event.preventDefault();
    event.stopPropagation();
  }
  pressed = event.target.closest("a, button") ?? event.target;
};
document.addEventListener("click", swallowSecond, true);

// An arrow on a closed list takes what is next at once, which is a write here: it opens the list. What does not know
// `:open` may not tell a closed one.
addEventListener("keydown", (event) => {
  const isArrow = event.key === "ArrowUp" || event.key === "ArrowDown";
  if (!isArrow || event.altKey || !event.target.matches?.("select") || !CSS.supports("selector(:open)")) return;
  if (event.target.matches(":open")) return;
  event.preventDefault();
  event.target.showPicker();
});

export function Select({ options, value, onChange, ...rest }) {
  return html`<select value=${value} onChange=${(event) => onChange(event.target.value)} ...${rest}>
    ${options.map(([key, text]) => html`<option key=${key} value=${key} selected=${key === value}>${text}</option>`)}
  </select>`;
}

/**
 * A form whose `onSubmit(values)` may throw a Problem: that of a field stands at the field (`children` gets
 * `errors`), any other above the button. A button that is disabled would lose the focus; one that is busy keeps it.
 */
export function Form({ onSubmit, submit, children, kind = "primary", footer }) {
  const [problem, setProblem] = useState(null);
  const [isBusy, setBusy] = useState(false);
  const form = useRef(null);
  const run = async (event) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setProblem(null);
    try {
      await onSubmit(Object.fromEntries(new FormData(form.current)), form.current);
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  const errors = Object.fromEntries((problem?.errors ?? []).map((each) => [each.field, explainField(each)]));
  // What stands beside a field is said when one comes to it.
  useEffect(() => [...form.current.elements].find((each) => each.name in errors)?.focus(), [problem]);
  const isShownAtFields = Object.keys(errors).some((name) => form.current?.elements[name]);
  return html`<form ref=${form} onSubmit=${run}>
    ${children(errors)}
    ${problem && !isShownAtFields && html`<p class="form-error" role="alert">${explain(problem)}</p>`}
    <div class="form-actions">
      <button class=${kind} aria-disabled=${isBusy}>${submit}</button>
      ${footer}
    </div>
  </form>`;
}

/** Shows in `form` what `record` says, in each field that is still as it is in `before`: what was typed since stays. */
export function refill(form, before, record) {
  for (const field of form.elements) {
    if (field.name in record && field.value === before[field.name]) field.value = record[field.name];
  }
}

export function Avatar({ id, name, size = "" }) {
  const initials = name.split(/\s+/).filter(Boolean).slice(0, 2).map((word) => [...word][0]).join("");
  return html`<span class="avatar hue-${hue(id)} ${size}" title=${name}>
    <span aria-hidden="true">${initials.toUpperCase()}</span><span class="unseen">${name}</span>
  </span>`;
}

function hue(id) {
  return [...String(id)].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 997, 7) % 8;
}

/** What is shown in place of a part that could not be had. */
export function Missing({ what, status = "unavailable", onRetry }) {
  const [isBusy, setBusy] = useState(false);
  const retry = async () => {
    if (isBusy) return;
    setBusy(true);
    await onRetry();
    setBusy(false);
  };
  return html`<div class="missing" role="status">
    <${Icon} name="alert" />
    <p>${t(status === "timeout" ? "missing.timeout" : "missing.unavailable", { what })}</p>
    <button type="button" onClick=${retry} aria-disabled=${isBusy}>${t("retry")}</button>
  </div>`;
}

export function Loading() {
  return html`<p class="loading" role="status"><span class="spinner" aria-hidden="true"></span>${t("loading")}</p>`;
}

export function Empty({ icon, children }) {
  return html`<div class="empty"><${Icon} name=${icon} size=${28} /><p>${children}</p></div>`;
}

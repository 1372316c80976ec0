// Short messages at the edge of the screen, some with an undo; and what a screen reader is told.

import { explain, t } from "../messages.js";
import { whenLeaving } from "../session.js";
import { signal } from "../view.js";
import { send } from "./outbox.js";

const SECONDS = 9;
const MOST = 3;

export const toasts = signal([]);
/** Said aloud by a screen reader, and not shown. */
export const announcement = signal("");

let count = 0;
let latest = null;

export function tell(text, { kind = "done", undo = null, label = "" } = {}) {
  count += 1;
  const toast = { key: count, text, kind, undo, label };
  toasts.value = [...toasts.value.filter((each) => !undo || !each.undo), toast].slice(-MOST);
  setTimeout(() => dismiss(toast.key), SECONDS * 1000);
  if (undo) latest = undo;
}

export function tellProblem(error) {
  // Not to whoever came instead.
  if (error.code === "left") return;
  tell(explain(error), { kind: "failed" });
}

export function dismiss(key) {
  toasts.value = toasts.value.filter((each) => each.key !== key);
}

whenLeaving(() => {
  toasts.value = [];
  latest = null;
});

export function announce(text) {
  // The same again is said again only if it is another text.
  announcement.value = text === announcement.peek() ? `${text}\u00a0` : text;
}

/** Tells what was done, and offers to take it back with the token that the answer brought. */
export function tellDone(text, answer, take, label = t("undo")) {
  const undo = toUndo(answer, take);
  if (undo) tell(text, { undo, label });
}

/** The same for what is seen anyway: only Ctrl+Z takes it back. */
export function rememberDone(answer, take) {
  latest = toUndo(answer, take) ?? latest;
}

function toUndo(answer, take) {
  const token = answer.headers.get("TaskSync-Undo");
  return token && (() => takeBack(token, take));
}

async function takeBack(token, take) {
  latest = null;
  toasts.value = toasts.value.filter((each) => !each.undo);
  try {
    const answer = await send({ method: "POST", path: "/v1/undo", body: { token } });
    answer.body.results.forEach(take);
    tellDone(t("undo.done"), answer, take, t("redo"));
  } catch (error) {
    tellProblem(error);
  }
}

addEventListener("keydown", (event) => {
  // The key of Z is one of another letter where these are not Latin, and Z is another key on a German keyboard.
  const isZ = event.key.toLowerCase() === "z" || (event.code === "KeyZ" && !/[a-z]/i.test(event.key));
  const isUndo = isZ && (event.ctrlKey || event.metaKey) && !event.shiftKey;
  if (!isUndo || !latest || event.target.closest?.("input, textarea, select")) return;
  event.preventDefault();
  latest();
});

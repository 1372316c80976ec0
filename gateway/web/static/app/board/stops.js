// Which card of each column Tab comes to, and the focus of cards that move.

import { batch, signal } from "../view.js";
import { STATUSES } from "./order.js";

export const stops = Object.fromEntries(STATUSES.map((status) => [status, signal(null)]));

/** The card that the keyboard has lifted: `{id, status, index, drop}`; null when none is. */
export const lifted = signal(null);

export function setStop(status, id) {
  if (stops[status]) stops[status].value = id;
}

/** Puts the focus on a card, also one that is drawn anew in another column. */
export function focusCard(status, id) {
  batch(() => setStop(status, id));
  requestAnimationFrame(() => {
    const card = document.querySelector(`[data-task="${CSS.escape(id)}"] a`);
    card?.focus();
    card?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
}

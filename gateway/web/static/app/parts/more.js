// The button below what is not all here.

import { t } from "../messages.js";
import { tellProblem } from "../store/toasts.js";
import { html } from "../view.js";

/** Brings more by `load()`; what keeps it from coming is told. */
export function More({ load, text = t("more") }) {
  return html`<button type="button" class="more" onClick=${() => load().catch(tellProblem)}>${text}</button>`;
}

/** The same for members of a room, where they are chosen from. */
export function MoreMembers({ room }) {
  return room.members.next.value && html`<${More} load=${() => room.members.load()} text=${t("members.more")} />`;
}

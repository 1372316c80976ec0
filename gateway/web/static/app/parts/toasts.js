// The messages at the edge of the screen.

import { t } from "../messages.js";
import { dismiss, toasts } from "../store/toasts.js";
import { html, signal } from "../view.js";
import { IconButton } from "./controls.js";
import { Icon } from "./icons.js";

/** How many dialogs are open; the last of them shows the messages. */
export const dialogs = signal(0);

export function Toasts() {
  return html`<div class="toasts" role="status" aria-label=${t("frame.messages")}>
    ${toasts.value.map(
      (toast) => html`<div key=${toast.key} class="toast ${toast.kind}">
        <${Icon} name=${toast.kind === "failed" ? "alert" : "check"} />
        <p>${toast.text}</p>
        ${toast.undo && html`<button type="button" class="quiet" onClick=${toast.undo}>${toast.label}</button>`}
        <${IconButton} icon="close" label=${t("dismiss")} onClick=${() => dismiss(toast.key)} />
      </div>`,
    )}
  </div>`;
}

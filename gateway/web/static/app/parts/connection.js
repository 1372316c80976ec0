// Whether others' changes come in.

import { t } from "../messages.js";
import { html } from "../view.js";
import { Icon } from "./icons.js";

/** Says when they do not, by the `state` of the stream; silent while they do. */
export function Connection({ state }) {
  const isLost = state.value === "waiting";
  return html`<div role="status" class="connection ${isLost ? "lost" : ""}" data-live=${state.value}>
    ${isLost && html`<${Icon} name="alert" />${t("live.lost")}`}
  </div>`;
}

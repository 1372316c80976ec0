// Whether others' changes come in.

import { t } from "../messages.js";
import { html, useEffect, useState } from "../view.js";
import { Icon } from "./icons.js";

// A stream ends with its access token, each ten minutes, and opens again at once: that is nothing to tell.
const PATIENCE_MS = 2000;

/** Says when they do not for a while, by the `state` of the stream; silent while they do. */
export function Connection({ state }) {
  const isWaiting = state.value === "waiting";
  const [isLost, setLost] = useState(false);
  useEffect(() => {
    if (!isWaiting) return setLost(false);
    const timer = setTimeout(() => setLost(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isWaiting]);
  return html`<div role="status" class="connection ${isLost ? "lost" : ""}" data-live=${state.value}>
    ${isLost && html`<${Icon} name="alert" />${t("live.lost")}`}
  </div>`;
}

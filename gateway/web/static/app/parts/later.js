// What comes later, so that what is seen first comes at once.

import { t } from "../messages.js";
import { html, useEffect, useState } from "../view.js";
import { Loading, Missing } from "./controls.js";

/** A screen whose module is loaded when it is first needed. */
export function Later({ load, ...rest }) {
  const [found, setFound] = useState(null);
  const [isLost, setLost] = useState(false);
  useEffect(() => {
    load().then((module) => setFound(() => module.default), () => setLost(true));
  }, []);
  // The server has another build by now, or is away: the page has to come again.
  if (isLost) return html`<${Missing} what=${t("this_screen")} onRetry=${() => location.reload()} />`;
  return found ? html`<${found} ...${rest} />` : html`<${Loading} />`;
}

const FIRST = 40;
const STEP = 60;

/** How many of `total` rows to draw now: what fits a screen at once, and some more with each frame, up to all. */
export function useGrowing(total) {
  const [limit, setLimit] = useState(FIRST);
  const next = limit < total ? limit + STEP : Math.max(FIRST, Math.min(limit, total));
  useEffect(() => {
    if (next === limit) return undefined;
    const frame = requestAnimationFrame(() => setLimit(next));
    return () => cancelAnimationFrame(frame);
  }, [next, limit]);
  return Math.min(limit, total);
}

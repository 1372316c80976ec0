// What is loaded when it is first shown, so that the first screen need not wait for it.

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

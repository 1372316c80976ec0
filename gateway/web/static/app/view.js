// The view library, in one place: Preact with signals, and templates instead of a build step.

import htm from "../vendor/htm.js";
import { h } from "../vendor/preact.js";

export { cloneElement, createRef, Fragment, render } from "../vendor/preact.js";
export { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "../vendor/hooks.js";
export { batch, computed, effect, signal, untracked, useComputed, useSignal } from "../vendor/signals.js";

export const html = htm.bind(h);

/** The class names whose conditions hold. */
export function classes(...names) {
  return names.filter(Boolean).join(" ");
}

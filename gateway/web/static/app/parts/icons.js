// Line icons of our own, 16 by 16, in the colour of the text around them.

import { html } from "../view.js";

const PATHS = {
  add: "M8 3v10M3 8h10",
  alert: "M8 2.5 14.5 13.5h-13zM8 6.5v3.2M8 11.6v.4",
  arrow: "M3 8h9M8.5 4.5 12 8l-3.5 3.5",
  back: "M9.5 3.5 5 8l4.5 4.5",
  board: "M2.5 3h3v10h-3zM6.5 3h3v7h-3zM10.5 3h3v8.5h-3z",
  bin: "M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.6 9h5.8l.6-9M6.8 7v4M9.2 7v4",
  calendar: "M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2.5v3M10.5 2.5v3",
  check: "M3 8.5 6.5 12 13 4.5",
  clock: "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2zM8 5v3.2l2.2 1.3",
  close: "M4 4l8 8M12 4l-8 8",
  comment: "M2.5 3.5h11v7.5H7l-3 2.5V11H2.5z",
  console: "M2 3h12v10H2zM4.5 6l2 2-2 2M8.5 10.2h3",
  copy: "M5.5 5.5h8v8h-8zM3 10.5H2.5v-8h8V3",
  edit: "M3 13l.6-2.8 7.2-7.2 2.2 2.2-7.2 7.2zM9.4 4.4l2.2 2.2",
  exit: "M9.5 5V2.5h-7v11h7V11M6 8h8M11.5 5.5 14 8l-2.5 2.5",
  filter: "M2.5 3.5h11L9.5 8.6v4L6.5 13.6v-5z",
  flag: "M4 14V2.5M4 3h8l-1.8 2.7L12 8.4H4",
  gear: "M8 5.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4zM8 1.8v2M8 12.2v2M1.8 8h2M12.2 8h2M3.6 3.6 5 5M11 11l1.4 1.4M12.4 3.6 11 5M5 11l-1.4 1.4",
  home: "M2.5 7.5 8 2.8l5.5 4.7M4 6.5v7h8v-7M6.8 13.5V9.8h2.4v3.7",
  key: "M10.5 2.5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8.3 7.7 2.5 13.5M4 12l1.5 1.5M5.8 10.2l1.4 1.4",
  link: "M6.8 9.2 9.2 6.8M7.5 4.5l1.6-1.6a2.8 2.8 0 0 1 4 4l-1.6 1.6M8.5 11.5l-1.6 1.6a2.8 2.8 0 0 1-4-4l1.6-1.6",
  list: "M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.4M2.5 8h.4M2.5 12h.4",
  moon: "M13 9.6A5.6 5.6 0 1 1 6.4 3a4.6 4.6 0 0 0 6.6 6.6z",
  people: "M6 3a2.3 2.3 0 1 0 0 4.6A2.3 2.3 0 0 0 6 3zM1.8 13.2c0-2.6 1.8-4 4.2-4s4.2 1.4 4.2 4M10.6 3.4a2.1 2.1 0 0 1 0 3.9M12 9.6c1.4.5 2.2 1.7 2.2 3.6",
  pulse: "M1.8 8.5h3L6.6 4l3 8.5 1.9-4h2.7",
  restore: "M3 8a5 5 0 1 0 1.6-3.7L3 5.8M3 2.8v3h3",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.4 10.4l3.4 3.4",
  sun: "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9",
};

export function Icon({ name, size = 16 }) {
  return html`<svg class="icon" width=${size} height=${size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    <path d=${PATHS[name]} />
  </svg>`;
}

/** A priority as a shape, so that its colour alone need not tell it. */
export function PriorityMark({ priority, label }) {
  const bars = { low: 1, medium: 2, high: 3, urgent: 3 }[priority] ?? 0;
  if (!bars) return null;
  return html`<span class="priority priority-${priority}" title=${label}>
    <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" focusable="false">
      ${[0, 1, 2].map(
        (step) => html`<rect class=${step < bars ? "on" : "off"} x=${1 + step * 4.4} y=${9 - step * 3.6} width="3" height=${4 + step * 3.6} rx="1" />`,
      )}
    </svg>
    <span class="unseen">${label}</span>
  </span>`;
}

/** The sign of TaskSync. */
export function Mark({ size = 40 }) {
  return html`<img class="mark" src=${new URL("../../icon.svg", import.meta.url).href} alt="" width=${size} height=${size} />`;
}

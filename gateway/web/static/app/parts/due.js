// A due date, and whether it is past.

import { t } from "../messages.js";
import { daysUntil, relativeDay } from "../times.js";
import { html } from "../view.js";
import { Icon } from "./icons.js";

export function Due({ time, isDone = false }) {
  const days = daysUntil(time);
  const kind = isDone ? "" : days < 0 ? "late" : days <= 1 ? "near" : "";
  return html`<span class="due ${kind}"><${Icon} name="calendar" size=${13} />
    ${kind === "late" && html`<span class="unseen">${t("due.late")}</span>`}${relativeDay(time)}</span>`;
}

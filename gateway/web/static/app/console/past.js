// What was sent from this tab, the latest first. It ends with the session, and keeps no body that holds a password.

import { t } from "../messages.js";
import { whenLeaving } from "../session.js";
import { html, signal } from "../view.js";

const NAME = "tasksync.console";
const MOST = 50;
const SECRET = /"(password|current_password|refresh_token|token)"\s*:/;

function load() {
  try {
    return JSON.parse(sessionStorage.getItem(NAME)) ?? [];
  } catch {
    return [];
  }
}

export const past = signal(load());

whenLeaving(() => {
  past.value = [];
});

export function remember(request, status, milliseconds) {
  const body = SECRET.test(request.body ?? "") ? "" : request.body;
  const headers = request.headers.filter(([name]) => name.toLowerCase() !== "authorization");
  const key = (past.value[0]?.key ?? 0) + 1;
  past.value = [{ ...request, headers, body, status, milliseconds, key }, ...past.value].slice(0, MOST);
  try {
    sessionStorage.setItem(NAME, JSON.stringify(past.value));
  } catch {
    // Full or forbidden: the list then lasts as long as the page.
  }
}

export function Past({ onChoose }) {
  if (!past.value.length) return html`<p class="hint">${t("console.no_history")}</p>`;
  return html`<ol class="past">
    ${past.value.map(
      (each) => html`<li key=${each.key}><button type="button" class="quiet" onClick=${() => onChoose(each)}>
        <span class="method">${each.method}</span><span class="past-path">${each.path}</span>
        <span class="status-code s${String(each.status)[0]}">${each.status || "–"}</span>
      </button></li>`,
    )}
  </ol>`;
}

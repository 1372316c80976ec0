// Where the account is signed in.

import { call } from "../api.js";
import { t } from "../messages.js";
import { Form } from "../parts/controls.js";
import { Paged, usePages } from "../parts/paged.js";
import { forget } from "../session.js";
import { tell, tellProblem } from "../store/toasts.js";
import { ago } from "../times.js";
import { html } from "../view.js";

export function Sessions() {
  const list = usePages("/v1/me/sessions");
  const end = async (session) => {
    try {
      await call("DELETE", `/v1/me/sessions/${session.id}`);
      if (session.current) return forget();
      list.set((items) => items.filter((each) => each !== session));
      tell(t("sessions.ended"));
    } catch (error) {
      tellProblem(error);
    }
  };
  const endAll = async () => {
    await call("DELETE", "/v1/me/sessions");
    forget();
  };
  return html`<${Paged} list=${list} empty=${null} row=${(session) => html`<${Row} key=${session.id}
    session=${session} onEnd=${() => end(session)} />`} />
    <${Form} submit=${t("sessions.end_all")} kind="" onSubmit=${endAll}>${() => null}<//>`;
}

function Row({ session, onEnd }) {
  return html`<li class="session-row">
    <span class="row-title">${device(session.device)} ${session.current && html`<span class="badge">${t("sessions.this")}</span>`}
      <span class="hint">${t("sessions.used", { when: ago(session.used_at) })}</span></span>
    <button type="button" onClick=${onEnd}
      aria-label=${t("sessions.end_this", { device: device(session.device) })}>${t("sessions.end")}</button>
  </li>`;
}

const PROGRAMS = [["Firefox", /Firefox\//], ["Edge", /Edg\//], ["Chrome", /Chrome\//], ["Safari", /Safari\//], ["curl", /^curl/]];
const SYSTEMS = [["Windows", /Windows/], ["Android", /Android/], ["iOS", /iPhone|iPad/], ["macOS", /Mac OS X/], ["Linux", /Linux/]];

/** "Chrome, Linux" of a `User-Agent`; the text itself when it is none of these. */
function device(text) {
  const known = [PROGRAMS, SYSTEMS].map((names) => names.find(([, pattern]) => pattern.test(text))?.[0]).filter(Boolean);
  return known.join(", ") || text || t("sessions.unknown");
}

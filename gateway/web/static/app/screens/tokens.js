// Personal access tokens, for programs. A new one is shown once.

import { call } from "../api.js";
import { t } from "../messages.js";
import { Empty, Field, Form, IconButton } from "../parts/controls.js";
import { Paged, usePages } from "../parts/paged.js";
import { tell, tellProblem } from "../store/toasts.js";
import { ago, shortDay } from "../times.js";
import { html, useState } from "../view.js";

const DAY = 86_400;
const DAYS = [7, 30, 90, 365];

export function Tokens() {
  const list = usePages("/v1/me/tokens");
  const [made, setMade] = useState(null);
  const create = async ({ name, scope, days }, form) => {
    const scopes = scope === "read" ? ["read"] : ["read", "write"];
    const answer = await call("POST", "/v1/me/tokens", { body: { name, scopes, expires_in: Number(days) * DAY } });
    form.reset();
    setMade(answer.body);
    list.set((items) => [answer.body, ...items]);
  };
  const revoke = async (token) => {
    try {
      await call("DELETE", `/v1/me/tokens/${token.id}`);
      list.set((items) => items.filter((each) => each.id !== token.id));
      tell(t("tokens.revoked"));
    } catch (error) {
      tellProblem(error);
    }
  };
  return html`<p class="hint">${t("tokens.lead")}</p>
    <div class="inline-form"><${Form} submit=${t("tokens.create")} kind="" onSubmit=${create}>
      ${(errors) => html`<${Field} label=${t("field.name")} name="name" required maxlength="100" autocomplete="off"
        error=${errors.name} />
        <${Field} label=${t("tokens.scope")}><select name="scope">
          <option value="read">${t("tokens.read")}</option><option value="write">${t("tokens.read_write")}</option></select><//>
        <${Field} label=${t("tokens.good_for")}><select name="days">
          ${DAYS.map((days) => html`<option value=${days}
            selected=${days === 90}>${t("days", { count: days })}</option>`)}</select><//>`}
    <//></div>
    ${made && html`<${Shown} token=${made.token} onClose=${() => setMade(null)} />`}
    <${Paged} list=${list} empty=${html`<${Empty} icon="key">${t("tokens.none")}<//>`}
      row=${(token) => html`<${Row} key=${token.id} token=${token} onRevoke=${() => revoke(token)} />`} />`;
}

function Shown({ token, onClose }) {
  const copy = () => navigator.clipboard.writeText(token).then(() => tell(t("tokens.copied")), () => {});
  return html`<div class="new-token" role="status">
    <p>${t("tokens.once")}</p>
    <code>${token}</code>
    <${IconButton} icon="copy" label=${t("tokens.copy")} onClick=${copy} />
    <${IconButton} icon="close" label=${t("dismiss")} onClick=${onClose} />
  </div>`;
}

function Row({ token, onRevoke }) {
  const used = token.used_at ? t("sessions.used", { when: ago(token.used_at) }) : t("tokens.unused");
  return html`<li class="token-row">
    <span class="row-title">${token.name} <code>${token.prefix}…</code>
      <span class="hint">${token.scopes.map((scope) => t(`tokens.${scope}`)).join(", ")} · ${used} · ${t("until", { time: shortDay(token.expires_at) })}</span></span>
    <button type="button" onClick=${onRevoke}
      aria-label=${t("tokens.revoke_this", { name: token.name })}>${t("tokens.revoke")}</button>
  </li>`;
}

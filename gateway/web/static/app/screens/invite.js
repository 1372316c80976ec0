// Joins a room by the link that somebody sent.

import { t } from "../messages.js";
import { Form } from "../parts/controls.js";
import { Mark } from "../parts/icons.js";
import { useTitle } from "../parts/title.js";
import { go, stayingHere } from "../routes.js";
import { me } from "../session.js";
import { send } from "../store/outbox.js";
import { html } from "../view.js";

export default function InviteScreen({ code }) {
  useTitle(t("invite.title"));
  const join = async () => {
    const isHere = stayingHere();
    const answer = await send({ method: "POST", path: `/v1/invites/${encodeURIComponent(code)}` });
    if (isHere()) go(`/rooms/${answer.body.room_id}`, { replace: true });
  };
  const next = encodeURIComponent(`/invite/${encodeURIComponent(code)}`);
  return html`<div class="page gate">
    <${Mark} />
    <h1>${t("invite.title")}</h1>
    ${me.value
      ? html`<p class="lead">${t("invite.as", { name: me.value.name })}</p>
          <${Form} submit=${t("invite.join")} onSubmit=${join}>${() => null}<//>`
      : html`<p class="lead">${t("invite.sign_in_first")}</p>
          <p class="form-actions">
            <a class="button primary" href="/register?next=${next}">${t("sign_in.register")}</a>
            <a class="button" href="/sign-in?next=${next}">${t("sign_in.enter")}</a>
          </p>`}
  </div>`;
}

// Links that let people into the room.

import { t } from "../messages.js";
import { Empty, Field, Form, IconButton } from "../parts/controls.js";
import { Paged, usePages } from "../parts/paged.js";
import { send } from "../store/outbox.js";
import { tell, tellDone, tellProblem } from "../store/toasts.js";
import { fullTime } from "../times.js";
import { html } from "../view.js";
import { grantable } from "./members.js";

const DAY = 86_400;
const DAYS = [1, 7, 30];

function inviteLink(code) {
  return `${location.origin}/invite/${encodeURIComponent(code)}`;
}

export default function InvitesScreen({ room }) {
  const list = usePages(`/v1/rooms/${room.id}/invites`);
  const revoke = async (invite) => {
    try {
      const answer = await send({ method: "DELETE", path: `/v1/rooms/${room.id}/invites/${encodeURIComponent(invite.code)}` });
      list.set((items) => items.filter((each) => each !== invite));
      tellDone(t("invites.revoked"), answer, list.reload);
    } catch (error) {
      tellProblem(error);
    }
  };
  return html`<h2>${t("invites.title")}</h2>
    <p class="lead">${t("invites.lead")}</p>
    ${room.may("invite.create") && html`<${Create} room=${room}
      onCreated=${(made) => list.set((items) => [made, ...items])} />`}
    <${Paged} list=${list} empty=${html`<${Empty} icon="link">${t("invites.none")}<//>`}
      row=${(invite) => html`<${Row} key=${invite.code} room=${room} invite=${invite}
      onRevoke=${() => revoke(invite)} />`} />`;
}

function Create({ room, onCreated }) {
  const create = async ({ role, days, max_uses: uses }) => {
    const body = { role, expires_in: Number(days) * DAY, max_uses: uses ? Number(uses) : null };
    const answer = await send({ method: "POST", path: `/v1/rooms/${room.id}/invites`, body });
    onCreated(answer.body);
    await copy(answer.body.code);
  };
  return html`<div class="inline-form"><${Form} submit=${t("invites.create")} onSubmit=${create}>
    ${(errors) => html`<${Field} label=${t("field.role")} error=${errors.role}>
        <select name="role">${grantable(room).map((role) => html`<option value=${role}
          selected=${role === "editor"}>${t(`role.${role}`)}</option>`)}</select>
      <//>
      <${Field} label=${t("invites.good_for")} error=${errors.expires_in}>
        <select name="days">${DAYS.map((days) => html`<option value=${days}
          selected=${days === 7}>${t("days", { count: days })}</option>`)}</select>
      <//>
      <${Field} label=${t("invites.max_uses")} name="max_uses" type="number" min="1" max="100000"
        placeholder=${t("invites.no_limit")} error=${errors.max_uses} />`}
  <//></div>`;
}

async function copy(code) {
  try {
    await navigator.clipboard.writeText(inviteLink(code));
    tell(t("invites.copied"));
  } catch {
    // The link stands there to be copied by hand.
    tell(t("invites.created"));
  }
}

function Row({ room, invite, onRevoke }) {
  const uses = invite.max_uses === null ? t("invites.used", { count: invite.uses }) : t("invites.used_of", { uses: invite.uses, most: invite.max_uses });
  return html`<li class="invite-row">
    <span class="badge">${t(`role.${invite.role}`)}</span>
    <span class="invite-link">
      <code>${inviteLink(invite.code)}</code>
      <span class="hint">${uses} · ${t("until", { time: fullTime(invite.expires_at) })}</span>
    </span>
    <${IconButton} icon="copy" label=${t("invites.copy")} onClick=${() => copy(invite.code)} />
    ${room.may("invite.revoke") && html`<${IconButton} icon="close" label=${t("invites.revoke")}
      onClick=${onRevoke} />`}
  </li>`;
}

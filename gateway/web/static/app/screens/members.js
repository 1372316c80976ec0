// Who is in the room, and as what.

import { t } from "../messages.js";
import { Avatar, Field, Form, IconButton, Missing, Select } from "../parts/controls.js";
import { Confirm } from "../parts/dialog.js";
import { MoreMembers } from "../parts/more.js";
import { go, stayingHere } from "../routes.js";
import { me } from "../session.js";
import { byName } from "../store/members.js";
import { send } from "../store/outbox.js";
import { tellDone, tellProblem } from "../store/toasts.js";
import { takeResults } from "../store/writes.js";
import { shortDay } from "../times.js";
import { html, useState } from "../view.js";

const ROLES = ["viewer", "contributor", "editor", "admin", "owner"];

/** The roles that the caller may give: none above the own one. */
export function grantable(room) {
  return ROLES.slice(0, ROLES.indexOf(room.access.value?.role) + 1);
}

export default function MembersScreen({ room }) {
  const [leaving, setLeaving] = useState(null);
  const part = room.parts.value.members;
  if (part && part !== "ok") return html`<${Missing} what=${t("members")} status=${part}
    onRetry=${() => room.load()} />`;
  const members = room.members.all();
  members.sort((left, right) => ROLES.indexOf(right.role) - ROLES.indexOf(left.role) || byName(left, right));
  return html`<h2>${t("members.title")} <span class="count">${members.length}${room.members.next.value && "+"}</span></h2>
    ${room.may("member.add") && html`<${Add} room=${room} />`}
    <ul class="rows">
      ${members.map((member) => html`<${Row} key=${member.user.id} room=${room} member=${member}
        onRemove=${() => setLeaving(member)} />`)}
    </ul>
    <${MoreMembers} room=${room} />
    <${RoleTable} />
    ${leaving && html`<${Removal} room=${room} member=${leaving} onClose=${() => setLeaving(null)} />`}`;
}

function Add({ room }) {
  const add = async ({ email, role }, form) => {
    const answer = await send({ method: "POST", path: `/v1/rooms/${room.id}/members`, body: { email, role } });
    room.members.take(answer.body, answer.body.user.id);
    form.reset();
    tellDone(t("members.added", { name: answer.body.user.name }), answer, takeResults(room));
  };
  const options = grantable(room).map((role) => [role, t(`role.${role}`)]);
  return html`<div class="inline-form"><${Form} submit=${t("members.add")} onSubmit=${add}>
    ${(errors) => html`<${Field} label=${t("field.email")} name="email" type="email" required error=${errors.email}
      autocomplete="off" />
      <${Field} label=${t("field.role")} error=${errors.role}>
        <select name="role">${options.map(([role, text]) => html`<option value=${role}
          selected=${role === "editor"}>${text}</option>`)}</select>
      <//>`}
  <//></div>`;
}

function Row({ room, member, onRemove }) {
  const { user, role, since } = member;
  const isMe = user.id === me.value?.id;
  const reaches = grantable(room).includes(role);
  return html`<li class="member-row">
    <${Avatar} id=${user.id} name=${user.name} />
    <span class="member-name"><strong>${user.name}</strong>${isMe && html` <span class="badge">${t("members.you")}</span>`}
      <span class="hint">${[user.email, t("members.since", { day: shortDay(since) })].filter(Boolean).join(" · ")}</span></span>
    ${room.may("member.role") && reaches
      ? html`<${Select} aria-label=${t("members.role_of", { name: user.name })} value=${role}
          options=${grantable(room).map((each) => [each, t(`role.${each}`)])}
          onChange=${(chosen) => setRole(room, member, chosen)} />`
      : html`<span class="badge">${t(`role.${role}`)}</span>`}
    ${(isMe || (room.may("member.remove") && reaches)) &&
    html`<${IconButton} icon=${isMe ? "exit" : "close"} onClick=${onRemove}
      label=${isMe ? t("members.leave") : t("members.remove", { name: user.name })} />`}
  </li>`;
}

async function setRole(room, member, role) {
  const { id } = member.user;
  const drop = room.members.draft(id, (shown) => shown && { ...shown, role });
  try {
    const answer = await send({ method: "PUT", path: `/v1/rooms/${room.id}/members/${id}`, body: { role }, seen: member.version });
    room.members.take(answer.body, id);
    tellDone(t("members.role_set", { name: member.user.name, role: t(`role.${role}`) }), answer, takeResults(room));
    if (id === me.value.id) await room.loadAccess();
  } catch (error) {
    tellProblem(error);
  }
  drop();
}

function Removal({ room, member, onClose }) {
  const { id, name } = member.user;
  const isMe = id === me.value.id;
  const remove = async () => {
    const isHere = stayingHere();
    const answer = await send({ method: "DELETE", path: `/v1/rooms/${room.id}/members/${id}` });
    room.members.forget(id);
    onClose();
    tellDone(t("members.removed", { name }), answer, takeResults(room));
    if (isMe && isHere()) go("/");
  };
  return html`<${Confirm} title=${isMe ? t("members.leave") : t("members.remove", { name })}
    text=${t(isMe ? "members.leave_text" : "members.remove_text", { name })}
    action=${isMe ? t("members.leave") : t("remove")} onConfirm=${remove} onClose=${onClose} />`;
}

function RoleTable() {
  return html`<details class="roles"><summary>${t("roles.title")}</summary>
    <dl>${[...ROLES].reverse().map((role) => html`<dt>${t(`role.${role}`)}</dt><dd>${t(`roles.${role}`)}</dd>`)}</dl>
  </details>`;
}

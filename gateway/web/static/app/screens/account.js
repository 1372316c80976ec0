// The own account: name, address, password; where it is signed in; personal access tokens; its end.

import { call } from "../api.js";
import { t } from "../messages.js";
import { Field, Form, refill } from "../parts/controls.js";
import { Confirm } from "../parts/dialog.js";
import { useTitle } from "../parts/title.js";
import { forget, me } from "../session.js";
import { tell } from "../store/toasts.js";
import { html, useState } from "../view.js";
import { Sessions } from "./sessions.js";
import { Tokens } from "./tokens.js";

export default function AccountScreen() {
  useTitle(t("account.title"));
  return html`<div class="page account">
    <h1>${t("account.title")}</h1>
    <section aria-labelledby="account-profile"><h2
      id="account-profile">${t("account.profile")}</h2><${Profile} /></section>
    <section aria-labelledby="account-password"><h2
      id="account-password">${t("account.password")}</h2><${Password} /></section>
    <section aria-labelledby="account-sessions"><h2
      id="account-sessions">${t("sessions.title")}</h2><${Sessions} /></section>
    <section aria-labelledby="account-tokens"><h2 id="account-tokens">${t("tokens.title")}</h2><${Tokens} /></section>
    <section class="danger-zone" aria-labelledby="account-end"><h2
      id="account-end">${t("account.delete")}</h2><${End} /></section>
  </div>`;
}

/** Changes the account; `fields` without those that are as they were `seen`. */
async function change(fields, seen = me.value) {
  const wanted = Object.fromEntries(Object.entries(fields).filter(([name, value]) => value !== "" && seen[name] !== value));
  if (!Object.keys(wanted).some((name) => name !== "current_password")) return;
  const headers = { "If-Match": `"${seen.version}"` };
  try {
    me.value = (await call("PATCH", "/v1/me", { body: wanted, headers })).body;
  } catch (error) {
    if (error.code === "conflict") me.value = error.current;
    throw error;
  }
  tell(t("account.saved"));
}

function Profile() {
  // What the person has seen when they began: `me` is brought anew with each token.
  const [seen, setSeen] = useState(me.value);
  const { name, email } = seen;
  const [written, setWritten] = useState(email);
  const save = async ({ name, email, current_password: password }, form) => {
    const show = (before) => {
      refill(form, before, me.value);
      setSeen(me.value);
      setWritten(form.elements.email.value);
    };
    try {
      await change({ name, email, ...(password && { current_password: password }) }, seen);
      show({ name, email });
    } catch (error) {
      if (error.code === "conflict") show(seen);
      throw error;
    }
  };
  return html`<${Form} submit=${t("save")} onSubmit=${save}>
    ${(errors) => html`<${Field} label=${t("field.name")} name="name" required maxlength="100" autocomplete="name"
      defaultValue=${name} error=${errors.name} />
      <${Field} label=${t("field.email")} name="email" type="email" required maxlength="254" autocomplete="email"
        defaultValue=${email}
        error=${errors.email} onInput=${(event) => setWritten(event.target.value)} />
      ${written !== email && html`<${CurrentPassword} error=${errors.current_password} />`}`}
  <//>`;
}

function Password() {
  const save = async ({ password, current_password }, form) => {
    await change({ password, current_password });
    form.reset();
  };
  return html`<p class="hint">${t("account.password_text")}</p>
    <${Form} submit=${t("account.set_password")} kind="" onSubmit=${save}>
      ${(errors) => html`<input type="hidden" name="username" autocomplete="username" value=${me.value.email} />
        <${CurrentPassword} error=${errors.current_password} />
        <${Field} label=${t("account.new_password")} name="password" type="password" required minlength="10"
          maxlength="256"
          autocomplete="new-password" hint=${t("sign_in.password_hint")} error=${errors.password} />`}
    <//>`;
}

function CurrentPassword({ error }) {
  return html`<${Field} label=${t("account.current_password")} name="current_password" type="password" required
    autocomplete="current-password" error=${error} />`;
}

function End() {
  const [isAsking, setAsking] = useState(false);
  const remove = async () => {
    await call("DELETE", "/v1/me");
    forget();
  };
  return html`<p>${t("account.delete_text")}</p>
    <button type="button" class="danger" onClick=${() => setAsking(true)}>${t("account.delete")}</button>
    ${isAsking && html`<${Confirm} title=${t("account.delete")} text=${t("account.delete_sure")}
      action=${t("account.delete")}
      onConfirm=${remove} onClose=${() => setAsking(false)} />`}`;
}

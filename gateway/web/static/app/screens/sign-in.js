// Sign in, or make an account; then on to where the person wanted to go.

import { t } from "../messages.js";
import { Field, Form } from "../parts/controls.js";
import { Mark } from "../parts/icons.js";
import { useTitle } from "../parts/title.js";
import { go, route } from "../routes.js";
import { me, register, signIn } from "../session.js";
import { html, useEffect } from "../view.js";

export function SignInScreen({ isNew }) {
  const next = destination();
  const here = !!me.value;
  useTitle(t(isNew ? "sign_in.register_title" : "sign_in.title"));
  useEffect(() => {
    if (here) go(next, { replace: true });
  }, [here]);
  const enter = ({ email, name, password }) => (isNew ? register(email, name, password) : signIn(email, password));
  const kept = next === "/" ? "" : `?next=${encodeURIComponent(next)}`;
  const other = isNew
    ? html`<a href=${`/sign-in${kept}`}>${t("sign_in.have_account")}</a>`
    : html`<a href=${`/register${kept}`}>${t("sign_in.no_account")}</a>`;
  return html`<div class="page gate">
    <${Mark} />
    <h1>${t(isNew ? "sign_in.register_title" : "sign_in.title")}</h1>
    <p class="lead">${t("sign_in.lead")}</p>
    <${Form} key=${isNew} onSubmit=${enter} submit=${t(isNew ? "sign_in.register" : "sign_in.enter")} footer=${other}>
      ${(errors) => html`<${Fields} isNew=${isNew} errors=${errors} />`}
    <//>
  </div>`;
}

function Fields({ isNew, errors }) {
  return html`<${Field} label=${t("field.email")} name="email" type="email" required autocomplete="username"
      maxlength="254" error=${errors.email} />
    ${isNew && html`<${Field} label=${t("field.name")} name="name" required autocomplete="name" maxlength="100"
      error=${errors.name} />`}
    <${Field} label=${t("field.password")} name="password" type="password" required error=${errors.password}
      minlength=${isNew ? 10 : undefined} maxlength="256" hint=${isNew ? t("sign_in.password_hint") : null}
      autocomplete=${isNew ? "new-password" : "current-password"} />`;
}

// Only a path of this site: an address of another one would send people away from here.
function destination() {
  const next = route.value.query.get("next") ?? "/";
  try {
    const url = new URL(next, location.origin);
    const isHere = url.origin === location.origin && next.startsWith("/") && !url.pathname.startsWith("//");
    return isHere ? url.pathname + url.search : "/";
  } catch {
    return "/";
  }
}

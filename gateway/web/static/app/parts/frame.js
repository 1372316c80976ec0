// What stands around each screen: the bar at the top, and the messages at the bottom.

import { theme, toggleTheme } from "../kept.js";
import { chooseLanguage, language, LANGUAGES, t } from "../messages.js";
import { route } from "../routes.js";
import { me, signOut } from "../session.js";
import { isReached, late, waiting } from "../store/outbox.js";
import { announcement, tellProblem } from "../store/toasts.js";
import { html } from "../view.js";
import { Avatar, IconButton, Select } from "./controls.js";
import { Icon, Mark } from "./icons.js";
import { ConflictDialog } from "./conflict.js";
import { dialogs, Toasts } from "./toasts.js";

export function Frame({ children }) {
  return html`<a class="skip" href="#main" onClick=${skip}>${t("frame.skip")}</a>
    <${TopBar} />
    <main id="main" tabindex="-1">${children}</main>
    ${dialogs.value === 0 && html`<${Toasts} />`}
    <${ConflictDialog} />
    <div class="unseen" role="status" aria-live="assertive">${announcement}</div>`;
}

function skip(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}

function TopBar() {
  return html`<header class="top-bar">
    <a class="brand" href="/"><${Mark} size=${24} />TaskSync</a>
    <nav aria-label=${t("frame.navigation")}>
      ${me.value && html`<${NavLink} href="/" icon="home" label=${t("home.title")} screen="home" />`}
      <${NavLink} href="/console" icon="console" label=${t("console.title")} screen="console" />
    </nav>
    <${Sending} />
    <span class="spring"></span>
    <${LanguageChoice} />
    <${IconButton} icon=${theme.value === "dark" ? "sun" : "moon"} label=${t("frame.theme")} onClick=${toggleTheme} />
    ${me.value && html`<${Person} />`}
  </header>`;
}

function NavLink({ href, icon, label, screen }) {
  const isHere = route.value.screen === screen;
  return html`<a href=${href} aria-current=${isHere ? "page" : undefined} aria-label=${label}>
    <${Icon} name=${icon} /><span class="wide">${label}</span>
  </a>`;
}

function LanguageChoice() {
  return html`<${Select} class="language" aria-label=${t("frame.language")} value=${language.value}
    options=${Object.entries(LANGUAGES)} onChange=${(code) => chooseLanguage(code).catch(tellProblem)} />`;
}

function Person() {
  const leave = () => signOut().catch(tellProblem);
  return html`<a class="person" href="/account">
      <${Avatar} id=${me.value.id} name=${me.value.name} />
    </a>
    <${IconButton} icon="exit" label=${t("sign_out")} onClick=${leave} />`;
}

// Nothing is shown while all is well.
function Sending() {
  const isAway = !isReached.value && waiting.value > 0;
  const told = isAway ? t("frame.waiting", { count: waiting.value }) : late.value > 0 && t("frame.late", { count: late.value });
  return html`<span class="sending" role="status" title=${told || undefined}>
    ${told && html`<${Icon} name="alert" /><span class="told">${told}</span>`}
  </span>`;
}

// Starts the client: the texts, the session, then the screen of the address.

import { speak, t } from "./messages.js";
import { Frame } from "./parts/frame.js";
import { Loading, Missing } from "./parts/controls.js";
import { Later } from "./parts/later.js";
import { useTitle } from "./parts/title.js";
import { go, route } from "./routes.js";
import { HomeScreen } from "./screens/home.js";
import { RoomScreen } from "./screens/room.js";
import { SignInScreen } from "./screens/sign-in.js";
import { me, resume } from "./session.js";
import { html, render, signal, useEffect } from "./view.js";

const isAway = signal(false);

const AGAIN_MS = 2000;

async function start() {
  try {
    await resume();
    isAway.value = false;
  } catch {
    isAway.value = true;
    setTimeout(start, AGAIN_MS);
  }
}

function App() {
  const { screen, id, path } = route.value;
  if (isAway.value) return html`<${Frame}><${Missing} what="TaskSync" onRetry=${start} /><//>`;
  if (me.value === undefined) return html`<${Frame}><${Loading} /><//>`;
  return html`<${Frame}><${Screen} screen=${screen} id=${id} path=${path} /><//>`;
}

function Screen({ screen, id, path }) {
  const { tab, over } = route.value;
  if (screen === "console") return html`<${Later} key=${screen} load=${() => import("./console/console.js")} />`;
  if (screen === "sign-in" || screen === "register") return html`<${SignInScreen} isNew=${screen === "register"} />`;
  if (screen === "invite") return html`<${Later} key=${path} load=${() => import("./screens/invite.js")} code=${id} />`;
  if (!me.value) return html`<${Elsewhere} to=${`/sign-in?next=${encodeURIComponent(path + location.search)}`} />`;
  if (screen === "home") return html`<${HomeScreen} />`;
  if (screen === "account") return html`<${Later} key=${screen} load=${() => import("./screens/account.js")} />`;
  if (screen === "room") return html`<${RoomScreen} key=${id} id=${id} tab=${tab} />`;
  if (screen === "task" && over) return html`<${RoomScreen} key=${over} id=${over} tab="board" taskId=${id} />`;
  if (screen === "task") return html`<${Later} key=${id} load=${() => import("./task/screen.js")} id=${id} />`;
  return html`<${Nowhere} />`;
}

function Nowhere() {
  useTitle(t("nowhere.title"));
  return html`<div class="page"><h1>${t("nowhere.title")}</h1><p><a href="/">${t("nowhere.home")}</a></p></div>`;
}

function Elsewhere({ to }) {
  useEffect(() => go(to, { replace: true }), [to]);
  return null;
}

await Promise.all([speak(), start()]);
render(html`<${App} />`, document.getElementById("app"));

// Who is signed in. The refresh token is in a cookie that no script reads; the access token is in memory alone.

import { call, isTransient } from "./api.js";
import { keep, recall } from "./kept.js";
import { signal } from "./view.js";

const COOKIE = { "TaskSync-Session": "cookie" };
const EARLY_SECONDS = 60;
const AGAIN_MS = 2000;
// What is kept of a session that nobody is in any more, and that the server may not know to be over.
const LEFT = "left";
const channel = new BroadcastChannel("tasksync.session");

let access = null;
let timer = 0;
let renewing = null;
let departures = 0;
const leaving = new Set();

/** The account, null when nobody is signed in, undefined until that is known. */
export const me = signal(undefined);

export const session = {
  token,
  who: () => me.value?.id,
  /** As `renew`; but who has left is not brought back by what they left behind. */
  renew: async () => !!me.value && renew(),
};

/** At the start of a page: goes on with the session of this browser, if there is one. */
export async function resume() {
  const kept = recall("session");
  if (kept === LEFT) endLater();
  if (!kept || kept === LEFT || !(await renew())) me.value = null;
}

export async function signIn(email, password) {
  take(await enter("login", { email, password }));
}

export async function register(email, name, password) {
  take(await enter("register", { email, name, password }));
}

export async function signOut() {
  try {
    await call("POST", "/v1/auth/logout", { headers: COOKIE });
  } catch (error) {
    if (isTransient(error)) keep("session", LEFT);
    throw error;
  } finally {
    forget();
    channel.postMessage("ended");
    endLater();
  }
}

// Without a network the cookie of who left stays good: their session is ended as soon as that can be said.
async function endLater() {
  while (recall("session") === LEFT) {
    try {
      await alone(end);
    } catch (error) {
      if (!isTransient(error)) keep("session", null);
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

async function end() {
  // Somebody may have come, whose cookie it is now.
  if (recall("session") !== LEFT) return;
  const { body } = await call("POST", "/v1/auth/refresh", { headers: COOKIE, isPublic: true });
  const headers = { ...COOKIE, Authorization: `Bearer ${body.access_token}` };
  await call("POST", "/v1/auth/logout", { headers, isPublic: true });
  keep("session", null);
}

/** Calls `work` when who is signed in leaves: who comes next on this page gets nothing of theirs. */
export function whenLeaving(work) {
  leaving.add(work);
}

/** Nobody is signed in here any more. */
export function forget() {
  access = null;
  departures += 1;
  clearTimeout(timer);
  if (recall("session") !== LEFT) keep("session", null);
  me.value = null;
  leave();
}

function leave() {
  sessionStorage.clear();
  leaving.forEach((work) => work());
}

async function token() {
  if (access && Date.now() >= access.until) await renew();
  return access?.token ?? null;
}

/** Gets another access token, and says whether there is one. Throws Unreached. */
function renew() {
  renewing ??= alone(refresh).finally(() => {
    renewing = null;
  });
  return renewing;
}

// Tabs share one cookie: each takes its turn with it, so none sends a token that another has just used.
function alone(work) {
  return navigator.locks ? navigator.locks.request("tasksync.refresh", work) : work();
}

async function refresh() {
  const before = departures;
  try {
    const { body } = await call("POST", "/v1/auth/refresh", { headers: COOKIE, isPublic: true });
    if (departures !== before) return false;
    take(body);
    return true;
  } catch (error) {
    if (error.status === 401 || error.status === 403) {
      forget();
      return false;
    }
    // The services are away for a moment: who is signed in stays it.
    throw error;
  }
}

async function enter(how, body) {
  if (recall("session") === LEFT) await alone(end).catch(() => {});
  return (await call("POST", `/v1/auth/${how}`, { body, headers: COOKIE, isPublic: true })).body;
}

function take(answer) {
  access = { token: answer.access_token, until: Date.now() + (answer.expires_in - 5) * 1000 };
  clearTimeout(timer);
  timer = setTimeout(() => renew().catch(() => {}), Math.max(5, answer.expires_in - EARLY_SECONDS) * 1000);
  keep("session", "yes");
  // Another tab of this browser may have signed in somebody else.
  if (me.value && me.value.id !== answer.user.id) leave();
  me.value = answer.user;
}

channel.addEventListener("message", (event) => {
  if (event.data === "ended") forget();
});

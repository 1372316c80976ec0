// Who is signed in. The refresh token is in a cookie that no script reads; the access token is in memory alone.

import { call } from "./api.js";
import { keep, recall } from "./kept.js";
import { signal } from "./view.js";

const COOKIE = { "TaskSync-Session": "cookie" };
const EARLY_SECONDS = 60;
const channel = new BroadcastChannel("tasksync.session");

let access = null;
let timer = 0;
let renewing = null;
const leaving = new Set();

/** The account, null when nobody is signed in, undefined until that is known. */
export const me = signal(undefined);

export const session = { token, renew };

/** At the start of a page: goes on with the session of this browser, if there is one. */
export async function resume() {
  if (!recall("session") || !(await renew())) me.value = null;
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
  } finally {
    forget();
    channel.postMessage("ended");
  }
}

/** Calls `work` when who is signed in leaves: who comes next on this page gets nothing of theirs. */
export function whenLeaving(work) {
  leaving.add(work);
}

/** Nobody is signed in here any more. */
export function forget() {
  access = null;
  clearTimeout(timer);
  keep("session", null);
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
  try {
    take((await call("POST", "/v1/auth/refresh", { headers: COOKIE, isPublic: true })).body);
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

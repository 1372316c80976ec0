// The address of each screen. `gateway/web/routes.py` serves the shell at the same paths.

import { computed, signal } from "./view.js";

const ID = "([0-9a-f-]{36})";
const PATTERNS = [
  ["home", /^\/$/],
  ["sign-in", /^\/sign-in$/],
  ["register", /^\/register$/],
  ["account", /^\/account$/],
  ["console", /^\/console$/],
  ["invite", /^\/invite\/([^/]+)$/],
  ["room", new RegExp(`^/rooms/${ID}$`)],
  ["room", new RegExp(`^/rooms/${ID}/(list|members|invites|activity|trash|settings)$`)],
  ["task", new RegExp(`^/tasks/${ID}$`)],
];

const SEEK_MS = 3000;

const place = signal(here());
let isGoingBack = false;

/** `{screen, id, tab, query, over}`; `over` is the id of the room whose board a task was opened from: the query is its. */
export const route = computed(() => {
  const { path, search, over } = place.value;
  for (const [screen, pattern] of PATTERNS) {
    const match = pattern.exec(path);
    if (match) {
      const [, id = "", tab = "board"] = match;
      return { screen, id: read(id), tab, path, query: new URLSearchParams(search), over };
    }
  }
  return { screen: "nowhere", id: "", tab: "", path, query: new URLSearchParams(search), over: null };
});

/** What a part of a path says; the part itself where its `%` are none of UTF-8. */
function read(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function here() {
  const { over = null, under = location.search } = history.state ?? {};
  return { path: location.pathname, search: over ? under : location.search, over };
}

export function go(target, { over = null, replace = false } = {}) {
  const state = over ? { over, under: place.peek().search } : {};
  isGoingBack = false;
  history[replace ? "replaceState" : "pushState"](state, "", target);
  place.value = here();
}

/** A question for later: whether the person is still at this address. What comes late takes nobody from elsewhere. */
export function stayingHere() {
  const { path } = route.peek();
  return () => route.peek().path === path;
}

/** Keeps a choice in the address, so that a reload and a link keep it. */
export function setQuery(name, value) {
  const query = new URLSearchParams(location.search);
  if (value) query.set(name, value);
  else query.delete(name);
  const text = query.toString();
  go(location.pathname + (text ? `?${text}` : ""), { over: route.peek().over, replace: true });
}

/** Leaves what was opened over a board, back to it: once, though it be asked twice before that has happened. */
export function close(path) {
  if (!history.state?.over) go(path);
  else if (!isGoingBack) history.back();
  isGoingBack = !!history.state?.over;
}

addEventListener("popstate", () => {
  isGoingBack = false;
  const { path } = place.peek();
  place.value = here();
  const isHere = stayingHere();
  // What has the focus until then goes with the screen that is left.
  requestAnimationFrame(() => seek(path, isHere, Date.now() + SEEK_MS));
});

// Back in a list, a person goes on at the link by which they left it. It may be drawn only when the list has come.
function seek(path, isHere, until) {
  if (document.activeElement !== document.body || !isHere() || Date.now() > until) return;
  const link = document.querySelector(`main a[href="${CSS.escape(path)}"]`);
  if (link) link.focus();
  else requestAnimationFrame(() => seek(path, isHere, until));
}

// A plain click on a link of ours changes the screen without loading the page again.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !isPlain || event.defaultPrevented || link.target || link.origin !== location.origin) return;
  if (!PATTERNS.some(([, pattern]) => pattern.test(link.pathname))) return;
  event.preventDefault();
  // Where one is already, as by the second click of two, is no step to go back.
  go(link.pathname + link.search, { over: link.dataset.over ?? null, replace: link.href === location.href });
});

// Writes on their way. Each has its idempotency key and is sent until an answer comes: a short loss of the network
// delays it, and it is done once. Writes of one resource go one after the other.

import { call, isTransient, Unreached } from "../api.js";
import { session, whenLeaving } from "../session.js";
import { isAlready } from "./conflicts.js";
import { signal } from "../view.js";

const PATIENCE_MS = 5 * 60_000;
const PAUSES_MS = [300, 700, 1500, 3000, 5000];
const LATE_MS = 3000;

/** How many writes have no answer yet, how many of them for long, and whether the last attempt reached the server. */
export const waiting = signal(0);
export const late = signal(0);
export const isReached = signal(true);

const tails = new Map();
const sleepers = new Set();
// By resource: the version that our own last write made, and the one that our own in a row were made from.
const own = new Map();

/**
 * Sends `{method, path, body, resource, seen}`; `seen` is the version that the person has seen, for `If-Match`.
 * Returns the answer. Throws the Problem of a refusal; a network that stays away ends it after five minutes, and that
 * the person leaves ends it at once.
 */
export function send(write) {
  const resource = write.resource ?? write.path;
  const as = session.who();
  const before = tails.get(resource) ?? Promise.resolve();
  waiting.value += 1;
  let isLate = 0;
  const timer = setTimeout(() => (late.value += isLate = 1), LATE_MS);
  const sent = before.catch(() => {}).then(() => deliver(write, resource, as));
  tails.set(resource, sent);
  return sent.finally(() => {
    clearTimeout(timer);
    waiting.value -= 1;
    late.value -= isLate;
    if (tails.get(resource) === sent) tails.delete(resource);
  });
}

async function deliver(write, resource, as) {
  const headers = {};
  if (write.method === "POST") headers["Idempotency-Key"] = newKey();
  const seen = write.seen === undefined ? undefined : lift(resource, write.seen);
  if (seen !== undefined) headers["If-Match"] = `"${seen}"`;
  const options = { body: write.body, headers, as };
  const attempt = () => call(write.method, write.path, options).catch((error) => accept(error, write));
  const answer = await persist(attempt, write.method);
  note(resource, seen, answer);
  return answer;
}

// `crypto.randomUUID` is there in secure contexts alone, and this site may be served by plain http.
function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The record is already as the write wants it: it was ours, and its answer was lost.
function accept(error, { body }) {
  if (error.code !== "conflict" || !body || !error.current || !isAlready(body, error.current)) throw error;
  return { status: 200, body: error.current, headers: new Headers() };
}

// Two quick edits of one field: the second is made on the first, which the server has answered meanwhile.
function lift(resource, seen) {
  const last = own.get(resource);
  return last && last.from <= seen && seen < last.to ? last.to : seen;
}

function note(resource, seen, { body, headers }) {
  const to = body?.version;
  const last = own.get(resource);
  if (last && last.to === to) return;
  // A write that changed nothing tells a version that another may have made.
  const isMade = to && (to === seen + 1 || headers.has("TaskSync-Undo"));
  if (isMade) own.set(resource, { from: last?.to === to - 1 ? last.from : to - 1, to });
  else own.delete(resource);
}

async function persist(attempt, method) {
  const deadline = Date.now() + PATIENCE_MS;
  for (let tries = 0; ; tries += 1) {
    try {
      const answer = await attempt();
      isReached.value = true;
      return answer;
    } catch (error) {
      isReached.value = !(error instanceof Unreached);
      // The first attempt may have done it, though its answer was lost.
      if (tries > 0 && method === "DELETE" && error.status === 404) return { status: 204, body: null, headers: new Headers() };
      if (!isTransient(error) || Date.now() > deadline) throw error;
      await pause(Math.max(PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)], (error.retryAfter ?? 0) * 1000));
    }
  }
}

function pause(milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done() {
      clearTimeout(timer);
      sleepers.delete(done);
      resolve();
    }
    sleepers.add(done);
  });
}

const wake = () => [...sleepers].forEach((done) => done());
addEventListener("online", wake);
whenLeaving(() => {
  own.clear();
  wake();
});

addEventListener("beforeunload", (event) => {
  if (waiting.value > 0) event.preventDefault();
});

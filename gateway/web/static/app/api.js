// One request to the public API.

import { session } from "./session.js";

const SECONDS = 15;
const AGAIN_MS = 500;

/** An answer that is an error: the members of its `application/problem+json`, and `status`. */
export class Problem extends Error {
  constructor(status, members, headers) {
    super(members.detail ?? members.title ?? String(status));
    Object.assign(this, members, { status, retryAfter: Number(headers.get("Retry-After")) || null });
  }
}

/** No answer came. Whether the request was done is not known. */
export class Unreached extends Error {
  constructor(cause) {
    super("unreached", { cause });
    this.code = "unreached";
  }
}

/** Who it was asked for has left meanwhile: it is not sent as whoever came. */
class Left extends Error {
  constructor() {
    super("left");
    this.code = "left";
  }
}

/** Whether the same request, sent again later, may go well. */
export function isTransient(error) {
  if (error instanceof Unreached) return true;
  const passing = error.code === "in_progress" || error.code === "pending";
  return error instanceof Problem && (passing || [408, 429, 502, 503, 504].includes(error.status));
}

/**
 * Sends it as who is signed in (or as none else than `as`), and once more after a refresh when the token is no good any
 * more. Returns `{status, body, headers}`. Throws Problem, Unreached or Left.
 */
export async function call(method, path, { body, headers = {}, isPublic = false, as = session.who() } = {}) {
  const send = async () => {
    const token = isPublic ? null : await session.token();
    if (!isPublic && session.who() !== as) throw new Left();
    return exchange(method, path, body, token ? { ...headers, Authorization: `Bearer ${token}` } : headers);
  };
  try {
    return await send();
  } catch (error) {
    const isStale = error.status === 401 && !isPublic && error.code !== "wrong_credentials";
    if (!isStale || !(await session.renew())) throw error;
    return send();
  }
}

/** The body of what is read. A network that goes for a moment is tried once more. */
export async function get(path) {
  try {
    return (await call("GET", path)).body;
  } catch (error) {
    if (!(error instanceof Unreached)) throw error;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    return (await call("GET", path)).body;
  }
}

async function exchange(method, path, body, headers) {
  const options = { method, headers: { ...headers }, signal: AbortSignal.timeout(SECONDS * 1000) };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  const answer = await reach(path, options);
  const parsed = answer.text ? parse(answer.text) : null;
  if (answer.status >= 400) throw new Problem(answer.status, parsed ?? {}, answer.headers);
  return { status: answer.status, body: parsed, headers: answer.headers };
}

async function reach(path, options) {
  try {
    const answer = await fetch(path, options);
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  } catch (error) {
    throw new Unreached(error);
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's own page, for one.
    return null;
  }
}

/** `path` with the query parameters that have a value. */
export function withQuery(path, parameters) {
  const kept = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return kept.length ? `${path}?${new URLSearchParams(kept)}` : path;
}

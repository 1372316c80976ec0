// Sends what was typed, as it was typed, and measures it.

import { session } from "../session.js";

/** `{method, path, headers, body}` to an answer `{status, statusText, headers, text, milliseconds}`. */
export async function sendTyped({ method, path, headers, body }) {
  const sent = new Headers(headers);
  const token = await session.token();
  if (token && !sent.has("Authorization")) sent.set("Authorization", `Bearer ${token}`);
  if (body && !sent.has("Content-Type")) sent.set("Content-Type", "application/json");
  const begun = performance.now();
  const answer = await fetch(path, { method, headers: sent, body: body || undefined, cache: "no-store" });
  const text = await answer.text();
  const milliseconds = performance.now() - begun;
  return { status: answer.status, statusText: answer.statusText, headers: [...answer.headers], text, milliseconds };
}

/** `Name: value` lines as pairs. Throws the line that is none. */
export function readHeaders(text) {
  return text.split("\n").filter((line) => line.trim()).map((line) => {
    const match = /^\s*([!#$%&'*+.^_`|~\w-]+)\s*:\s*(.*?)\s*$/.exec(line);
    if (!match) throw new Error(line);
    return [match[1], match[2]];
  });
}

/** The same request for a shell. The token stays out of it, as it would stay in the shell's history. */
export function toCurl({ method, path, headers, body }) {
  const quote = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
  const lines = [`curl -sS -X ${method} ${quote(location.origin + path)}`, `-H "Authorization: Bearer $TOKEN"`];
  for (const [name, value] of headers) lines.push(`-H ${quote(`${name}: ${value}`)}`);
  if (body) lines.push(`-H 'Content-Type: application/json'`, `-d ${quote(body)}`);
  return lines.join(" \\\n  ");
}

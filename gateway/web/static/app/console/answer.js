// An answer: status, time, where the time went, the parts of a view, headers and body.

import { t } from "../messages.js";
import { html } from "../view.js";

export function Answer({ answer }) {
  if (answer.failure) return html`<p class="form-error"
    role="alert">${t("problem.unreached")} (${answer.failure})</p>`;
  const headers = new Map(answer.headers);
  const { text, parts } = read(answer.text);
  return html`<section class="console-answer" aria-label=${t("console.answer")}>
    <p class="console-facts" role="status">
      <strong class="status-code s${String(answer.status)[0]}">${answer.status} ${answer.statusText}</strong>
      <span>${t("console.time", { milliseconds: Math.round(answer.milliseconds) })}</span>
      <span>${t("console.size", { bytes: new Blob([answer.text]).size })}</span>
    </p>
    ${parts && html`<ul class="parts" aria-label=${t("console.parts")}>
      ${Object.entries(parts).map(([name, status]) => html`<li key=${name}
        class="part ${status}">${name} <strong>${status}</strong></li>`)}
    </ul>`}
    <${Timing} header=${headers.get("server-timing")} />
    <pre tabindex="0" aria-label=${t("console.body")}>${text || t("console.empty_body")}</pre>
    <details><summary>${t("console.answer_headers")} <span class="count">${answer.headers.length}</span></summary>
      <table><tbody>${answer.headers.map(([name, value]) => html`<tr key=${name}><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table>
    </details>
  </section>`;
}

function read(text) {
  try {
    const value = JSON.parse(text);
    return { text: JSON.stringify(value, null, 2), parts: value?.parts };
  } catch {
    return { text };
  }
}

/** `keys;dur=4.1, rooms;dur=2.0;desc="…"` as a bar for each. */
function Timing({ header }) {
  if (!header) return null;
  const spans = header.split(/,\s*/).map((entry) => {
    const [name, ...rest] = entry.split(";").map((part) => part.trim());
    const values = Object.fromEntries(rest.map((part) => part.split("=")));
    return { name: values.desc?.replaceAll('"', "") || name, duration: Number(values.dur ?? 0) };
  });
  const longest = Math.max(...spans.map((span) => span.duration), 0.1);
  return html`<table class="timing">
    <caption>Server-Timing</caption>
    <tbody>${spans.map(
      ({ name, duration }, index) => html`<tr key=${index}><th scope="row">${name}</th>
        <td class="bar"><meter min="0" max=${longest} value=${duration} aria-label=${name}></meter></td>
        <td>${t("console.milliseconds", { milliseconds: duration })}</td></tr>`,
    )}</tbody>
  </table>`;
}

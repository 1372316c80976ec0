// The form of a request: method, path, headers and body, with the help of the document.

import { t } from "../messages.js";
import { Field, Select } from "../parts/controls.js";
import { html } from "../view.js";
import { example } from "./schema.js";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

export function Request({ typed, change, document, operation, errors, isBusy, onSend, onCurl }) {
  const set = (name) => (event) => change({ [name]: event.target.value });
  const setPath = (event) => {
    const path = event.target.value;
    const methods = document?.methodsOf(path) ?? [];
    // A path that was just completed may not have the method that stands there.
    change(methods.length && !methods.includes(typed.method) ? { path, method: methods[0] } : { path });
  };
  const submit = (event) => {
    event.preventDefault();
    if (!isBusy) onSend();
  };
  const onKey = (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && submit(event);
  return html`<form class="console-request" onSubmit=${submit} onKeyDown=${onKey}>
    <div class="console-line">
      <${Select} aria-label=${t("console.method")} value=${typed.method}
        options=${METHODS.map((each) => [each, each])} onChange=${(method) => change({ method })} />
      <input class="console-path" aria-label=${t("console.path")} list="console-paths" value=${typed.path}
        onInput=${setPath}
        required autocomplete="off" autocapitalize="off" spellcheck=${false} placeholder="/v1/…" />
      <datalist id="console-paths">${document?.paths.map((path) => html`<option key=${path}
        value=${path} />`)}</datalist>
      <button class="primary" aria-disabled=${isBusy}>${t("console.send")}</button>
    </div>
    ${operation && html`<p class="hint">${operation.summary}</p>`}
    <${Parameters} typed=${typed} change=${change} operation=${operation} />
    <details class="console-headers" open=${!!typed.headers}>
      <summary>${t("console.headers")}</summary>
      <${Field} label=${t("console.headers_label")} unseenLabel=${true} error=${errors.headers}>
        <textarea rows="3" value=${typed.headers} onInput=${set("headers")} spellcheck=${false}
          placeholder=${'If-Match: "3"'}></textarea>
      <//>
    </details>
    ${typed.method !== "GET" && html`<${Body} typed=${typed} change=${change} document=${document}
      operation=${operation} errors=${errors.body} />`}
    <div class="form-actions">
      <button type="button" onClick=${onCurl}>${t("console.curl")}</button>
      <span class="hint">${t("console.keys")}</span>
    </div>
  </form>`;
}

/** An input for each `{name}` that still stands in the path, and for each parameter of the query. */
function Parameters({ typed, change, operation }) {
  const open = [...typed.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
  const fill = (name) => (event) => event.target.value && change({ path: typed.path.replace(`{${name}}`, encodeURIComponent(event.target.value.trim())) });
  const queries = operation?.parameters.filter((each) => each.in === "query") ?? [];
  const [path, query = ""] = typed.path.split("?");
  const values = new URLSearchParams(query);
  const ask = (name) => (event) => {
    if (event.target.value) values.set(name, event.target.value);
    else values.delete(name);
    change({ path: values.size ? `${path}?${values}` : path });
  };
  if (!open.length && !queries.length) return null;
  return html`<div class="console-parameters">
    ${open.map((name) => html`<${Field} key=${name} label=${`{${name}}`} onChange=${fill(name)}
      autocomplete="off" />`)}
    ${queries.map((each) => html`<${Field} key=${each.name} label=${each.name} value=${values.get(each.name) ?? ""}
      onChange=${ask(each.name)}
      title=${each.description} autocomplete="off" />`)}
  </div>`;
}

function Body({ typed, change, document, operation, errors }) {
  const fill = () => change({ body: JSON.stringify(example(operation.body, document.schemas), null, 2) });
  return html`<div class="console-body">
    <${Field} label=${t("console.body")}>
      <textarea rows="8" value=${typed.body} onInput=${(event) => change({ body: event.target.value })}
        spellcheck=${false}></textarea>
    <//>
    ${operation?.body && html`<button type="button" class="quiet" onClick=${fill}>${t("console.example")}</button>`}
    ${errors?.length > 0 && html`<div class="form-error" role="alert">
      <p>${t("console.not_sent")}</p>
      <ul>${errors.map((each) => html`<li><code>${each.field || t("console.body")}</code>: ${each.message}</li>`)}</ul>
    </div>`}
  </div>`;
}

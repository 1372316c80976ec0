// The console: any request to the API, typed by hand, checked before it is sent.

import { explain, t } from "../messages.js";
import { useTitle } from "../parts/title.js";
import { me } from "../session.js";
import { tell } from "../store/toasts.js";
import { html, useEffect, useState } from "../view.js";
import { Answer } from "./answer.js";
import { loadDocument } from "./document.js";
import { Live } from "./live.js";
import { Past, remember } from "./past.js";
import { Request } from "./request.js";
import { check } from "./schema.js";
import { readHeaders, sendTyped, toCurl } from "./send.js";

const BLANK = { method: "GET", path: "/v1/me/home", headers: "", body: "" };

export default function Console() {
  const [tab, setTab] = useState("request");
  useTitle(t("console.title"));
  return html`<div class="page console">
    <h1>${t("console.title")}</h1>
    <p class="lead">${t("console.lead")} ${!me.value && html`<a href="/sign-in?next=/console">${t("sign_in.enter")}</a>`}</p>
    <nav class="tabs" aria-label=${t("console.title")}>
      ${["request", "live"].map((each) => html`<button key=${each} type="button" aria-pressed=${each === tab}
        onClick=${() => setTab(each)}>${t(`console.${each}`)}</button>`)}
      <a href="/docs" target="_blank" rel="noopener">${t("console.docs")}</a>
    </nav>
    ${tab === "live" ? html`<${Live} />` : html`<${Sending} />`}
  </div>`;
}

function Sending() {
  const [document, setDocument] = useState(null);
  const [typed, setTyped] = useState(BLANK);
  const [errors, setErrors] = useState({});
  const [answer, setAnswer] = useState(null);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    loadDocument().then(setDocument, (error) => tell(explain(error), { kind: "failed" }));
  }, []);
  const operation = document?.find(typed.method, typed.path) ?? null;
  const change = (more) => {
    setErrors({});
    setTyped((old) => ({ ...old, ...more }));
  };
  const run = async () => {
    const { request, wrong } = examine(typed, operation, document);
    setErrors(wrong);
    if (!request) return;
    setBusy(true);
    setAnswer(await attempt(request));
    setBusy(false);
  };
  const copy = async () => {
    const { request } = examine({ ...typed }, null, null);
    if (request) await navigator.clipboard.writeText(toCurl(request)).then(() => tell(t("console.copied")), () => tell(toCurl(request)));
  };
  const again = ({ method, path, headers, body }) => {
    change({ method, path, body, headers: headers.map((pair) => pair.join(": ")).join("\n") });
  };
  return html`<div class="console-columns">
    <div>
      <${Request} typed=${typed} change=${change} document=${document} operation=${operation} errors=${errors}
        isBusy=${isBusy} onSend=${run} onCurl=${copy} />
      ${answer && html`<${Answer} answer=${answer} />`}
    </div>
    <aside aria-label=${t("console.history")}><h2>${t("console.history")}</h2><${Past} onChoose=${again} /></aside>
  </div>`;
}

/** What to send, or what is wrong with it. */
function examine(typed, operation, document) {
  const wrong = {};
  let headers = [];
  try {
    headers = readHeaders(typed.headers);
  } catch (error) {
    wrong.headers = t("console.bad_header", { line: error.message });
  }
  const body = typed.method === "GET" ? "" : typed.body.trim();
  const complaints = examineBody(body, operation, document);
  if (complaints.length) wrong.body = complaints;
  const request = { method: typed.method, path: typed.path, headers, body };
  return { wrong, request: Object.keys(wrong).length ? null : request };
}

function examineBody(body, operation, document) {
  if (!body) return operation?.isBodyRequired ? [{ field: "", message: t("console.body_missing") }] : [];
  try {
    const value = JSON.parse(body);
    return operation?.body ? check(value, operation.body, document.schemas) : [];
  } catch (error) {
    return [{ field: "", message: error.message }];
  }
}

async function attempt(request) {
  try {
    const answer = await sendTyped(request);
    remember(request, answer.status, answer.milliseconds);
    return answer;
  } catch (error) {
    remember(request, 0, 0);
    return { failure: error.message };
  }
}

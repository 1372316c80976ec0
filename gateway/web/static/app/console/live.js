// A stream as it comes: each event with its id and data.

import { t } from "../messages.js";
import { html, useEffect, useRef, useState } from "../view.js";

const MOST = 200;
const EVENTS = ["change", "cursor", "revoked", "resync", "resume"];

export function Live() {
  const [path, setPath] = useState("/v1/events");
  const [events, setEvents] = useState([]);
  const [state, setState] = useState("closed");
  const source = useRef(null);
  const count = useRef(0);
  const note = (kind, event) => {
    count.current += 1;
    const entry = { key: count.current, kind, id: event.lastEventId ?? "", data: event.data ?? "", at: new Date() };
    setEvents((old) => [entry, ...old].slice(0, MOST));
  };
  const stop = () => {
    source.current?.close();
    setState("closed");
  };
  const start = (event) => {
    event.preventDefault();
    stop();
    setState("connecting");
    const stream = new EventSource(path);
    source.current = stream;
    stream.onopen = () => setState("open");
    stream.onerror = () => setState(stream.readyState === EventSource.CLOSED ? "refused" : "connecting");
    EVENTS.forEach((kind) => stream.addEventListener(kind, (message) => note(kind, message)));
  };
  useEffect(() => stop, []);
  return html`<div class="console-live">
    <form class="console-line" onSubmit=${start}>
      <input class="console-path" aria-label=${t("console.path")} value=${path}
        onInput=${(event) => setPath(event.target.value)} required
        pattern="/v1/.*" autocomplete="off" spellcheck=${false} />
      ${state === "closed" || state === "refused"
        ? html`<button class="primary">${t("console.listen")}</button>`
        : html`<button type="button" onClick=${stop}>${t("console.stop")}</button>`}
    </form>
    <p class="hint" role="status">${t(`console.stream.${state}`)}</p>
    <ol class="events" aria-label=${t("console.events")}>
      ${events.map(
        (each) => html`<li key=${each.key}>
          <span class="event-head"><strong>${each.kind}</strong> <time>${each.at.toLocaleTimeString()}</time> <code>${each.id}</code></span>
          <pre>${each.data}</pre>
        </li>`,
      )}
    </ol>
  </div>`;
}

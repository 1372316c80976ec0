// A stream of changes that goes on where it stopped, whatever stopped it.

import { session } from "../session.js";
import { withQuery } from "../api.js";
import { signal } from "../view.js";

const PAUSES_MS = [500, 1000, 2000, 4000, 8000];
// A hidden tab needs no stream; a browser has few connections to one server, and other tabs need them.
const HIDDEN_MS = 60_000;
// The server says something each 15 seconds. What is silent for longer stalls, which no error tells.
const SILENT_MS = 40_000;

/** `connecting`, `open`, `waiting` (for the next attempt), `ended`. */
export class Stream {
  state = signal("connecting");
  #source = null;
  #failures = 0;
  #timer = 0;
  #watch = 0;
  #rest = 0;
  // Counts the stops: what was begun before the last one is over.
  #stops = 0;

  /** `on` has `change(change)`, `resync()`, `revoked(data)`, and, if it likes, `refused()`: opening failed twice or more. */
  constructor(path, cursor, on) {
    this.path = path;
    this.cursor = cursor;
    this.on = on;
    this.watcher = () => this.#seen();
    document.addEventListener("visibilitychange", this.watcher);
    addEventListener("online", this.watcher);
    this.#open();
  }

  close() {
    document.removeEventListener("visibilitychange", this.watcher);
    removeEventListener("online", this.watcher);
    clearTimeout(this.#rest);
    this.#stop("ended");
  }

  #open() {
    const source = new EventSource(withQuery(this.path, { after: this.cursor }));
    this.#source = source;
    this.#heard();
    source.addEventListener("open", () => {
      this.#failures = 0;
      this.state.value = "open";
    });
    source.addEventListener("change", (event) => {
      this.on.change(JSON.parse(event.data));
      this.#heard(event.lastEventId);
    });
    source.addEventListener("cursor", (event) => this.#heard(event.lastEventId));
    source.addEventListener("revoked", (event) => this.on.revoked(JSON.parse(event.data)));
    source.addEventListener("resync", () => this.on.resync());
    source.addEventListener("resume", () => this.#again(0));
    source.addEventListener("error", () => this.#failed());
  }

  #heard(cursor) {
    this.cursor = cursor || this.cursor;
    clearTimeout(this.#watch);
    // What it said may have closed it.
    if (this.#source) this.#watch = setTimeout(() => this.#failed(), SILENT_MS);
  }

  // The browser's own reconnection gives up at the first status that is not 200, and knows no back-off.
  #failed() {
    this.#failures += 1;
    this.#again(PAUSES_MS[Math.min(this.#failures, PAUSES_MS.length) - 1]);
  }

  #again(milliseconds) {
    this.#stop("waiting");
    this.#timer = setTimeout(() => this.#reopen(), milliseconds);
  }

  async #reopen() {
    const begun = this.#stops;
    const isOver = () => this.#stops !== begun;
    try {
      // A stream ends with its access token, whose cookie only a refresh renews.
      if (this.#failures !== 1 && !(await session.renew())) return;
      if (isOver()) return;
      // An EventSource does not say why it failed. The right to it may be gone since it was last open.
      if (this.#failures > 1) await this.on.refused?.();
      if (!isOver()) this.#open();
    } catch {
      if (!isOver()) this.#failed();
    }
  }

  #stop(state) {
    this.#stops += 1;
    clearTimeout(this.#timer);
    clearTimeout(this.#watch);
    this.#source?.close();
    this.#source = null;
    this.state.value = state;
  }

  #seen() {
    clearTimeout(this.#rest);
    if (document.visibilityState === "hidden") {
      this.#rest = setTimeout(() => this.#stop("waiting"), HIDDEN_MS);
    } else if (this.state.value === "waiting") {
      this.#failures = 1;
      this.#again(0);
    }
  }
}

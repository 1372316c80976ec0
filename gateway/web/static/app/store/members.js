// The members of a room, as far as they are here.

import { get, withQuery } from "../api.js";
import { batch, signal } from "../view.js";
import { Collection } from "./collection.js";

const PAGE = 200;

/** The order in which people look for somebody. */
export function byName(left, right) {
  return left.user.name.localeCompare(right.user.name);
}

export class Members extends Collection {
  /** The cursor of the next page; null when all are here. */
  next = signal(null);
  #left = new Set();
  #isAsked = false;

  constructor(roomId) {
    super();
    this.path = `/v1/rooms/${roomId}/members`;
  }

  /** Brings the next page. Throws Problem or Unreached. */
  async load() {
    this.takePage(await get(withQuery(this.path, { limit: PAGE, after: this.next.value })));
  }

  /** Brings the first page, where a task was opened without its board. */
  async need() {
    if (this.#isAsked) return;
    this.#isAsked = true;
    try {
      await this.load();
    } catch {
      this.#isAsked = false;
    }
  }

  /** Takes a page of them, but nobody of it who left since it was asked. */
  takePage(page) {
    this.#isAsked = true;
    const here = page.items.filter((member) => !this.#left.has(member.user.id));
    batch(() => {
      here.forEach((member) => this.take(member, member.user.id));
      this.next.value = page.next;
    });
  }

  /** Takes a change from the stream. */
  apply(change) {
    if (change.op === "delete") {
      // Who comes back is a new member: no version tells a page that was asked before they left.
      this.#left.add(change.id);
      this.forget(change.id);
    } else {
      this.#left.delete(change.id);
      this.take(change.record, change.id);
    }
  }

  clear() {
    this.#left.clear();
    super.clear();
  }
}

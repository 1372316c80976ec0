// What a person sees first: their rooms, what is assigned to them in these, and what of it is due soon. The server gives it
// in pages of rooms, each with the tasks of these rooms in pages of their own.

import { byDue } from "../board/order.js";
import { get, withQuery } from "../api.js";
import { batch, computed, signal } from "../view.js";
import { gently } from "./gently.js";
import { Stream } from "./stream.js";

export class Home {
  /** `{rooms, assigned, due_soon, status}`; null until it is here. Each is `{items, next}`, tasks that are missing null. */
  view = signal(null);
  error = signal(null);
  /** The state of the stream. */
  connection = computed(() => this.#stream.value?.state.value ?? "connecting");
  #pages = [];
  #shown = { rooms: 1, tasks: 1 };
  #asked = 0;
  #answered = 0;
  #stream = signal(null);
  #soon = gently(() => this.load());
  #isClosed = false;

  /** Loads anew as much as is shown. */
  async load() {
    try {
      await this.#bring(this.#shown);
    } catch (error) {
      this.error.value = error;
    }
  }

  /** Throws Problem or Unreached. */
  moreRooms() {
    return this.#grow({ ...this.#shown, rooms: this.#shown.rooms + 1 });
  }

  /** More of `assigned` or `due_soon`: of the rooms that are here, or of the next ones. Throws Problem or Unreached. */
  moreTasks(name) {
    const isHere = this.#pages.some((page) => page[name]?.next);
    return isHere ? this.#grow({ ...this.#shown, tasks: this.#shown.tasks + 1 }) : this.moreRooms();
  }

  close() {
    this.#isClosed = true;
    this.#soon.stop();
    this.#stream.peek()?.close();
  }

  async #grow(shown) {
    await this.#bring(shown);
    this.#shown = shown;
  }

  async #bring({ rooms, tasks }) {
    const turn = (this.#asked += 1);
    const pages = [];
    do pages.push(await bringPage(pages.at(-1)?.rooms.next, tasks));
    while (pages.length < rooms && pages.at(-1).rooms.next);
    // A later question may have been answered sooner.
    if (this.#isClosed || turn < this.#answered) return;
    this.#answered = turn;
    this.#pages = pages;
    batch(() => {
      this.view.value = together(pages);
      this.error.value = null;
    });
    this.#follow(pages[0].cursor);
  }

  // Home counts and sorts over all rooms, which only the server does; so a burst of changes is a call or two more.
  #follow(cursor) {
    if (this.#stream.peek()) return;
    const soon = this.#soon;
    // A gateway that has just started does not know it yet: what changes until then, no stream would tell.
    if (!cursor) return soon();
    const anew = () => {
      this.#stream.peek().close();
      this.#stream.value = null;
      soon();
    };
    this.#stream.value = new Stream("/v1/events", cursor, { change: soon, revoked: soon, resync: anew });
  }
}

/** A page of rooms, with up to `count` pages of the tasks in these. */
async function bringPage(after, count) {
  const ask = (assigned) => get(withQuery("/v1/me/home", { after, assigned_after: assigned }));
  const page = await ask();
  for (let number = 1; number < count && page.assigned?.next; number += 1) {
    const { assigned, due_soon: dueSoon, parts } = await ask(page.assigned.next);
    Object.assign(page, { assigned: join(page.assigned, assigned), due_soon: join(page.due_soon, dueSoon), parts });
  }
  return page;
}

function join(list, page) {
  return list && page && { items: [...list.items, ...page.items], next: page.next };
}

function together(pages) {
  const { next } = pages.at(-1).rooms;
  const tasks = (name) => {
    if (pages.some((page) => !page[name])) return null;
    const lists = pages.map((page) => page[name]);
    // Tasks of rooms that are not here yet are more, too.
    return { items: lists.flatMap((list) => list.items).sort(byDue), next: lists.find((list) => list.next)?.next ?? next };
  };
  return {
    rooms: { items: pages.flatMap((page) => page.rooms.items), next },
    assigned: tasks("assigned"),
    due_soon: tasks("due_soon"),
    status: pages.find((page) => page.parts.tasks !== "ok")?.parts.tasks ?? "ok",
  };
}

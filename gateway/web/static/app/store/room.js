// What is known of one room, and its stream. A view fills it, changes keep it as it is.

import { get, withQuery } from "../api.js";
import { t } from "../messages.js";
import { me } from "../session.js";
import { batch, computed, signal } from "../view.js";
import { Collection } from "./collection.js";
import { gently } from "./gently.js";
import { Members } from "./members.js";
import { Stream } from "./stream.js";
import { tellProblem } from "./toasts.js";

// Beyond it a board is asked page by page: nobody looks through more cards, and memory is not for free.
const MOST_TASKS = 2000;
const MOST_MEMBERS = 400;
const PAGE = 200;
const NO_MEMBERS = { items: [], next: null };

function pageOf(list) {
  return { next: list?.next ?? null, last: list?.items.at(-1) ?? null };
}

export class Room {
  rooms = new Collection();
  people = new Collection();
  tasks = new Collection();
  comments = new Collection();
  access = signal(null);
  parts = signal({});
  /** `empty`, `loading`, `ready`, `failed` (see `error`), `lost` (deleted, or the right is gone). */
  state = signal("empty");
  error = signal(null);
  /** The cursor of the next page of tasks; null when all are here. */
  next = signal(null);
  /** Of each task that is open: how its parts went, the cursor of its next page of comments, and the last before it. */
  views = signal({});
  /** The latest change from the stream, for what shows a history. */
  latest = signal(null);
  stream = signal(null);
  #anew = gently(() => this.#resync());
  #isClosed = false;

  constructor(id) {
    this.id = id;
    this.members = new Members(id);
    this.room = this.rooms.cell(id);
    this.connection = computed(() => this.stream.value?.state.value ?? "connecting");
  }

  /** Loads the board: one call, then the pages that it has no place for. */
  async load() {
    if (this.state.value !== "ready") this.state.value = "loading";
    try {
      // Without a stream what is here may have gone since.
      await (this.stream.value ? this.#bring() : this.#bringAnew());
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Loads what the caller may do, after the own role has changed. */
  async loadAccess() {
    try {
      await this.#bringAccess();
    } catch (error) {
      this.#fail(error);
    }
  }

  async loadMore() {
    const page = await get(withQuery(`/v1/rooms/${this.id}/tasks`, { limit: PAGE, after: this.next.value }));
    batch(() => {
      this.tasks.takeAll(page.items);
      this.next.value = page.next;
    });
  }

  /** Loads a task with its comments and the people in it. */
  async loadTask(id) {
    this.takeTask(await get(`/v1/tasks/${id}`));
  }

  takeTask(view) {
    batch(() => {
      this.tasks.take(view.task);
      if (view.room) this.rooms.take(view.room);
      this.access.value = view.access;
      this.people.takeAll([...(view.assignees ?? []), ...(view.people ?? [])]);
      this.comments.takeAll(view.comments?.items ?? []);
      this.#setView(view.task.id, { parts: view.parts, ...pageOf(view.comments) });
    });
    this.goLive(view.cursor);
  }

  /** Takes the names that come with a page; a service that is away names nobody. */
  takePeople = ({ people }) => this.people.takeAll(people ?? []);

  /** The task is not looked at any more. */
  leaveTask(id) {
    const { [id]: _, ...rest } = this.views.value;
    this.views.value = rest;
  }

  async loadComments(id) {
    const page = await get(withQuery(`/v1/tasks/${id}/comments`, { limit: PAGE, after: this.views.value[id].next }));
    batch(() => {
      this.comments.takeAll(page.items);
      if (this.views.value[id]) this.#setView(id, { ...this.views.value[id], ...pageOf(page) });
    });
  }

  /** Follows the stream from `cursor` on, unless one is followed already. */
  goLive(cursor) {
    if (this.stream.value || this.#isClosed) return;
    // A gateway that has just started does not know it yet: what changes until then, no stream would tell.
    if (!cursor) return this.#anew();
    this.stream.value = new Stream(`/v1/rooms/${this.id}/events`, cursor, {
      change: (change) => this.apply(change),
      resync: () => this.#resync(),
      revoked: () => this.#lose(),
      // That there is no connection stands above the board: all else than a loss need not be told.
      refused: () => this.#bringAccess().catch((error) => error.status === 404 && this.#lose()),
    });
  }

  /** For good: what is still on its way opens no stream any more. */
  close() {
    this.#isClosed = true;
    this.#anew.stop();
    this.#endStream();
  }

  #endStream() {
    this.stream.value?.close();
    this.stream.value = null;
  }

  apply(change) {
    const into = { room: this.rooms, member: this.members, task: this.tasks, comment: this.comments }[change.kind];
    if (!into) return;
    batch(() => {
      if (change.kind === "member") this.members.apply(change);
      else if (change.op === "delete") into.remove(change.id, change.version);
      else into.take(change.record, change.id);
      this.latest.value = change;
    });
    this.#consider(change);
  }

  name(userId) {
    if (!userId) return t("person.deleted");
    const member = this.members.cell(userId).value;
    return member?.user.name ?? this.people.cell(userId).value?.name ?? t("person.unknown");
  }

  may(action, task = null) {
    const access = this.access.value;
    if (!access) return false;
    // The one right that hangs on the task, and is among the actions of its view: who it is assigned to may move it.
    if (action === "task.move" && access.role === "contributor") return !!task?.assignees.includes(me.value?.id);
    return access.actions.includes(action);
  }

  #setView(id, view) {
    this.views.value = { ...this.views.value, [id]: view };
  }

  async #bringAccess() {
    this.access.value = (await get(`/v1/rooms/${this.id}?include=`)).access;
  }

  async #bring() {
    this.#takeView(await get(`/v1/rooms/${this.id}`));
    await this.#loadRest();
  }

  // The tasks that are open come with it, so that nothing of them is away in between.
  async #bringAnew() {
    const view = await get(`/v1/rooms/${this.id}`);
    const open = await Promise.all(Object.keys(this.views.value).map((id) => get(`/v1/tasks/${id}`).catch(() => id)));
    batch(() => {
      [this.members, this.tasks, this.comments].forEach((each) => each.clear());
      this.#takeView(view);
      for (const task of open) {
        if (task.task) this.takeTask(task);
        else this.#setView(task, { parts: { comments: "unavailable" }, next: null });
      }
    });
    await this.#loadRest();
  }

  #takeView(view) {
    batch(() => {
      this.rooms.take(view.room);
      this.access.value = view.access;
      this.parts.value = view.parts;
      this.members.takePage(view.members ?? NO_MEMBERS);
      if (view.tasks) {
        this.tasks.takeAll(view.tasks.items);
        this.next.value = view.tasks.next;
      }
      this.error.value = null;
      this.state.value = "ready";
    });
    this.goLive(view.cursor);
  }

  async #loadRest() {
    for (let count = PAGE; this.next.value && count < MOST_TASKS; count += PAGE) await this.loadMore();
    for (let count = 0; this.members.next.value && count < MOST_MEMBERS; count += PAGE) await this.members.load();
  }

  #consider(change) {
    const isMine = change.kind === "member" && change.id === me.value?.id;
    if (change.kind === "room" && change.op === "delete") this.#lose();
    else if (isMine && change.op !== "delete") this.loadAccess();
  }

  // Changes were missed that are not kept any more: what is shown is replaced by a new snapshot.
  async #resync() {
    this.#endStream();
    try {
      await this.#bringAnew();
    } catch (error) {
      // Without a view there is no stream, and what is shown would grow old.
      if (!this.stream.value) this.state.value = "loading";
      this.#fail(error);
    }
  }

  #lose() {
    this.close();
    this.state.value = "lost";
  }

  #fail(error) {
    if (error.status === 404) return this.#lose();
    if (this.#isClosed) return;
    if (this.state.value === "ready") return tellProblem(error);
    this.error.value = error;
    this.state.value = "failed";
  }
}

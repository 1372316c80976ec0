// Records by id, as the server has them and as they are shown.
//
// What is shown is the confirmed record with the person's own unconfirmed writes (drafts) put over it again. So a write
// shows at once, changes of others show below it, and one that fails is taken back by dropping its draft.

import { batch, signal, untracked } from "../view.js";

export class Collection {
  #confirmed = new Map();
  #drafts = new Map();
  #cells = new Map();
  #expected = [];

  /** Counts the changes of any record: what is derived from all of them depends on it. */
  stamp = signal(0);

  /** The signal of one record as it is shown: null while it is unknown, and when it is deleted. */
  cell(id) {
    if (!this.#cells.has(id)) this.#cells.set(id, signal(null));
    return this.#cells.get(id);
  }

  /** All records that are shown. Depends on each change. */
  all() {
    this.stamp.value;
    return untracked(() => [...this.#cells.values()].map((cell) => cell.value).filter(Boolean));
  }

  confirmed(id) {
    const entry = this.#confirmed.get(id);
    return entry?.record ?? null;
  }

  /** Takes what the server says, unless something later is known. */
  take(record, id = record.id) {
    this.#put(id, record.version, record);
  }

  takeAll(records) {
    batch(() => records.forEach((record) => this.take(record)));
  }

  /** Takes it that the record was deleted, as its `version`. */
  remove(id, version = Infinity) {
    this.#put(id, version, null);
  }

  /** Takes it that the record was deleted, and that one with this id begins with version 1 again. */
  forget(id) {
    this.#confirmed.delete(id);
    this.#show(id);
  }

  /** Forgets all that is confirmed, in favour of a snapshot that is taken next. */
  clear() {
    const ids = [...this.#confirmed.keys()];
    this.#confirmed.clear();
    ids.forEach((id) => this.#show(id));
  }

  /** Shows `change(record)` in place of the record, until the returned function is called. */
  draft(id, change) {
    const drafts = this.#drafts.get(id) ?? [];
    this.#drafts.set(id, [...drafts, change]);
    this.#show(id);
    return () => {
      const rest = this.#drafts.get(id)?.filter((each) => each !== change) ?? [];
      if (rest.length) this.#drafts.set(id, rest);
      else this.#drafts.delete(id);
      this.#show(id);
    };
  }

  /** Drops the draft of what is created here when the first record comes that `isSame` knows as it. */
  expect(isSame, drop) {
    this.#expected.push({ isSame, drop });
  }

  #put(id, version, record) {
    const known = this.#confirmed.get(id);
    if (known && known.version > version) return;
    this.#confirmed.set(id, { version, record });
    batch(() => {
      if (!known && record) this.#fulfil(record);
      this.#show(id);
    });
  }

  #fulfil(record) {
    const index = this.#expected.findIndex((each) => each.isSame(record));
    if (index >= 0) this.#expected.splice(index, 1)[0].drop();
  }

  #show(id) {
    const cell = this.cell(id);
    const drafts = this.#drafts.get(id) ?? [];
    const shown = drafts.reduce((record, change) => change(record), this.confirmed(id));
    if (shown === cell.peek()) return;
    batch(() => {
      cell.value = shown;
      this.stamp.value += 1;
    });
  }
}

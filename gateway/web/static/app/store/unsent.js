// Texts under way, by where they are written. They outlive that part of the screen: it may be left for another, what it
// belongs to may be deleted, and what was refused is written on. They are in memory alone, and go with who wrote them.

import { whenLeaving } from "../session.js";
import { signal } from "../view.js";

const edits = new Map();

whenLeaving(() => edits.clear());

// A page that goes takes them along: the browser asks before.
addEventListener("beforeunload", (event) => {
  if ([...edits.values()].some((edit) => edit.text.peek()?.trim())) event.preventDefault();
});

class Edit {
  /** The record at the beginning of an edit; null when none is under way. */
  seen = signal(null);
  /** What is written; null for nothing yet. */
  text = signal(null);
  /** Lines that were refused while another was written. */
  refused = [];

  begin(record) {
    this.seen.value = record;
  }

  end() {
    this.text.value = null;
    this.seen.value = null;
  }

  /** Ends the edit by `write(seen, text)`; if that returns that it is not settled, the edit goes on. */
  async save(text, write) {
    const seen = this.seen.peek();
    this.text.value = text;
    this.seen.value = null;
    const isSettled = await write(seen, text);
    // Another may have begun meanwhile.
    if (this.seen.peek()) return;
    if (isSettled) this.end();
    else {
      this.text.value ??= text;
      this.seen.value = seen;
    }
  }
}

/** The edit of `field` of the record with this id. */
export function editOf(id, field) {
  const key = `${id} ${field}`;
  if (!edits.has(key)) edits.set(key, new Edit());
  return edits.get(key);
}

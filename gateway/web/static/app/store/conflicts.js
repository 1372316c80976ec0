// Two people wrote the same field. The second sees both versions, and chooses.

import { whenLeaving } from "../session.js";
import { computed, signal } from "../view.js";

const asked = signal([]);

/** What the dialog shows: `{kind, id, fields, mine, current, choose}`; null when there is nothing to choose. */
export const conflict = computed(() => asked.value[0] ?? null);

// Who left does not choose any more: what waits for it is never told.
whenLeaving(() => {
  asked.value = [];
});

/** Whether the record is already as the write wants it. */
export function isAlready(fields, current) {
  return Object.entries(fields).every(([name, value]) => equal(name, value, current[name]));
}

function equal(name, left, right) {
  const isTime = name.endsWith("_at") && left && right;
  return isTime ? new Date(left).getTime() === new Date(right).getTime() : left === right;
}

/** Asks, one after the other, and returns the fields to write over `problem.current`: none if the person takes theirs. */
export function ask(kind, id, mine, problem) {
  return new Promise((resolve) => {
    const fields = problem.fields.filter((name) => name in mine);
    const question = { kind, id, fields, mine, current: problem.current, choose };
    function choose(chosen) {
      asked.value = asked.value.filter((each) => each !== question);
      resolve(chosen);
    }
    asked.value = [...asked.value, question];
  });
}

// The tasks that a board or list shows now: those of the room that pass the filter, as ids that change only when the
// selection does.

import { get, withQuery } from "../api.js";
import { route } from "../routes.js";
import { computed, signal, useEffect, useMemo } from "../view.js";
import { byPosition, matches, readFilter, SORTS, STATUSES } from "./order.js";

const QUIET_MS = 250;

export const filter = computed(() => readFilter(route.value.query));

/** The same array as before when it holds the same, so that what depends on it rests. */
function steady(make) {
  let last = [];
  return computed(() => {
    const ids = make();
    if (ids.length !== last.length || ids.some((id, index) => id !== last[index])) last = ids;
    return last;
  });
}

export function useChoice(room) {
  const choice = useMemo(() => choose(room), [room]);
  const { q } = filter.value;
  useEffect(() => {
    choice.found.value = null;
    if (!q) return undefined;
    const timer = setTimeout(() => search(room, q, choice.found), QUIET_MS);
    return () => clearTimeout(timer);
  }, [room, q]);
  return choice;
}

function choose(room) {
  const found = signal(null);
  const shown = computed(() => room.tasks.all().filter((task) => matches(task, filter.value, found.value)));
  const sorted = computed(() => [...shown.value].sort(byPosition));
  const columns = Object.fromEntries(
    STATUSES.map((status) => [status, steady(() => idsOf(sorted.value.filter((task) => task.status === status)))]),
  );
  const list = steady(() => idsOf([...shown.value].sort(SORTS[route.value.query.get("sort")] ?? byPosition)));
  return { found, columns, list };
}

function idsOf(tasks) {
  return tasks.map((task) => task.id);
}

// The server looks through comments too, and through what is not loaded.
async function search(room, q, found) {
  try {
    const page = await get(withQuery(`/v1/rooms/${room.id}/tasks`, { q, limit: 200 }));
    room.tasks.takeAll(page.items);
    found.value = new Set(idsOf(page.items));
  } catch {
    // What is loaded is searched here in any case.
  }
}

// The tasks that a board or list shows now: those of the room that pass the filter, as ids that change only when the
// selection does.

import { get, withQuery } from "../api.js";
import { route } from "../routes.js";
import { tellProblem } from "../store/toasts.js";
import { batch, computed, signal, useEffect, useMemo } from "../view.js";
import { byPosition, matches, readFilter, SORTS, STATUSES } from "./order.js";

const QUIET_MS = 250;
const PAGE = 200;

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
    choice.found.value = q ? { q, ids: new Set(), next: null } : null;
    if (!q) return undefined;
    const timer = setTimeout(() => search(room, choice.found).catch(tellProblem), QUIET_MS);
    return () => clearTimeout(timer);
  }, [room, q]);
  return choice;
}

function choose(room) {
  const found = signal(null);
  const shown = computed(() => room.tasks.all().filter((task) => matches(task, filter.value, found.value?.ids)));
  const sorted = computed(() => [...shown.value].sort(byPosition));
  const columns = Object.fromEntries(
    STATUSES.map((status) => [status, steady(() => idsOf(sorted.value.filter((task) => task.status === status)))]),
  );
  const list = steady(() => idsOf([...shown.value].sort(SORTS[route.value.query.get("sort")] ?? byPosition)));
  const next = computed(() => (found.value ?? { next: room.next.value }).next);
  return { found, columns, list, next, more: () => (found.peek() ? search(room, found) : room.loadMore()) };
}

function idsOf(tasks) {
  return tasks.map((task) => task.id);
}

/** Brings the next page of `{q, ids, next}`. The server looks through comments too, and through what is not loaded. */
async function search(room, found) {
  const before = found.peek();
  const page = await get(withQuery(`/v1/rooms/${room.id}/tasks`, { q: before.q, limit: PAGE, after: before.next }));
  // Something else may be asked for by now.
  if (found.peek() !== before) return;
  batch(() => {
    room.tasks.takeAll(page.items);
    found.value = { ...before, ids: new Set([...before.ids, ...idsOf(page.items)]), next: page.next };
  });
}

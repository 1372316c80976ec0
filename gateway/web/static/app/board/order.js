// Which tasks a board shows, and in which order.

import { me } from "../session.js";
import { daysUntil } from "../times.js";

export const STATUSES = ["todo", "doing", "done"];
export const PRIORITIES = ["none", "low", "medium", "high", "urgent"];

// The server compares positions byte by byte, as `<` does for what it makes them of. A move that is not confirmed yet
// stands beside its neighbour (`bias`).
export function byPosition(left, right) {
  if (left.position !== right.position) return left.position < right.position ? -1 : 1;
  return (left.bias ?? 0) - (right.bias ?? 0) || (left.number ?? 0) - (right.number ?? 0);
}

const rank = (task) => PRIORITIES.indexOf(task.priority);
const far = "9999";
export const SORTS = {
  position: byPosition,
  due: (left, right) => byDue(left, right) || byPosition(left, right),
  priority: (left, right) => rank(right) - rank(left) || byPosition(left, right),
  updated: (left, right) => compare(right.updated_at, left.updated_at),
};

/** What is due first comes first, and what is never due last. */
export function byDue(left, right) {
  return compare(left.due_at ?? far, right.due_at ?? far);
}

function compare(left, right) {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** `{q, assignee, priority, due}` from the address. */
export function readFilter(query) {
  const filter = Object.fromEntries(["q", "assignee", "priority", "due"].map((name) => [name, query.get(name) ?? ""]));
  return { ...filter, isEmpty: !Object.values(filter).some(Boolean) };
}

/** `found` are the ids that the server's search found, which looks into comments too; null before it answered. */
export function matches(task, filter, found) {
  return (
    (!filter.q || found?.has(task.id) || hasWords(task, filter.q)) &&
    (!filter.assignee || isAssigned(task, filter.assignee)) &&
    (!filter.priority || task.priority === filter.priority) &&
    (!filter.due || isDue(task, filter.due))
  );
}

function hasWords(task, text) {
  const hay = `#${task.number} ${task.title} ${task.description}`.toLowerCase();
  return text.toLowerCase().split(/\s+/).every((word) => hay.includes(word));
}

function isAssigned(task, assignee) {
  if (assignee === "nobody") return !task.assignees.length;
  return task.assignees.includes(assignee === "me" ? me.value?.id : assignee);
}

function isDue(task, due) {
  const days = task.due_at ? daysUntil(task.due_at) : Infinity;
  return task.status !== "done" && days <= (due === "late" ? -1 : 7);
}

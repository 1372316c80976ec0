// The board by keyboard: arrows go from card to card; Space lifts one, arrows carry it, Space puts it down.

import { t } from "../messages.js";
import { announce } from "../store/toasts.js";
import { asMoved, moveTask } from "../store/writes.js";
import { batch } from "../view.js";
import { STATUSES } from "./order.js";
import { toMove } from "./place.js";
import { focusCard, lifted } from "./stops.js";

const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/** From card to card, and to the lifting of one: keys that a card gets. */
export function onCardKey(event, room, columns) {
  const id = event.target.closest(".card")?.dataset.task;
  if (!id || lifted.value || hasModifier(event)) return;
  if (browse(event.key, id, room, columns)) event.preventDefault();
}

/**
 * What carries the lifted card: keys wherever they go, for a card that changes columns is drawn anew and has no focus
 * for a moment. A press of the pointer gives up. Returns what ends it.
 */
export function listenWhileLifted(room, columns) {
  const onKey = (event) => {
    if (!lifted.value || hasModifier(event)) return;
    event.preventDefault();
    event.stopPropagation();
    carry(event.key, room, columns);
  };
  const onPress = () => lifted.value && giveUp(room, columns);
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("pointerdown", onPress, true);
  return () => {
    onPress();
    document.removeEventListener("keydown", onKey, true);
    document.removeEventListener("pointerdown", onPress, true);
  };
}

function hasModifier(event) {
  return event.altKey || event.ctrlKey || event.metaKey;
}

function where(id, columns) {
  const status = STATUSES.find((each) => columns[each].value.includes(id));
  return { status, index: columns[status].value.indexOf(id) };
}

function browse(key, id, room, columns) {
  if (key === " ") return lift(id, room, columns);
  const { status, index } = where(id, columns);
  const [across, along] = STEPS[key] ?? [0, 0];
  const ends = { Home: 0, End: columns[status].value.length - 1 };
  if (key in ends) focusCard(status, columns[status].value[ends[key]]);
  else if (along) focusNear(status, index + along, columns);
  else if (across) beside(status, across, index, columns);
  else return false;
  return true;
}

function focusNear(status, index, columns) {
  const ids = columns[status].value;
  const id = ids[Math.max(0, Math.min(index, ids.length - 1))];
  if (id) focusCard(status, id);
}

// Over an empty column to the next one that has a card.
function beside(status, across, index, columns) {
  const rest = across > 0 ? STATUSES.slice(STATUSES.indexOf(status) + 1) : STATUSES.slice(0, STATUSES.indexOf(status)).reverse();
  const found = rest.find((each) => columns[each].value.length);
  if (found) focusNear(found, index, columns);
}

function lift(id, room, columns) {
  const task = room.tasks.cell(id).value;
  if (!room.may("task.move", task)) {
    announce(t("board.may_not_move"));
    return true;
  }
  const from = where(id, columns);
  lifted.value = { id, from, ...from, drop: () => {}, move: null };
  say("board.lifted", room, columns);
  return true;
}

function carry(key, room, columns) {
  if (!room.tasks.cell(lifted.value.id).peek()) return lose();
  if (STEPS[key]) shift(STEPS[key], room, columns);
  else if (key === " " || key === "Enter") putDown(room, columns);
  else if (key === "Escape" || key === "Tab") giveUp(room, columns);
}

// What is carried is shown as moved already; only putting it down writes.
function shift([across, along], room, columns) {
  const held = lifted.value;
  const status = STATUSES[Math.max(0, Math.min(STATUSES.indexOf(held.status) + across, STATUSES.length - 1))];
  const others = columns[status].value.filter((each) => each !== held.id);
  const index = Math.max(0, Math.min(held.index + along, others.length));
  batch(() => {
    held.drop();
    const now = columns[status].value;
    const move = toMove(held.id, held.from.status, status, now, others[index] ?? null);
    const drop = move ? room.tasks.draft(held.id, asMoved(room, move)) : () => {};
    lifted.value = { ...held, status, index, drop, move };
  });
  focusCard(status, held.id);
  say("board.carried", room, columns);
}

function putDown(room, columns) {
  const held = lifted.value;
  say("board.put_down", room, columns);
  batch(() => {
    if (held.move) moveTask(room, held.id, held.move);
    held.drop();
    lifted.value = null;
  });
  focusCard(held.status, held.id);
}

function giveUp(room, columns) {
  const held = lifted.value;
  batch(() => {
    held.drop();
    lifted.value = null;
  });
  say("board.given_up", room, columns, { ...held, ...held.from });
  focusCard(held.from.status, held.id);
}

// Somebody has deleted it meanwhile.
function lose() {
  lifted.value.drop();
  lifted.value = null;
  announce(t("task.gone"));
}

function say(key, room, columns, held = lifted.value) {
  announce(
    t(key, {
      title: room.tasks.cell(held.id).value?.title ?? "",
      status: t(`status.${held.status}`),
      position: held.index + 1,
      count: Math.max(columns[held.status].value.length, held.index + 1),
    }),
  );
}

// Cards dragged with a mouse, a pen or a finger.

import { announce } from "../store/toasts.js";
import { t } from "../messages.js";
import { moveTask } from "../store/writes.js";
import { placeAt, toMove } from "./place.js";

const SLACK_PX = 5;
// A finger that moves at once scrolls; one that rests first has taken hold.
const HOLD_MS = 300;
const EDGE_PX = 56;

/** Lets the cards in `board` be dragged. Returns what ends it. */
export function startDragging(board, room) {
  const drag = new Drag(board, room);
  const listeners = {
    pointerdown: (event) => drag.press(event),
    pointermove: (event) => drag.move(event),
    pointerup: () => drag.release(),
    pointercancel: () => drag.end(),
    dragstart: (event) => event.preventDefault(),
    contextmenu: (event) => drag.ghost && event.preventDefault(),
  };
  const onTouch = (event) => drag.ghost && event.preventDefault();
  const onKey = (event) => event.key === "Escape" && drag.ghost && (event.stopPropagation(), drag.end());
  Object.entries(listeners).forEach(([name, listener]) => board.addEventListener(name, listener));
  board.addEventListener("touchmove", onTouch, { passive: false });
  document.addEventListener("keydown", onKey, true);
  return () => {
    drag.end();
    Object.entries(listeners).forEach(([name, listener]) => board.removeEventListener(name, listener));
    board.removeEventListener("touchmove", onTouch);
    document.removeEventListener("keydown", onKey, true);
  };
}

class Drag {
  ghost = null;
  #card = null;

  constructor(board, room) {
    this.board = board;
    this.room = room;
  }

  press(event) {
    const card = event.target.closest(".card.movable");
    if (!card || event.button !== 0 || !event.isPrimary) return;
    this.#card = card;
    this.start = { x: event.clientX, y: event.clientY };
    this.point = this.start;
    this.pointer = event.pointerId;
    this.isTouch = event.pointerType === "touch";
    if (this.isTouch) this.timer = setTimeout(() => this.#lift(), HOLD_MS);
  }

  move(event) {
    if (!this.#card || event.pointerId !== this.pointer) return;
    // Beyond the board nobody here was told that the button was let go.
    if (!this.isTouch && !event.buttons) return this.end();
    this.point = { x: event.clientX, y: event.clientY };
    const isFar = Math.hypot(this.point.x - this.start.x, this.point.y - this.start.y) > SLACK_PX;
    if (this.ghost) this.#follow();
    else if (isFar && this.isTouch) this.end();
    else if (isFar) this.#lift();
  }

  release() {
    const { ghost, place } = this;
    const id = this.#card?.dataset.task;
    this.end();
    if (!ghost) return;
    swallowClick();
    if (place) this.#drop(id, place);
  }

  end() {
    clearTimeout(this.timer);
    cancelAnimationFrame(this.frame);
    this.ghost?.remove();
    this.#card?.classList.remove("dragged");
    this.#mark().hidden = true;
    this.board.classList.remove("dragging");
    this.ghost = this.#card = this.place = null;
  }

  #drop(id, place) {
    const status = place.list.dataset.status;
    const column = [...place.list.children].map((card) => card.dataset.task);
    const task = this.room.tasks.cell(id).peek();
    const move = task && toMove(id, task.status, status, column, place.next?.dataset.task ?? null);
    if (!move) return;
    moveTask(this.room, id, move);
    announce(t("task.moved", { status: t(`status.${status}`) }));
  }

  #lift() {
    const box = this.#card.getBoundingClientRect();
    this.offset = { x: this.start.x - box.left, y: this.start.y - box.top };
    this.ghost = this.#card.cloneNode(true);
    this.ghost.classList.add("ghost");
    this.ghost.style.width = `${box.width}px`;
    this.ghost.style.height = `${box.height}px`;
    this.ghost.removeAttribute("data-task");
    this.ghost.setAttribute("aria-hidden", "true");
    document.body.append(this.ghost);
    this.#card.classList.add("dragged");
    this.board.classList.add("dragging");
    this.board.setPointerCapture(this.pointer);
    this.#follow();
    this.#scroll();
  }

  #follow() {
    const { x, y } = this.point;
    this.ghost.style.transform = `translate(${x - this.offset.x}px, ${y - this.offset.y}px) rotate(1.2deg)`;
    this.place = placeAt(x, y, [...this.board.querySelectorAll(".cards")]);
    const mark = this.#mark();
    mark.hidden = !this.place;
    if (!this.place) return;
    mark.style.left = `${this.place.mark.left}px`;
    mark.style.width = `${this.place.mark.width}px`;
    mark.style.top = `${this.place.mark.top}px`;
  }

  // Near an edge the column, or the board, goes on by itself.
  #scroll() {
    this.frame = requestAnimationFrame(() => {
      const { x, y } = this.point;
      const list = this.place?.list;
      if (list) list.scrollTop += pull(y, list.getBoundingClientRect(), "top", "bottom");
      this.board.scrollLeft += pull(x, this.board.getBoundingClientRect(), "left", "right");
      if (list) this.#follow();
      this.#scroll();
    });
  }

  #mark() {
    return this.board.querySelector(".drop-mark");
  }
}

function pull(at, box, low, high) {
  if (at < box[low] + EDGE_PX) return -Math.min(14, (box[low] + EDGE_PX - at) / 3);
  if (at > box[high] - EDGE_PX) return Math.min(14, (at - box[high] + EDGE_PX) / 3);
  return 0;
}

// The end of a drag is a click on what lies below, which nobody meant.
function swallowClick() {
  const swallow = (event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => document.removeEventListener("click", swallow, { capture: true }), 50);
}

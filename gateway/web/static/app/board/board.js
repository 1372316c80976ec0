// A room as a board: a column for each status. A change of one task draws its card again, and nothing else.

import { t } from "../messages.js";
import { html, useEffect, useRef } from "../view.js";
import { useGrowing } from "../parts/later.js";
import { QuickAdd } from "../parts/quick-add.js";
import { Card } from "./card.js";
import { startDragging } from "./drag.js";
import { listenWhileLifted, onCardKey } from "./keys.js";
import { STATUSES } from "./order.js";
import { stops } from "./stops.js";

export function Board({ room, choice }) {
  const board = useRef(null);
  useEffect(() => startDragging(board.current, room), [room]);
  useEffect(() => listenWhileLifted(room, choice.columns), [room]);
  return html`<div class="board" ref=${board} onKeyDown=${(event) => onCardKey(event, room, choice.columns)}>
    <p id="card-help" class="unseen">${t("board.help")}</p>
    ${STATUSES.map((status) => html`<${Column} key=${status} room=${room} status=${status}
      ids=${choice.columns[status]} />`)}
    <div class="drop-mark" hidden></div>
  </div>`;
}

function Column({ room, status, ids }) {
  const shown = ids.value;
  const drawn = useGrowing(shown.length);
  // One card of each column is in the order of Tab; arrows go on from there.
  const stop = shown.includes(stops[status].value) ? stops[status].value : shown[0];
  return html`<section class="column" aria-labelledby="column-${status}" data-status=${status}>
    <h2 id="column-${status}">
      <span class="status-dot status-${status}" aria-hidden="true"></span>${t(`status.${status}`)}
      <span class="count" aria-label=${t("tasks.count", { count: shown.length })}>${shown.length}</span>
    </h2>
    ${room.may("task.create") && html`<${QuickAdd} room=${room} fields=${{ status }} onAdded=${showLast}
      label=${t("board.add_to", { status: t(`status.${status}`) })} />`}
    <ol class="cards" data-status=${status}>
      ${shown.slice(0, drawn).map((id) => html`<${Card} key=${id} room=${room} id=${id} isStop=${id === stop} />`)}
    </ol>
    ${!shown.length && html`<p class="column-empty">${t("board.empty_column")}</p>`}
  </section>`;
}

// A new card goes to the end of its column, which may be out of sight.
function showLast(form) {
  const list = form.parentElement.querySelector(".cards");
  requestAnimationFrame(() => list.lastElementChild?.scrollIntoView({ block: "nearest" }));
}

// Where a card would go: from a pointer or an index to what the API wants, `{status?, before? | after?}`.

/** The move of `id` to before `nextId` in the column (null: to its end); null if that is where it is. */
export function toMove(id, from, status, column, nextId) {
  const others = column.filter((each) => each !== id && !each.startsWith("draft-"));
  const index = nextId === null ? others.length : others.indexOf(nextId);
  if (index < 0) return null;
  if (status === from && column.indexOf(id) === index) return null;
  const change = status === from ? {} : { status };
  if (index < others.length) return { ...change, before: others[index] };
  return others.length ? { ...change, after: others.at(-1) } : change;
}

/** Column and neighbour under a point: `{list, next, mark}`, `mark` being the line to draw; null if there is none. */
export function placeAt(x, y, lists) {
  const list = lists.find((each) => within(each.closest(".column").getBoundingClientRect(), x));
  if (!list) return null;
  const next = nextCard(list, y);
  const box = list.getBoundingClientRect();
  const top = next ? next.getBoundingClientRect().top - 5 : endOf(list);
  return { list, next, mark: { left: box.left + 8, width: box.width - 16, top: Math.max(box.top, Math.min(top, box.bottom)) } };
}

function within(box, x) {
  return x >= box.left && x <= box.right;
}

// Cards stand in order, so half of them need no look each time.
function nextCard(list, y) {
  const cards = list.children;
  let low = 0;
  let high = cards.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const box = cards[middle].getBoundingClientRect();
    if (y < box.top + box.height / 2) high = middle;
    else low = middle + 1;
  }
  return cards[low] ?? null;
}

function endOf(list) {
  const last = list.lastElementChild;
  return last ? last.getBoundingClientRect().bottom + 3 : list.getBoundingClientRect().top + 3;
}

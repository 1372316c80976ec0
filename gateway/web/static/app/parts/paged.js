// A list that the API gives in pages.

import { get, withQuery } from "../api.js";
import { explain, t } from "../messages.js";
import { html, useEffect, useRef, useState } from "../view.js";
import { Loading } from "./controls.js";

const PAGE = 50;
const NONE = { items: [], next: null };

/** `{items, next, error, reload, more, set}` of the list at `path`; `reload` brings as much as is shown.
 *  `take(page)` gets each page that comes. */
export function usePages(path, take = () => {}) {
  const [state, setState] = useState({ items: null, next: null, error: null });
  const now = useRef(state);
  const turns = useRef({ asked: 0, answered: 0 });
  now.current = state;
  const ask = async (before, count) => {
    const turn = (turns.current.asked += 1);
    try {
      const list = await bring(path, take, before, count);
      // A later question may have been answered sooner.
      if (turn < turns.current.answered) return;
      turns.current.answered = turn;
      setState({ ...list, error: null });
    } catch (error) {
      setState((old) => ({ ...old, error }));
    }
  };
  useEffect(() => {
    ask(NONE, 1);
  }, [path]);
  return {
    ...state,
    reload: () => ask(NONE, now.current.items?.length),
    more: () => ask(state, state.items.length + 1),
    set: (change) => setState((old) => ({ ...old, items: change(old.items ?? []) })),
  };
}

/** What follows `before`, page by page, until there are `count` items. */
async function bring(path, take, { items, next }, count) {
  const page = await get(withQuery(path, { limit: PAGE, after: next }));
  take(page);
  const list = { items: [...items, ...page.items], next: page.next };
  return list.next && list.items.length < count ? bring(path, take, list, count) : list;
}

/** Draws it: `row(item)` for each, `empty` when there is none. */
export function Paged({ list, row, empty, kind = "rows" }) {
  if (!list.items) return list.error ? html`<${Failed} list=${list} />` : html`<${Loading} />`;
  const isEmpty = !list.items.length && !list.next;
  return html`${isEmpty ? empty : html`<ul class=${kind}>${list.items.map(row)}</ul>`}
    ${list.error && html`<${Failed} list=${list} />`}
    ${list.next && html`<button type="button" class="more" onClick=${list.more}>${t("more")}</button>`}`;
}

function Failed({ list }) {
  return html`<div class="missing" role="alert">
    <p>${explain(list.error)}</p>
    ${!list.next && html`<button type="button" onClick=${list.reload}>${t("retry")}</button>`}
  </div>`;
}

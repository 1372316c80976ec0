// A list that the API gives in pages.

import { get, withQuery } from "../api.js";
import { explain, t } from "../messages.js";
import { html, useEffect, useState } from "../view.js";
import { Loading } from "./controls.js";

const PAGE = 50;

/** `{items, next, error, reload, more, set}` of the list at `path`. */
export function usePages(path) {
  const [state, setState] = useState({ items: null, next: null, error: null });
  const ask = async (after, before) => {
    try {
      const page = await get(withQuery(path, { limit: PAGE, after }));
      setState({ items: [...before, ...page.items], next: page.next, error: null });
    } catch (error) {
      setState((old) => ({ ...old, error }));
    }
  };
  useEffect(() => {
    ask(null, []);
  }, [path]);
  return {
    ...state,
    reload: () => ask(null, []),
    more: () => ask(state.next, state.items),
    set: (change) => setState((old) => ({ ...old, items: change(old.items ?? []) })),
  };
}

/** Draws it: `row(item)` for each, `empty` when there is none. */
export function Paged({ list, row, empty, kind = "rows" }) {
  if (list.error && !list.items) {
    return html`<div class="missing" role="status">
      <p>${explain(list.error)}</p>
      <button type="button" onClick=${list.reload}>${t("retry")}</button>
    </div>`;
  }
  if (!list.items) return html`<${Loading} />`;
  if (!list.items.length && !list.next) return empty;
  return html`<ul class=${kind}>${list.items.map(row)}</ul>
    ${list.next && html`<button type="button" class="more" onClick=${list.more}>${t("more")}</button>`}`;
}

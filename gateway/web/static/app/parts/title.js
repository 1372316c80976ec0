// The title of the page, which is what a screen reader says first, and what a tab and a bookmark are called.

import { useEffect } from "../view.js";

/** Names the page, as long as this screen is there; null leaves that to another one. */
export function useTitle(text) {
  useEffect(() => {
    if (text !== null) document.title = `${text} · TaskSync`;
  }, [text]);
}

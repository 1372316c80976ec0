// Markdown that people wrote, as HTML that can do nothing: parsed, then sanitized, and shown as nodes.

import DOMPurify from "../../vendor/purify.js";
import { Marked } from "../../vendor/marked.js";
import { html, useLayoutEffect, useRef } from "../view.js";

const escape = (text) => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    // HTML in a text is text. And a picture would tell its site who reads: it becomes a link.
    html: ({ text }) => escape(text),
    image: ({ href, text }) => `<a href="${escape(href)}">${escape(text || href)}</a>`,
  },
});

const ALLOWED = {
  ALLOWED_TAGS: [
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "input", "li", "ol", "p",
    "pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
  ],
  ALLOWED_ATTR: ["href", "start", "type", "checked", "disabled", "align"],
  // The sanitizer's own pattern with fewer schemes; it looks at the values of other attributes too.
  ALLOWED_URI_REGEXP: /^(?:(?:https?|mailto):|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i,
  RETURN_DOM_FRAGMENT: true,
};

// Some texts take the parser a time that grows with their square, or more; no person writes so many marks without a gap.
const MARKS = /[_*~`[\]<>!]|[-+]\s|\d[.)]\s| {9}/g;
const MOST_IN_A_ROW = 250;
const MOST_MARKS = 2000;
// What stands in fences is not looked through by the parser.
const FENCED = /^(```|~~~)[^\n`]*\n[^]*?^ {0,3}\1[`~]*[ \t]*$/gm;
const GAP = /\n\s*\n|\n(?= {0,3}[-*+] \S)/;

function isHeavy(text) {
  const counts = text.replace(FENCED, "").split(GAP).map((part) => part.match(MARKS)?.length ?? 0);
  return Math.max(...counts) > MOST_IN_A_ROW || counts.reduce((sum, count) => sum + count) > MOST_MARKS;
}

/** The nodes that show `text`; null if it can only be shown as it was written. */
function toNodes(text) {
  if (isHeavy(text)) return null;
  try {
    return parse(text);
  } catch {
    // Deep nesting ends the parser, too.
    return null;
  }
}

function parse(text) {
  const fragment = DOMPurify.sanitize(marked.parse(text), ALLOWED);
  for (const link of fragment.querySelectorAll("a[href]")) {
    link.rel = "noopener noreferrer nofollow ugc";
    if (link.origin !== location.origin) link.target = "_blank";
  }
  for (const box of fragment.querySelectorAll("input")) box.setAttribute("aria-label", box.checked ? "☑" : "☐");
  // It may be wider than its place, and a keyboard scrolls what has the focus.
  for (const code of fragment.querySelectorAll("pre")) code.tabIndex = 0;
  for (const heading of fragment.querySelectorAll("h1, h2, h3, h4, h5, h6")) lower(heading);
  return fragment;
}

// The screen has headings of its own, which those of a text stand below.
function lower(heading) {
  const replacement = document.createElement("p");
  replacement.className = "markdown-heading";
  replacement.append(...heading.childNodes);
  heading.replaceWith(replacement);
}

export function Markdown({ text }) {
  const place = useRef(null);
  useLayoutEffect(() => {
    const nodes = toNodes(text);
    place.current.classList.toggle("plain", !nodes);
    place.current.replaceChildren(nodes ?? text);
  }, [text]);
  return html`<div class="markdown" ref=${place}></div>`;
}

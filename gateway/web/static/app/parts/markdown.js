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

// Some texts take the parser a time that grows with their square, or more; no person writes so many marks without a gap,
// such words and tables, or such a paragraph.
const MARKS = /[_*~`[\]<>!]|[-+]\s|\d[.)]\s| {9}/g;
const MOST_IN_A_ROW = 250;
const MOST_MARKS = 2000;
const LONGEST_WORD = 2000;
const MOST_LINES = 1000;
const MOST_CELLS = 20_000;
const OPENS = /^(```|~~~)[^`]*$/;
const CLOSES = /^ {0,3}(```|~~~)[`~]*[ \t]*$/;
const GAP = /\n\s*\n|\n(?= {0,3}[-*+] \S)/;

const most = (counts) => counts.reduce((one, other) => Math.max(one, other), 0);
const sum = (counts) => counts.reduce((one, other) => one + other, 0);

function isHeavy(text) {
  const rest = outsideFences(text);
  const parts = rest.split(GAP);
  const marks = parts.map((part) => part.match(MARKS)?.length ?? 0);
  const blocks = parts.map((part) => part.split("\n"));
  return most(marks) > MOST_IN_A_ROW || sum(marks) > MOST_MARKS
    // Who looks for addresses begins anew at each of their letters.
    || most(rest.split(/[^!-~]+/).map((word) => word.length)) > LONGEST_WORD
    || most(blocks.map((lines) => lines.length)) > MOST_LINES || sum(blocks.map(cellsOf)) > MOST_CELLS;
}

// If they are a table, each of its rows has as many cells as its head.
function cellsOf(lines) {
  const widest = most(lines.map((line) => line.split("|").length));
  return widest > 1 ? widest * lines.length : 0;
}

// What stands in fences is not looked through by the parser.
function outsideFences(text) {
  let [kept, held, mark] = [[], [], null];
  for (const line of text.split(/\r\n?|\n/)) {
    if (mark) {
      held.push(line);
      if (CLOSES.exec(line)?.[1] === mark) [held, mark] = [[], null];
    } else {
      mark = OPENS.exec(line)?.[1] ?? null;
      (mark ? held : kept).push(line);
    }
  }
  return [...kept, ...held].join("\n");
}

/** The nodes that show `text`; null if it can only be shown as it was written. */
export function toNodes(text) {
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
  // Its marks and columns stand where its first words begin.
  for (const block of fragment.querySelectorAll("ul, ol, blockquote, table")) block.dir = "auto";
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

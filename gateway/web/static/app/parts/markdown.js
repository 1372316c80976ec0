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

export function toNodes(text) {
  const fragment = DOMPurify.sanitize(marked.parse(text), ALLOWED);
  for (const link of fragment.querySelectorAll("a[href]")) {
    link.rel = "noopener noreferrer nofollow ugc";
    if (link.origin !== location.origin) link.target = "_blank";
  }
  for (const box of fragment.querySelectorAll("input")) box.setAttribute("aria-label", box.checked ? "☑" : "☐");
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
  useLayoutEffect(() => place.current.replaceChildren(toNodes(text)), [text]);
  return html`<div class="markdown" ref=${place}></div>`;
}

// Modal dialogs. What lies behind one is out of reach, messages too; so a dialog shows these itself.

import { t } from "../messages.js";
import { html, useEffect, useId, useRef } from "../view.js";
import { Form, IconButton } from "./controls.js";
import { dialogs, Toasts } from "./toasts.js";

/** A modal dialog. Escape, the cross and a click beside it close it; without `onClose`, only what stands in it does. */
export function Dialog({ title, onClose, children, kind = "", labelledBy }) {
  const dialog = useRef(null);
  const id = useId();
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current.showModal();
    dialogs.value += 1;
    return () => {
      dialogs.value -= 1;
      // What is taken away while it is open gives the focus back to nobody.
      if (document.activeElement === document.body) opener.focus({ preventScroll: true });
    };
  }, []);
  const leave = (event) => {
    event.preventDefault();
    onClose?.();
  };
  // The second of two clicks is meant for what was there at the first.
  const onBackdrop = (event) => event.target === dialog.current && event.detail < 2 && onClose?.();
  // A browser closes at the second Escape in a row what keeps to be closed.
  const stay = () => dialog.current?.isConnected && !dialog.current.open && dialog.current.showModal();
  return html`<dialog ref=${dialog} class="dialog ${kind}" aria-labelledby=${labelledBy ?? id} onCancel=${leave}
    onClose=${stay} onMouseDown=${onBackdrop}>
    <div class="dialog-body">
      ${title && html`<header class="dialog-head">
        <h2 id=${id}>${title}</h2>
        ${onClose && html`<${IconButton} icon="close" label=${t("close")} onClick=${onClose} />`}
      </header>`}
      ${children}
    </div>
    <${Toasts} />
  </dialog>`;
}

/** Asks before what cannot be taken back. */
export function Confirm({ title, text, action, onConfirm, onClose }) {
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <p>${text}</p>
    <${Form} kind="danger" submit=${action} onSubmit=${onConfirm}
      footer=${html`<button type="button" onClick=${onClose}>${t("cancel")}</button>`}>${() => null}<//>
  <//>`;
}

// Both versions of the fields that two people wrote, side by side.

import { t } from "../messages.js";
import { conflict } from "../store/conflicts.js";
import { html, useState } from "../view.js";
import { Dialog } from "./dialog.js";
import { shortDay } from "../times.js";

export function ConflictDialog() {
  return conflict.value && html`<${Choice} key=${conflict.value} ...${conflict.value} />`;
}

function Choice({ fields, mine, current, choose }) {
  const [keeps, setKeeps] = useState({});
  const isMine = (name) => keeps[name] === "mine";
  const finish = (event) => {
    event.preventDefault();
    choose(Object.fromEntries(fields.filter(isMine).map((name) => [name, mine[name]])));
  };
  return html`<${Dialog} title=${t("conflict.title")} kind="wide-dialog">
    <form onSubmit=${finish}>
      <p>${t("conflict.text")}</p>
      ${fields.map(
        (name) => html`<fieldset key=${name} class="versions">
          <legend>${t(`field.${name}`)}</legend>
          <${Version} name=${name} label=${t("conflict.theirs")} value=${current[name]} isChosen=${!isMine(name)}
            onChoose=${() => setKeeps({ ...keeps, [name]: "theirs" })} />
          <${Version} name=${name} label=${t("conflict.mine")} value=${mine[name]} isChosen=${isMine(name)}
            onChoose=${() => setKeeps({ ...keeps, [name]: "mine" })} />
        </fieldset>`,
      )}
      <div class="form-actions"><button class="primary">${t("conflict.keep")}</button></div>
    </form>
  <//>`;
}

function Version({ name, label, value, isChosen, onChoose }) {
  return html`<label class="version">
    <span class="version-head">
      <input type="radio" name="keep-${name}" checked=${isChosen} onChange=${onChoose} />${label}
    </span>
    <span class="version-text">${show(name, value)}</span>
  </label>`;
}

export function show(name, value) {
  if (value === null || value === undefined || value === "") return t("nothing");
  if (name.endsWith("_at")) return shortDay(value);
  if (name === "status" || name === "priority") return t(`${name}.${value}`);
  return String(value);
}

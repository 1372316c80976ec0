// The fields of a task that are chosen, and not written.

import { t } from "../messages.js";
import { PRIORITIES, STATUSES } from "../board/order.js";
import { Avatar, Field, IconButton } from "../parts/controls.js";
import { Due } from "../parts/due.js";
import { MoreMembers } from "../parts/more.js";
import { byName } from "../store/members.js";
import { assign, editTask, moveTask } from "../store/writes.js";
import { fromDayInput, toDayInput } from "../times.js";
import { html, useEffect, useRef, useSignal } from "../view.js";

const REST_MS = 2000;

export function Fields({ room, task }) {
  const isEditor = room.may("task.edit");
  const set = (fields) => editTask(room, task.id, fields, task.version);
  return html`<${Choice} label=${t("field.status")} name="status" value=${task.status} options=${STATUSES}
      isFixed=${!room.may("task.move", task)} onChange=${(status) => moveTask(room, task.id, { status })} />
    <${Choice} label=${t("field.priority")} name="priority" value=${task.priority} options=${PRIORITIES}
      isFixed=${!isEditor}
      onChange=${(priority) => set({ priority })} />
    <${DueDay} task=${task} isFixed=${!isEditor} onChange=${(due_at) => set({ due_at })} />
    <${People} room=${room} task=${task} />`;
}

function Choice({ label, name, value, options, isFixed, onChange }) {
  return html`<${Field} label=${label}>
    <select value=${value} disabled=${isFixed} onChange=${(event) => onChange(event.target.value)}>
      ${options.map((each) => html`<option key=${each} value=${each}
        selected=${each === value}>${t(`${name}.${each}`)}</option>`)}
    </select>
  <//>`;
}

function DueDay({ task, isFixed, onChange }) {
  const shown = toDayInput(task.due_at);
  // Each key makes a day that nobody means, or none. What is typed is written once the field is left, or rests.
  const typed = useSignal(null);
  const isTyping = useRef(false);
  const rest = useRef(0);
  const write = (value) => {
    isTyping.current = false;
    typed.value = null;
    if (value !== shown && (!value || value >= "1970")) onChange(fromDayInput(value));
  };
  const last = useRef(write);
  last.current = write;
  // Not at once: the field may be left because it is just being taken away.
  const finish = () => setTimeout(() => typed.peek() !== null && last.current(typed.peek()));
  useEffect(() => finish, []);
  const onKey = ({ key, altKey }) => {
    if (key === "Enter") finish();
    else isTyping.current ||= !altKey && /^(\d|Backspace|Delete|ArrowUp|ArrowDown)$/.test(key);
  };
  const type = (value) => {
    typed.value = value;
    clearTimeout(rest.current);
    rest.current = setTimeout(finish, REST_MS);
  };
  const change = ({ target: { value } }) => (isTyping.current ? type(value) : write(value));
  return html`<div class="due-field">
    <${Field} label=${t("field.due_at")}><input type="date" max="9999-12-31" value=${typed.value ?? shown}
      disabled=${isFixed} onKeyDown=${onKey} onPointerDown=${finish} onBlur=${finish} onChange=${change} /><//>
    ${task.due_at && html`<${Due} time=${task.due_at} isDone=${task.status === "done"} />`}
  </div>`;
}

function People({ room, task }) {
  const mayAssign = room.may("task.assign");
  useEffect(() => {
    if (mayAssign) room.members.need();
  }, [room, mayAssign]);
  const others = room.members.all().filter((member) => !task.assignees.includes(member.user.id)).sort(byName);
  const add = (event) => {
    if (event.target.value) assign(room, task.id, event.target.value, true);
    event.target.value = "";
  };
  return html`<div class="field assignees">
    <p id="task-assignees">${t("field.assignees")}</p>
    <ul aria-labelledby="task-assignees">
      ${task.assignees.map((id) => {
        const name = room.name(id);
        return html`<li key=${id}><${Avatar} id=${id} name=${name} size="small" /><span aria-hidden="true">${name}</span>
          ${mayAssign && html`<${IconButton} icon="close" label=${t("task.unassign", { name })}
            onClick=${() => assign(room, task.id, id, false)} />`}</li>`;
      })}
      ${!task.assignees.length && html`<li class="hint">${t("task.nobody")}</li>`}
    </ul>
    ${mayAssign && others.length > 0 && html`<select aria-label=${t("task.assign")} onChange=${add}>
      <option value="">${t("task.assign")}…</option>
      ${others.map(({ user }) => html`<option key=${user.id} value=${user.id}>${user.name}</option>`)}
    </select>
      <${MoreMembers} room=${room} />`}
  </div>`;
}

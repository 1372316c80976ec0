// What people do. Each shows at once, is sent, and is put right by the answer or taken back by a refusal.

import { t } from "../messages.js";
import { me } from "../session.js";
import { batch } from "../view.js";
import { ask } from "./conflicts.js";
import { send } from "./outbox.js";
import { rememberDone, tell, tellDone, tellProblem } from "./toasts.js";

let drafts = 0;

/** Changes fields of a record: `on` is `{kind, collection, id, path}`. Returns whether that is settled: written, or given up. */
async function edit(on, fields, seen, done) {
  const drop = on.collection.draft(on.id, (record) => record && { ...record, ...fields });
  try {
    const answer = await send({ method: "PATCH", path: on.path, body: fields, seen });
    confirm(() => on.collection.take(answer.body, on.id), drop);
    done?.(answer);
    return true;
  } catch (error) {
    return settle(on, fields, error, drop, done);
  }
}

async function settle(on, fields, error, drop, done) {
  const current = error.code === "conflict" ? error.current : null;
  confirm(() => current && on.collection.take(current, on.id), drop);
  if (!current) {
    tellProblem(error);
    return false;
  }
  const chosen = await ask(on.kind, on.id, fields, error);
  const rest = Object.entries(fields).filter(([name]) => !error.fields.includes(name));
  const wanted = { ...Object.fromEntries(rest), ...chosen };
  return Object.keys(wanted).length ? edit(on, wanted, current.version, done) : true;
}

function confirm(take, drop) {
  batch(() => {
    take();
    drop();
  });
}

/**
 * Sends a write that changes `id` in `collection` to `change(record)`, and takes its answer. `isSame(record)` knows what
 * the write creates: the stream may bring that before the answer comes. Returns the answer; null of a refusal.
 */
async function attempt({ collection, id, change, isSame, write, done }) {
  const drop = collection.draft(id, change);
  if (isSame) collection.expect(isSame, drop);
  try {
    const answer = await send(write);
    confirm(() => done(answer), drop);
    return answer;
  } catch (error) {
    confirm(() => error.current && collection.take(error.current, id), drop);
    if (error.code === "conflict") tell(t("conflict.moved_on"), { kind: "failed" });
    else tellProblem(error);
    return null;
  }
}

/** Takes what an undo made of records of the room. */
export function takeResults(room) {
  return (result) => batch(() => {
    if (result.task) room.tasks.take(result.task);
    if (result.comment) room.comments.take(result.comment);
    if (result.room) room.rooms.take(result.room);
    if (result.member) room.members.take(result.member, result.member.user.id);
  });
}

export function editRoom(room, fields, seen) {
  const on = { kind: "room", collection: room.rooms, id: room.id, path: `/v1/rooms/${room.id}` };
  return edit(on, fields, seen, (answer) => tellDone(t("settings.saved"), answer, takeResults(room)));
}

export function editTask(room, id, fields, seen) {
  const on = { kind: "task", collection: room.tasks, id, path: `/v1/tasks/${id}` };
  return edit(on, fields, seen, (answer) => tellDone(t("task.saved"), answer, takeResults(room)));
}

export function createTask(room, fields) {
  drafts += 1;
  const id = `draft-${drafts}`;
  const now = new Date().toISOString();
  const shown = {
    id, room_id: room.id, number: null, title: "", description: "", status: "todo", priority: "none", due_at: null,
    assignees: [], position: "~", created_by: me.value.id, created_at: now, updated_at: now, version: 0, ...fields,
  };
  return attempt({
    collection: room.tasks,
    id,
    change: () => shown,
    isSame: (task) => task.created_by === me.value.id && task.title === fields.title,
    write: { method: "POST", path: `/v1/rooms/${room.id}/tasks`, body: fields },
    done: (answer) => {
      room.tasks.take(answer.body);
      rememberDone(answer, takeResults(room));
    },
  });
}

/** A change that shows a task where `{status?, before? | after?}` will bring it. */
export function asMoved(room, move) {
  const anchor = room.tasks.cell(move.before ?? move.after ?? "").peek();
  const place = anchor ? { position: anchor.position, bias: move.before ? -1 : 1 } : {};
  return (task) => task && { ...task, status: move.status ?? task.status, ...place };
}

export function moveTask(room, id, move) {
  return attempt({
    collection: room.tasks,
    id,
    change: asMoved(room, move),
    write: { method: "POST", path: `/v1/tasks/${id}/move`, body: move, resource: `/v1/tasks/${id}` },
    done: (answer) => {
      room.tasks.take(answer.body);
      tellDone(t("task.moved", { status: t(`status.${answer.body.status}`) }), answer, takeResults(room));
    },
  });
}

export function deleteTask(room, task) {
  return attempt({
    collection: room.tasks,
    id: task.id,
    change: () => null,
    write: { method: "DELETE", path: `/v1/tasks/${task.id}`, seen: task.version },
    done: (answer) => {
      room.tasks.remove(task.id, task.version + 1);
      tellDone(t("task.deleted"), answer, takeResults(room));
    },
  });
}

export function assign(room, id, userId, isAssigned) {
  const without = (task) => task.assignees.filter((each) => each !== userId);
  return attempt({
    collection: room.tasks,
    id,
    change: (task) => task && { ...task, assignees: isAssigned ? [...without(task), userId] : without(task) },
    write: {
      method: isAssigned ? "PUT" : "DELETE",
      path: `/v1/tasks/${id}/assignees/${userId}`,
      resource: `/v1/tasks/${id}`,
    },
    done: (answer) => {
      room.tasks.take(answer.body);
      const text = t(isAssigned ? "task.assigned" : "task.unassigned", { name: room.name(userId) });
      tellDone(text, answer, takeResults(room));
    },
  });
}

export function addComment(room, taskId, body) {
  drafts += 1;
  const id = `draft-${drafts}`;
  const now = new Date().toISOString();
  const shown = { id, task_id: taskId, author: me.value.id, body, created_at: now, updated_at: now, version: 0 };
  return attempt({
    collection: room.comments,
    id,
    change: () => shown,
    isSame: (comment) => comment.author === me.value.id && comment.body === body,
    write: { method: "POST", path: `/v1/tasks/${taskId}/comments`, body: { body } },
    done: (answer) => {
      room.people.take(me.value);
      room.comments.take(answer.body);
      rememberDone(answer, takeResults(room));
    },
  });
}

export function editComment(room, id, body, seen) {
  const on = { kind: "comment", collection: room.comments, id, path: `/v1/comments/${id}` };
  return edit(on, { body }, seen, (answer) => tellDone(t("comment.saved"), answer, takeResults(room)));
}

export function deleteComment(room, comment) {
  return attempt({
    collection: room.comments,
    id: comment.id,
    change: () => null,
    write: { method: "DELETE", path: `/v1/comments/${comment.id}`, seen: comment.version },
    done: (answer) => {
      room.comments.remove(comment.id, comment.version + 1);
      tellDone(t("comment.deleted"), answer, takeResults(room));
    },
  });
}

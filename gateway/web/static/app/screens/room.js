// A room: its head with the tabs, and the screen of the tab. A task that is opened from the board lies over it.

import { explain, t } from "../messages.js";
import { Board } from "../board/board.js";
import { useChoice } from "../board/choice.js";
import { Filters } from "../board/filters.js";
import { Connection } from "../parts/connection.js";
import { Empty, Loading, Missing } from "../parts/controls.js";
import { Icon } from "../parts/icons.js";
import { Later } from "../parts/later.js";
import { More } from "../parts/more.js";
import { useTitle } from "../parts/title.js";
import { openRoom } from "../store/open.js";
import { html, useEffect, useMemo, useRef } from "../view.js";
import { TaskList } from "./list.js";

const TABS = [
  ["board", "board", "room.view"],
  ["list", "list", "room.view"],
  ["members", "people", "room.view"],
  ["invites", "link", "invite.view"],
  ["activity", "pulse", "room.view"],
  ["trash", "bin", "trash.view"],
  ["settings", "gear", "room.view"],
];
// Loaded when they are opened.
const LATER = {
  members: () => import("./members.js"),
  invites: () => import("./invites.js"),
  activity: () => import("./activity.js"),
  trash: () => import("./trash.js"),
  settings: () => import("./settings.js"),
};

export function RoomScreen({ id, tab, taskId }) {
  const room = useMemo(() => openRoom(id), [id]);
  useEffect(() => {
    if (room.state.value !== "ready") room.load();
  }, [room]);
  // A task over the board names the page itself.
  useTitle(taskId ? null : titleOf(room, tab));
  const state = room.state.value;
  if (state === "lost") return html`<div class="page"><${Empty} icon="alert">${t("room.lost")} <a href="/">${t("nowhere.home")}</a><//></div>`;
  if (state === "failed") {
    const { error } = room;
    return html`<div class="page"><${Missing} what=${t("room")} status=${error.value.code}
      onRetry=${() => room.load()} />
      <p class="hint">${explain(error.value)}</p></div>`;
  }
  if (state !== "ready") return html`<${Loading} />`;
  return html`<div class="room">
    <${RoomHead} room=${room} tab=${tab} />
    <${Connection} state=${room.connection} />
    <${Tab} room=${room} tab=${tab} />
    ${taskId && html`<${Later} key=${taskId} load=${() => import("../task/panel.js")} id=${taskId} room=${room} />`}
  </div>`;
}

function titleOf(room, tab) {
  if (room.state.value === "lost") return t("nowhere.title");
  const name = room.room.value?.name ?? t("room");
  return tab === "board" ? name : `${t(`tab.${tab}`)} · ${name}`;
}

function Tab({ room, tab }) {
  if (tab === "board" || tab === "list") return html`<${Tasks} room=${room} tab=${tab} />`;
  const [, , action] = TABS.find(([key]) => key === tab);
  // What stands there is not for who has lost the right to it.
  return html`<div class="page"><${Later} key=${`${tab} ${room.may(action)}`} load=${LATER[tab]} room=${room} /></div>`;
}

function RoomHead({ room, tab }) {
  const { id, name } = room.room.value;
  const tabs = useRef(null);
  useEffect(() => tabs.current.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" }), [tab]);
  const shown = TABS.filter(([, , action]) => room.may(action));
  return html`<header class="room-head">
    <h1>${name}</h1>
    <nav class="tabs" ref=${tabs} aria-label=${t("room.tabs")}>
      ${shown.map(
        ([key, icon]) => html`<a key=${key} href=${key === "board" ? `/rooms/${id}` : `/rooms/${id}/${key}`}
          aria-current=${key === tab ? "page" : undefined}><${Icon} name=${icon} />${t(`tab.${key}`)}</a>`,
      )}
    </nav>
  </header>`;
}

function Tasks({ room, tab }) {
  const choice = useChoice(room);
  const retry = () => room.load();
  const { tasks, members } = room.parts.value;
  if (tasks && tasks !== "ok") return html`<div class="page"><${Missing} what=${t("tasks")} status=${tasks}
    onRetry=${retry} /></div>`;
  return html`<${Filters} room=${room} tab=${tab} />
    ${members && members !== "ok" && html`<${Missing} what=${t("members")} status=${members} onRetry=${retry} />`}
    ${tab === "board" ? html`<${Board} room=${room} choice=${choice} />` : html`<${TaskList} room=${room}
      ids=${choice.list} />`}
    ${choice.next.value && html`<${More} load=${choice.more} />`}`;
}

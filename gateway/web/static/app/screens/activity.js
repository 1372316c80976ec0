// Who changed what, the latest first.

import { t } from "../messages.js";
import { Empty } from "../parts/controls.js";
import { Happened } from "../parts/happened.js";
import { Paged, usePages } from "../parts/paged.js";
import { html, useEffect } from "../view.js";

const QUIET_MS = 500;

export default function ActivityScreen({ room }) {
  const list = usePages(`/v1/rooms/${room.id}/activity`);
  const change = room.latest.value;
  useEffect(() => {
    if (!change) return undefined;
    const timer = setTimeout(list.reload, QUIET_MS);
    return () => clearTimeout(timer);
  }, [change]);
  return html`<h2>${t("activity.title")}</h2>
    <${Paged} list=${list} kind="happenings" empty=${html`<${Empty} icon="pulse">${t("activity.empty")}<//>`}
      row=${(each) => html`<${Happened} key=${each.id} room=${room} happened=${each} isLinked=${true} />`} />`;
}

// Who changed what, the latest first.

import { t } from "../messages.js";
import { Empty } from "../parts/controls.js";
import { Happened } from "../parts/happened.js";
import { Paged, usePages } from "../parts/paged.js";
import { gently } from "../store/gently.js";
import { html, useEffect, useMemo } from "../view.js";

export default function ActivityScreen({ room }) {
  const list = usePages(`/v1/rooms/${room.id}/activity`, room.takePeople);
  const soon = useMemo(() => gently(list.reload), []);
  const change = room.latest.value;
  useEffect(() => {
    if (change) soon();
  }, [change]);
  useEffect(() => soon.stop, []);
  return html`<h2>${t("activity.title")}</h2>
    <${Paged} list=${list} kind="happenings" empty=${html`<${Empty} icon="pulse">${t("activity.empty")}<//>`}
      row=${(each) => html`<${Happened} key=${each.id} room=${room} happened=${each} isLinked=${true} />`} />`;
}

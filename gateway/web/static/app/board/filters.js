// The bar above a board or list: search, filters, and how a list is sorted. All of it is in the address.

import { t } from "../messages.js";
import { Select } from "../parts/controls.js";
import { Icon } from "../parts/icons.js";
import { MoreMembers } from "../parts/more.js";
import { route, setQuery } from "../routes.js";
import { byName } from "../store/members.js";
import { html, useState } from "../view.js";
import { filter } from "./choice.js";
import { PRIORITIES } from "./order.js";

export function Filters({ room, tab }) {
  const [isOpen, setOpen] = useState(!filter.value.isEmpty);
  const { q, assignee, priority, due, isEmpty } = filter.value;
  const clear = () => ["q", "assignee", "priority", "due"].forEach((name) => setQuery(name, ""));
  return html`<div class="filters" role="search" aria-label=${t("filter.title")}>
    <label class="search-box">
      <${Icon} name="search" /><span class="unseen">${t("filter.search")}</span>
      <input type="search" value=${q} placeholder=${t("filter.search")}
        onInput=${(event) => setQuery("q", event.target.value)} />
    </label>
    <button type="button" class="filter-toggle ${isEmpty ? "" : "active"}" aria-expanded=${isOpen}
      onClick=${() => setOpen(!isOpen)}>
      <${Icon} name="filter" />${t("filter.title")}
    </button>
    <div class="filter-choices ${isOpen ? "open" : ""}">
      <${Choice} name="assignee" value=${assignee} options=${people(room)} />
      <${MoreMembers} room=${room} />
      <${Choice} name="priority" value=${priority}
        options=${PRIORITIES.map((each) => [each, t(`priority.${each}`)])} />
      <${Choice} name="due" value=${due} options=${["late", "soon"].map((each) => [each, t(`filter.due.${each}`)])} />
      ${tab === "list" && html`<${Sorting} />`}
      ${!isEmpty && html`<button type="button" class="quiet" onClick=${clear}>${t("filter.clear")}</button>`}
    </div>
  </div>`;
}

function Choice({ name, value, options }) {
  return html`<${Select} class=${value ? "active" : ""} aria-label=${t(`filter.${name}`)} value=${value}
    options=${[["", t(`filter.${name}.any`)], ...options]} onChange=${(chosen) => setQuery(name, chosen)} />`;
}

function Sorting() {
  const chosen = route.value.query.get("sort") ?? "position";
  const options = ["position", "due", "priority", "updated"].map((each) => [each, t(`sort.${each}`)]);
  return html`<${Select} aria-label=${t("sort.title")} value=${chosen} options=${options}
    onChange=${(value) => setQuery("sort", value)} />`;
}

function people(room) {
  const members = room.members.all().sort(byName).map(({ user }) => [user.id, user.name]);
  return [["me", t("filter.assignee.me")], ["nobody", t("filter.assignee.nobody")], ...members];
}

"""A list that comes in pages says that there is more, and brings it; what was brought stays."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from playwright.async_api import Locator, Route, expect

from tests.web.conftest import Visit
from tests.web.people import Person

# The server's page, unless it is asked for another.
PAGE = 50


def more(place: Locator) -> Locator:
    return place.get_by_role("button", name="Show more")


async def assign(person: Person, room: str, count: int) -> None:
    """So many tasks of their own, due tomorrow."""
    due = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    fields = {"op": "create_task", "due_at": due, "assignees": [person.id]}
    tasks = [{**fields, "title": f"Task {number}"} for number in range(count)]
    await person.call("POST", f"/v1/rooms/{room}/batch", {"operations": tasks})


async def shorten(route: Route) -> None:
    """Asks for pages of one."""
    await route.continue_(url=route.request.url.replace("limit=200", "limit=1"))


async def shorten_members(person: Person, room: str) -> None:
    """The members of the room come one by one, as if a page had room for no more."""

    async def view(route: Route) -> None:
        if urlsplit(route.request.url).query:
            await route.continue_()
        else:
            answer = await route.fetch()
            first = await person.call("GET", f"/v1/rooms/{room}/members?limit=1")
            await route.fulfill(response=answer, json={**await answer.json(), "members": first})

    await person.page.route(f"**/v1/rooms/{room}", view)
    await person.page.route(f"**/v1/rooms/{room}/members?*", shorten)


async def test_home_brings_all_that_is_assigned(visit: Visit) -> None:
    ada = await visit()
    room = await ada.make_room("Mill")
    await assign(ada, room, PAGE + 5)
    await ada.open("/")
    for name in ("Assigned to me", "Due soon"):
        part = ada.page.get_by_role("region", name=name)
        await expect(part.locator(".task-row")).to_have_count(PAGE)
        await more(part).click()
        await expect(part.locator(".task-row")).to_have_count(PAGE + 5)
        await expect(more(part)).to_have_count(0)
        await ada.page.reload()
    last = ada.page.locator(".task-row").nth(PAGE - 1)
    await last.click()
    await ada.page.get_by_label("Priority").focus()
    await ada.page.go_back()
    await expect(last).to_be_focused()


async def test_home_keeps_the_rooms_that_it_brought_and_knows_their_tasks(visit: Visit) -> None:
    ada = await visit()
    last = [await ada.make_room(f"Room {number}") for number in range(PAGE + 1)][-1]
    await ada.make_task(last, "In the last one", assignees=[ada.id])
    await ada.open("/")
    rooms, assigned = (ada.page.get_by_role("region", name=name) for name in ("Rooms", "Assigned to me"))
    await expect(rooms.locator(".room-tile")).to_have_count(PAGE)
    await more(assigned).click()
    await expect(assigned.get_by_text("In the last one")).to_be_visible()
    await expect(rooms.locator(".room-tile")).to_have_count(PAGE + 1)
    await expect(more(ada.page.locator("main"))).to_have_count(0)
    await ada.make_task(last, "Another", assignees=[ada.id])
    await expect(assigned.get_by_text("Another")).to_be_visible()
    await expect(rooms.locator(".room-tile")).to_have_count(PAGE + 1)
    await expect(rooms.get_by_text("2 open tasks")).to_be_visible()


async def test_a_search_brings_all_that_it_found(visit: Visit) -> None:
    ada = await visit()
    room = await ada.make_room()
    for title in ("One", "Two"):
        task = await ada.make_task(room, title)
        await ada.call("POST", f"/v1/tasks/{task}/comments", {"body": "Bring the zeppelin"})
    await ada.page.route("**/tasks?q=*", shorten)
    await ada.open_board(room)
    await ada.page.get_by_label("Search tasks").fill("zeppelin")
    await expect(ada.page.locator(".card")).to_have_count(1)
    await more(ada.page.locator("main")).click()
    await expect(ada.page.locator(".card")).to_have_count(2)
    await expect(more(ada.page.locator("main"))).to_have_count(0)


async def test_members_beyond_those_that_come_with_the_board_can_be_brought(visit: Visit) -> None:
    ada, grace, joan, jean, kay = [await visit(name) for name in ("Ada", "Grace", "Joan", "Jean", "Kay")]
    room = await ada.make_room(viewer=grace, contributor=joan, editor=jean, admin=kay)
    await ada.make_task(room, "Oil the mill")
    await shorten_members(ada, room)
    await ada.open(f"/rooms/{room}/members")
    main = ada.page.locator("main")
    await expect(main.locator("h2 .count")).to_have_text("3+")
    await main.get_by_role("button", name="More members").click()
    await expect(main.locator("h2 .count")).to_have_text("4+")
    await ada.page.get_by_role("link", name="Board").click()
    await ada.card("Oil the mill").click()
    panel = ada.page.get_by_role("dialog")
    await panel.get_by_role("button", name="More members").click()
    choice = panel.get_by_label("Assign", exact=True)
    await expect(choice.locator("option")).to_have_text(["Assign…", "Ada", "Grace", "Jean", "Joan", "Kay"])
    # An arrow opens the list, and assigns nobody.
    await choice.focus()
    for key in ("ArrowDown", "End", "Enter"):
        await ada.page.keyboard.press(key)
    await expect(panel.get_by_role("button", name="Unassign")).to_have_count(1)
    await expect(panel.get_by_role("button", name="Unassign Kay")).to_be_visible()
    await expect(ada.page.get_by_text("Assigned to Kay")).to_be_visible()
    await expect(ada.page.get_by_role("button", name="More members")).to_have_count(0)


async def test_a_page_that_does_not_come_is_told_and_what_was_brought_stays(visit: Visit) -> None:
    ada = await visit()
    room = await ada.make_room()
    await assign(ada, room, PAGE + 5)
    await ada.open(f"/rooms/{room}/activity")
    main = ada.page.locator("main")
    await expect(main.locator(".happened")).to_have_count(PAGE)
    await ada.page.route("**/activity?*", lambda route: route.abort())
    await more(main).click()
    await expect(main.get_by_role("alert")).to_have_text("The server cannot be reached.")
    await ada.page.unroute("**/activity?*")
    await more(main).click()
    await expect(main.locator(".happened")).to_have_count(PAGE + 5)
    await expect(main.get_by_role("alert")).to_have_count(0)
    await ada.make_task(room, "Another")
    await expect(main.locator(".happened")).to_have_count(PAGE + 6)


async def test_a_new_comment_stands_below_those_that_are_still_to_be_brought(visit: Visit) -> None:
    ada = await visit()
    task, page = await ada.make_task(await ada.make_room(), "Talk"), ada.page
    path = f"/v1/tasks/{task}/comments"
    for body in ("One", "Two"):
        await ada.call("POST", path, {"body": body})

    async def view(route: Route) -> None:
        answer = await route.fetch()
        first = await ada.call("GET", f"{path}?limit=1")
        await route.fulfill(response=answer, json={**await answer.json(), "comments": first})

    await page.route(f"**/v1/tasks/{task}", view)
    await ada.open(f"/tasks/{task}")
    await page.get_by_label("Write a comment").fill("Three")
    await page.keyboard.press("Control+Enter")
    lists = page.locator(".comments")
    await expect(lists.nth(1).locator(".markdown")).to_have_text(["Three"])
    await expect(lists.nth(0).locator(".markdown")).to_have_text(["One"])
    await more(page.locator("main")).click()
    await expect(page.locator(".comments .markdown")).to_have_text(["One", "Two", "Three"])


async def test_members_that_do_not_come_are_told(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room = await ada.make_room(editor=grace)
    await shorten_members(ada, room)
    rest = f"**/v1/rooms/{room}/members?*"
    await ada.page.route(rest, lambda route: route.abort())
    await ada.open(f"/rooms/{room}/members")
    told = ada.page.locator(".toast", has_text="The server cannot be reached.")
    await expect(told).to_have_count(1)
    await ada.page.get_by_role("button", name="More members").click()
    await expect(told).to_have_count(2)
    await ada.page.unroute(rest)
    await ada.page.get_by_role("button", name="More members").click()
    await expect(ada.page.locator(".member-row")).to_have_count(2)

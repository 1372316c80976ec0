"""Others' changes appear as they happen, whatever happens to the connection."""

import os
import signal

from playwright.async_api import expect

from tests.e2e.launched import Launched
from tests.web.conftest import Visit


async def test_two_people_in_one_room_see_each_others_work(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room = await ada.make_room(editor=grace)
    await ada.open_board(room)
    await grace.open_board(room)
    await ada.add("Punch the cards")
    await grace.card("Punch the cards").click()
    await grace.page.get_by_label("Write a comment").fill("Which **ones**?")
    await grace.page.get_by_role("button", name="Comment", exact=True).click()
    await ada.card("Punch the cards").click()
    await expect(ada.page.locator(".comment strong", has_text="ones")).to_be_visible()
    await ada.page.get_by_role("button", name="edit the title").click()
    await ada.page.get_by_label("Title").fill("Punch all cards")
    await ada.page.keyboard.press("Enter")
    await expect(grace.page.locator("#task-title")).to_contain_text("Punch all cards")
    await grace.page.get_by_label("Status").select_option("doing")
    await expect(ada.page.get_by_label("Status")).to_have_value("doing")


async def test_a_board_is_one_request_after_the_shell_and_the_session(visit: Visit) -> None:
    ada = await visit()
    room = await ada.make_room()
    await ada.make_task(room, "Oil the mill")
    asked: list[str] = []
    ada.page.on("request", lambda request: asked.append(request.url.removeprefix(ada.base).split("?")[0]))
    await ada.open_board(room)
    await expect(ada.card("Oil the mill")).to_be_visible()
    of_the_api = [path for path in asked if path.startswith("/v1/")]
    assert of_the_api == ["/v1/auth/refresh", f"/v1/rooms/{room}", f"/v1/rooms/{room}/events"]


async def test_a_gateway_that_is_killed_leaves_no_gap(visit: Visit, system: Launched) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room = await ada.make_room(editor=grace)
    await ada.open_board(room)
    await grace.open_board(room)
    os.kill(system.pid("gateway"), signal.SIGKILL)
    await ada.add("Written while it was away")
    await expect(ada.page.locator(".card.draft")).to_have_count(1)
    await expect(grace.page.locator('[data-live="waiting"]')).to_be_attached()
    # It comes back, and things happen before the browsers may have noticed that.
    await expect(ada.card("Written while it was away")).to_be_visible(timeout=30_000)
    for number in range(5):
        await ada.make_task(room, f"At once after it {number}")
    for person in (ada, grace):
        await expect(person.page.locator(".card:not(.draft)")).to_have_count(6)
        await expect(person.page.locator(".card.draft")).to_have_count(0)
        await expect(person.page.locator('[data-live="open"]')).to_be_attached(timeout=30_000)
    await ada.make_task(room, "And later")
    await expect(grace.card("And later")).to_be_visible()
    titles = {task["title"] for task in (await ada.call("GET", f"/v1/rooms/{room}/tasks"))["items"]}
    assert set(await grace.page.locator(".card-title").all_text_contents()) == titles


async def test_a_removed_member_sees_nothing_of_the_room_any_more(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room = await ada.make_room(editor=grace)
    await ada.make_task(room, "Secret")
    await grace.open_board(room)
    await expect(grace.card("Secret")).to_be_visible()
    await ada.call("DELETE", f"/v1/rooms/{room}/members/{grace.id}")
    await expect(grace.page.get_by_text("you are not in it any more")).to_be_visible()
    await expect(grace.page.locator(".card")).to_have_count(0)


async def test_home_follows_what_is_assigned(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room = await ada.make_room("Mill", editor=grace)
    await grace.open("/")
    await expect(grace.page.get_by_text("0 open tasks")).to_be_visible()
    await ada.make_task(room, "Oil it", assignees=[grace.id])
    await expect(grace.page.locator(".task-row", has_text="Oil it")).to_be_visible()
    await expect(grace.page.get_by_text("1 open task")).to_be_visible()

"""A tab that is looked at again, or still, after a while shows what is so by then."""

from playwright.async_api import Route, expect

from tests.web.conftest import Visit


async def test_a_right_that_was_lost_while_offline_is_noticed(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room = await ada.make_room(editor=grace)
    await ada.make_task(room, "Secret")
    await grace.open_board(room)
    await expect(grace.card("Secret")).to_be_visible()
    # A stream that is open outlives `set_offline`: the tab lets go of it first.
    await grace.page.clock.install()
    await grace.page.evaluate(_HIDE, "hidden")
    await grace.page.clock.fast_forward(61_000)
    await expect(grace.page.locator('[data-live="waiting"]')).to_be_attached()
    await ada.call("DELETE", f"/v1/rooms/{room}/members/{grace.id}")
    await grace.page.evaluate(_HIDE, "visible")
    await expect(grace.page.get_by_text("you are not in it any more")).to_be_visible()
    await expect(grace.page.locator(".card")).to_have_count(0)


async def test_a_board_that_comes_anew_brings_the_open_task_with_it(visit: Visit) -> None:
    ada = await visit()
    room, page = await ada.make_room(), ada.page
    task = await ada.make_task(room, "Talk")
    await ada.call("POST", f"/v1/tasks/{task}/comments", {"body": "An old comment"})
    opened: list[str] = []

    async def resync_at_the_second(route: Route) -> None:
        opened.append(route.request.url)
        if len(opened) == 2:
            await route.fulfill(content_type="text/event-stream", body="event: resync\ndata: {}\n\n")
        else:
            await route.continue_()

    await page.route(f"**/v1/rooms/{room}/events*", resync_at_the_second)
    await page.clock.install()
    await ada.open_board(room)
    await ada.card("Talk").click()
    await expect(page.get_by_text("An old comment")).to_be_visible()
    await page.evaluate(_HIDE, "hidden")
    await page.clock.fast_forward(61_000)
    await expect(page.locator('[data-live="waiting"]')).to_be_attached()
    await page.evaluate(_HIDE, "visible")
    await page.clock.run_for(1000)
    await expect(page.locator('[data-live="open"]')).to_be_attached()
    assert len(opened) == 3
    await expect(page.get_by_text("An old comment")).to_be_visible()


async def test_a_board_that_was_open_over_night_knows_what_day_it_is(visit: Visit) -> None:
    ada = await visit(timezone_id="Europe/Kyiv")
    room, page = await ada.make_room(), ada.page
    await ada.make_task(room, "Write", due_at="2031-05-05T12:00:00Z")
    await page.clock.install(time="2031-05-04T23:30:00+03:00")
    await ada.open(f"/rooms/{room}")
    due = page.locator(".due")
    await expect(due).to_have_text("tomorrow")
    for hours, day in ((1, "today"), (24, "Overdue: yesterday")):
        await page.clock.fast_forward(hours * 3_600_000)
        await expect(due).to_have_text(day)


_HIDE = """state => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
    document.dispatchEvent(new Event("visibilitychange"));
}"""

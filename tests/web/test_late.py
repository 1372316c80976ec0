"""What comes late, to a place that was left, changes nothing where the person is by then."""

import asyncio

from playwright.async_api import Request, Route, expect

from tests.launch.polling import until
from tests.web.conftest import Visit


async def test_an_answer_for_a_place_that_was_left_takes_nobody_away(visit: Visit) -> None:
    ada = await visit()
    one, two, page = await ada.make_room("One"), await ada.make_room("Two"), ada.page
    task = await ada.make_task(one, "Slow", assignees=[ada.id])
    await ada.make_task(two, "Write")
    let_go = asyncio.Event()

    async def hold(route: Route) -> None:
        if route.request.method == "POST" or "/tasks/" in route.request.url:
            await let_go.wait()
        await route.continue_()

    await page.route(f"**/v1/tasks/{task}", hold)
    await page.route("**/v1/rooms", hold)
    await ada.open("/")
    async with page.expect_request(f"**/v1/tasks/{task}"):
        await page.get_by_role("link", name="Slow").first.click()
    await page.go_back()
    await page.get_by_label("Name of a new room").fill("Slow room")
    await page.get_by_role("button", name="New room").click()
    await page.locator("a.room-tile", has_text="Two").click()
    await ada.card("Write").click()
    await page.locator(".description button").click()
    place = page.url
    async with page.expect_response("**/v1/rooms"), page.expect_response(f"**/v1/tasks/{task}"):
        let_go.set()
    await ada.make_task(two, "New in two")
    await expect(ada.card("New in two")).to_be_attached()
    await expect(page.get_by_label("Description", exact=True)).to_be_visible()
    assert page.url == place


_WATCH_ROWS = """() => {
    const count = () => document.querySelectorAll(".trash-row").length;
    window.least = count();
    new MutationObserver(() => { window.least = Math.min(window.least, count()); })
        .observe(document.querySelector("main"), { childList: true, subtree: true });
}"""


async def test_an_older_answer_does_not_replace_a_newer_list(visit: Visit) -> None:
    ada = await visit()
    room, page, let_go = await ada.make_room(), ada.page, asyncio.Event()
    one, two, three = [await ada.make_task(room, title) for title in ("One", "Two", "Three")]
    asked: list[str] = []

    async def hold_the_second(route: Route) -> None:
        asked.append(route.request.url)
        number, answer = len(asked), await route.fetch()
        if number == 2:
            await let_go.wait()
        await route.fulfill(response=answer)

    await page.route(f"**/v1/rooms/{room}/trash*", hold_the_second)
    await ada.open(f"/rooms/{room}/trash")
    await expect(page.get_by_text("The trash is empty.")).to_be_visible()
    await expect(page.locator('[data-live="open"]')).to_be_attached()
    await ada.call("DELETE", f"/v1/tasks/{one}")
    await until(lambda: len(asked) == 2)
    await ada.call("DELETE", f"/v1/tasks/{two}")
    await expect(page.locator(".trash-row")).to_have_count(2)
    await page.evaluate(_WATCH_ROWS)
    async with page.expect_response(f"**/v1/rooms/{room}/trash*"):
        let_go.set()
    await ada.call("DELETE", f"/v1/tasks/{three}")
    await expect(page.locator(".trash-row")).to_have_count(3)
    assert await page.evaluate("least") == 2


_STREAMS = """{
    const Real = window.EventSource;
    window.streams = [];
    window.EventSource = class extends Real { constructor(url) { super(url); window.streams.push(this); } };
}"""


async def test_the_stream_of_a_room_that_was_left_does_not_come_back(visit: Visit) -> None:
    ada = await visit()
    room, page, let_go = await ada.make_room("One"), ada.page, asyncio.Event()
    refreshes: list[Request] = []
    page.on("request", lambda request: refreshes.append(request) if request.url.endswith("/refresh") else None)

    async def hang(route: Route) -> None:
        await let_go.wait()
        await route.abort()

    await page.add_init_script(_STREAMS)
    await page.clock.install()
    await ada.open_board(room)
    before = len(refreshes)
    await page.route("**/v1/auth/refresh", hang)
    await page.route(f"**/v1/rooms/{room}/events*", lambda route: route.abort())
    await page.evaluate("streams.at(-1).dispatchEvent(new Event('error'))")

    async def is_asked() -> bool:
        await page.clock.run_for(1000)
        return len(refreshes) > before

    await until(is_asked)
    await page.locator("a.brand").click()
    await expect(page.get_by_role("heading", name="Rooms", exact=True)).to_be_visible()
    async with page.expect_event("requestfailed"):
        let_go.set()
    for _ in range(10):
        await page.clock.run_for(1000)
    assert len(refreshes) == before + 1
    assert (
        await page.evaluate(f"streams.filter(each => each.readyState < 2 && each.url.includes('{room}')).length") == 0
    )


async def test_a_stream_that_says_nothing_any_more_is_opened_anew(visit: Visit) -> None:
    ada = await visit()
    page = ada.page
    await page.add_init_script(_STREAMS)
    await page.clock.install()
    await ada.open_board(await ada.make_room("One"))
    await page.clock.run_for(30_000)
    # What the server sends each 15 seconds, in real time.
    await page.evaluate("streams.at(-1).dispatchEvent(new MessageEvent('cursor'))")
    await page.clock.run_for(30_000)
    assert await page.evaluate("streams.length") == 1
    await page.clock.run_for(30_000)
    await until(lambda: page.evaluate("streams.length === 2 && streams[0].readyState === EventSource.CLOSED"))
    await expect(page.locator('[data-live="open"]')).to_be_attached()

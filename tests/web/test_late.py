"""What comes late, to a place that was left, changes nothing where the person is by then."""

import asyncio

from playwright.async_api import Request, Route, expect

from tests.launch.polling import until
from tests.web.conftest import Visit


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
    assert await page.evaluate(f"streams.filter(each => each.readyState < 2 && each.url.includes('{room}')).length") == 0

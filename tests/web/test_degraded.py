"""A part that the gateway cannot get is shown as missing, the rest works, and a retry brings it."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.async_api import Locator, Page, Route, expect

from tests.e2e.launched import Launched
from tests.web.conftest import Visit


@contextmanager
def held(system: Launched, name: str) -> Iterator[None]:
    """A service that takes connections and answers none."""
    pid = system.pid(name)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def retry_until(page: Page, gone: Locator) -> None:
    """The gateway leaves a service that failed alone for some seconds."""
    while await gone.count():
        button = page.get_by_role("button", name="Try again").first
        if await button.is_enabled():
            await button.click()
        await page.wait_for_timeout(200)


async def test_a_board_without_the_service_of_users_has_its_tasks(visit: Visit, system: Launched) -> None:
    ada = await visit()
    room = await ada.make_room("Mill")
    await ada.make_task(room, "Oil the mill")
    await ada.open("/")
    await expect(ada.page.get_by_role("link", name="Mill")).to_be_visible()
    with held(system, "users"):
        await ada.page.get_by_role("link", name="Mill").click()
        missing = ada.page.locator(".missing", has_text="The members")
        await expect(missing).to_be_visible()
        await expect(ada.card("Oil the mill")).to_be_visible()
        await ada.add("Works all the same")
        await expect(ada.card("Works all the same")).to_be_visible()
    await retry_until(ada.page, missing)
    await ada.page.get_by_role("link", name="Members").click()
    await expect(ada.page.locator(".member-row")).to_have_count(1)


async def test_home_and_board_without_the_service_of_tasks_say_so(visit: Visit, system: Launched) -> None:
    ada = await visit()
    room = await ada.make_room("Mill")
    await ada.make_task(room, "Oil the mill")
    with held(system, "tasks"):
        await ada.open("/")
        missing = ada.page.locator(".missing", has_text="The tasks")
        await expect(missing).to_have_count(2)
        await expect(ada.page.get_by_text("count missing")).to_be_visible()
        await ada.page.get_by_role("link", name="Mill").click()
        await expect(missing).to_have_count(1)
        await expect(ada.page.get_by_role("heading", name="Mill")).to_be_visible()
    await retry_until(ada.page, missing)
    await expect(ada.card("Oil the mill")).to_be_visible()


async def test_a_board_that_is_too_old_and_cannot_be_had_anew_says_so(visit: Visit) -> None:
    ada = await visit()
    room = await ada.make_room("Mill")
    await ada.make_task(room, "Oil the mill")
    gone = await ada.make_task(room, "Forget it")
    events, view = f"**/v1/rooms/{room}/events?*", f"**/v1/rooms/{room}"

    async def resync(route: Route) -> None:
        await ada.page.route(view, lambda again: again.abort())
        await route.fulfill(content_type="text/event-stream", body="event: resync\ndata: {}\n\n")

    await ada.page.route(events, resync)
    await ada.open(f"/rooms/{room}")
    missing = ada.page.locator(".missing", has_text="The room cannot be shown right now.")
    await expect(missing).to_be_visible()
    await ada.call("DELETE", f"/v1/tasks/{gone}")
    await ada.page.unroute(events)
    await ada.page.unroute(view)
    await ada.page.get_by_role("button", name="Try again").click()
    await expect(ada.card("Oil the mill")).to_be_visible()
    await expect(ada.card("Forget it")).to_have_count(0)
    await expect(ada.page.locator('[data-live="open"]')).to_be_attached()


async def test_a_task_at_its_own_address_says_that_it_is_not_live(visit: Visit) -> None:
    ada = await visit()
    room, page = await ada.make_room("Mill"), ada.page
    task = await ada.make_task(room, "Oil the mill")
    events, view = f"**/v1/rooms/{room}/events?*", f"**/v1/rooms/{room}"
    await page.route(events, lambda route: route.abort())
    await page.clock.install()
    await ada.open(f"/tasks/{task}")
    await expect(page.locator('[data-live="waiting"]')).to_be_attached()
    await page.clock.run_for(2000)
    await expect(page.get_by_text("No live connection")).to_be_visible()
    await page.route(view, lambda route: route.abort())
    await page.unroute(events)
    resync = "event: resync\ndata: {}\n\n"
    await page.route(events, lambda route: route.fulfill(content_type="text/event-stream", body=resync))
    await page.evaluate("dispatchEvent(new Event('online'))")
    await page.clock.run_for(1000)
    missing = page.locator(".missing", has_text="The task cannot be shown right now.")
    await expect(missing).to_be_visible()
    await page.unroute(events)
    await page.unroute(view)
    await ada.call("PATCH", f"/v1/tasks/{task}", {"title": "Grease the mill"})
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("button", name="Grease the mill")).to_be_visible()


async def test_what_a_gateway_shows_before_it_knows_of_changes_becomes_live(visit: Visit) -> None:
    """It has just started, and the `cursor` of its views is null."""
    ada = await visit()
    room = await ada.make_room("Mill")
    for view, screen in ((f"**/v1/rooms/{room}", f"/rooms/{room}"), ("**/v1/me/home", "/")):
        await ada.page.route(view, without_cursor)
        await ada.open(screen)
        await expect(ada.page.locator('[data-live="connecting"]')).to_be_attached()
        await ada.make_task(room, "Oil the mill")
        await ada.page.unroute_all(behavior="wait")
        await expect(ada.page.locator('[data-live="open"]')).to_be_attached()
        await expect(ada.page.get_by_text("Oil the mill" if screen != "/" else "2 open")).to_be_visible()


async def without_cursor(route: Route) -> None:
    answer = await route.fetch()
    await route.fulfill(response=answer, json={**await answer.json(), "cursor": None})

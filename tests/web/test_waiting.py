"""What is not so as it seems is said: writes that wait for a network or a service, a home that is not live."""

from playwright.async_api import expect

from tests.launch.polling import until
from tests.web.conftest import Visit


async def test_a_write_that_waits_for_a_service_and_a_home_without_a_stream_are_told(visit: Visit) -> None:
    ada = await visit(viewport={"width": 390, "height": 800})
    room, page = await ada.make_room(), ada.page
    await page.clock.install()
    await ada.open_board(room)
    path, problem = f"**/v1/rooms/{room}/tasks", {"status": 503, "code": "unavailable"}
    await page.route(
        path, lambda away: away.fulfill(status=503, content_type="application/problem+json", json=problem)
    )
    await ada.add("Wait for it")
    await page.clock.run_for(3000)
    await expect(page.locator(".sending")).to_contain_text("Not saved yet: 1 change")
    assert "Not saved yet: 1 change" in await page.locator(".sending").aria_snapshot()
    await page.unroute(path)
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(ada.card("Wait for it")).to_be_visible()
    await expect(page.locator(".sending")).to_have_text("")
    await page.route("**/v1/events*", lambda route: route.abort())
    await page.locator("a.brand").click()
    await expect(page.get_by_text("No live connection")).to_be_visible()


async def test_what_was_typed_without_a_network_stands_in_its_order(visit: Visit) -> None:
    ada = await visit()
    room, page = await ada.make_room(), ada.page
    await ada.make_task(room, "Talk", status="doing")
    await ada.open_board(room)
    await page.context.set_offline(True)
    steps = [f"Step {number}" for number in range(6)]
    for step in steps:
        await ada.add(step)
    await page.context.set_offline(False)
    await expect(page.locator(".card:not(.draft)")).to_have_count(7)
    await expect(ada.column("todo").locator(".card-title")).to_have_text(steps)
    await ada.card("Talk").click()
    area = page.get_by_label("Write a comment")
    await expect(area).to_be_visible()
    await page.context.set_offline(True)
    for step in steps:
        await area.fill(step)
        await page.keyboard.press("Control+Enter")
    await page.context.set_offline(False)
    await expect(page.locator(".comment:not(.draft)")).to_have_count(6)
    await expect(page.locator(".comment .markdown")).to_have_text(steps)


async def test_home_is_asked_again_while_changes_go_on(visit: Visit) -> None:
    ada = await visit()
    room, page = await ada.make_room(), ada.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/v1/me/home" in request.url else None)
    await page.clock.install()
    await ada.open("/")
    await expect(page.locator('[data-live="open"]')).to_be_attached()
    for number in range(6):
        await ada.make_task(room, f"Task {number}")
        await page.clock.run_for(300)
    await until(lambda: len(asked) > 1)

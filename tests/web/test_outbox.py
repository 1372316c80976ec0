"""A write whose request or answer is lost is sent again, and is done once."""

from playwright.async_api import Route, expect

from tests.launch.polling import until
from tests.web.conftest import Visit


async def test_a_task_whose_answer_was_lost_is_there_once(visit: Visit) -> None:
    ada = await visit()
    room = await ada.make_room()
    # A browser has none where the site is no secure context: plain http at a name other than localhost.
    await ada.page.add_init_script("delete Crypto.prototype.randomUUID")
    await ada.open_board(room)
    keys: list[str | None] = []

    async def lose_the_first_answer(route: Route) -> None:
        keys.append(await route.request.header_value("Idempotency-Key"))
        if len(keys) == 1:
            await route.fetch()
            await route.abort("connectionreset")
        else:
            await route.continue_()

    await ada.page.route(f"**/v1/rooms/{room}/tasks", lose_the_first_answer)
    await ada.add("Once")
    await expect(ada.card("Once")).to_have_count(1)
    await expect(ada.page.locator(".card")).to_have_count(1)
    assert len((await ada.call("GET", f"/v1/rooms/{room}/tasks"))["items"]) == 1
    await until(lambda: len(keys) == 2)
    assert keys[0] == keys[1] is not None


async def test_writes_wait_while_the_network_is_away_and_that_is_said(visit: Visit) -> None:
    ada = await visit()
    room = await ada.make_room()
    await ada.make_task(room, "Carry me")
    await ada.open_board(room)
    await ada.page.context.set_offline(True)
    await ada.add("Written offline")
    await ada.page.get_by_role("link", name="Carry me").focus()
    for key in ("Space", "ArrowRight", "Space"):
        await ada.page.keyboard.press(key)
    await expect(ada.column("doing").locator(".card-title")).to_have_text(["Carry me"])
    await expect(ada.page.get_by_text("No connection: 2 changes wait")).to_be_visible()
    await ada.page.context.set_offline(False)
    await expect(ada.card("Written offline")).to_be_visible()
    await expect(ada.page.get_by_text("No connection")).to_have_count(0)

    async def are_both_kept() -> bool:
        tasks = (await ada.call("GET", f"/v1/rooms/{room}/tasks"))["items"]
        return {task["title"]: task["status"] for task in tasks} == {"Written offline": "todo", "Carry me": "doing"}

    # The notice goes with the first answer, when the other write may be on its way.
    await until(are_both_kept)


async def test_a_write_that_is_refused_is_taken_back(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room = await ada.make_room(editor=grace)
    task = await ada.make_task(room, "Carry me")
    await grace.open_board(room)

    async def refuse(route: Route) -> None:
        problem = {"title": "Forbidden", "status": 403, "code": "forbidden", "action": "task.move", "detail": ""}
        await route.fulfill(status=403, content_type="application/problem+json", json=problem)

    await grace.page.route(f"**/v1/tasks/{task}/move", refuse)
    await grace.page.get_by_role("link", name="Carry me").focus()
    for key in ("Space", "ArrowRight", "Space"):
        await grace.page.keyboard.press(key)
    await expect(grace.page.get_by_text("You may not do this here (task.move).")).to_be_visible()
    await expect(grace.column("todo").locator(".card-title")).to_have_text(["Carry me"])

"""Two people edit one task: what does not collide is merged, what does is shown to the second, who chooses."""

from playwright.async_api import Route, expect

from tests.launch.polling import until
from tests.web.conftest import Visit
from tests.web.people import Person


async def begin_description(person: Person, task: str) -> None:
    await person.open(f"/tasks/{task}")
    await person.page.locator(".description button").click()


async def test_who_saves_second_sees_both_versions_and_chooses(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room = await ada.make_room(editor=grace)
    task = await ada.make_task(room, "Write", description="As it was")
    await begin_description(ada, task)
    await grace.call("PATCH", f"/v1/tasks/{task}", {"description": "As Grace wrote it", "priority": "high"})
    area = ada.page.get_by_label("Description", exact=True)
    await area.fill("As Ada wrote it")
    await ada.page.keyboard.press("Control+Enter")
    dialog = ada.page.get_by_role("dialog", name="Two versions")
    await expect(dialog.locator(".version", has_text="Theirs")).to_contain_text("As Grace wrote it")
    await expect(dialog.locator(".version", has_text="Yours")).to_contain_text("As Ada wrote it")
    await dialog.get_by_label("Yours").check()
    await dialog.get_by_role("button", name="Keep what I chose").click()
    await expect(ada.page.locator(".description")).to_contain_text("As Ada wrote it")
    await expect(ada.page.get_by_text("Task saved")).to_be_visible()
    saved = (await ada.call("GET", f"/v1/tasks/{task}"))["task"]
    assert (saved["description"], saved["priority"]) == ("As Ada wrote it", "high")


async def test_who_takes_theirs_writes_nothing(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room = await ada.make_room(editor=grace)
    task = await ada.make_task(room, "Write", description="As it was")
    await begin_description(ada, task)
    written = await grace.call("PATCH", f"/v1/tasks/{task}", {"description": "As Grace wrote it"})
    await ada.page.get_by_label("Description", exact=True).fill("As Ada wrote it")
    await ada.page.keyboard.press("Control+Enter")
    await ada.page.get_by_role("dialog", name="Two versions").get_by_role("button", name="Keep").click()
    await expect(ada.page.locator(".description")).to_contain_text("As Grace wrote it")
    assert (await ada.call("GET", f"/v1/tasks/{task}"))["task"]["version"] == written["version"]


async def test_other_fields_merge_without_a_word(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room = await ada.make_room(editor=grace)
    task = await ada.make_task(room, "Write", description="As it was")
    await begin_description(ada, task)
    await grace.call("PATCH", f"/v1/tasks/{task}", {"title": "Write it down"})
    await ada.page.get_by_label("Description", exact=True).fill("As Ada wrote it")
    await ada.page.keyboard.press("Control+Enter")
    await expect(ada.page.get_by_text("Task saved")).to_be_visible()
    await expect(ada.page.locator("#task-title")).to_contain_text("Write it down")
    await expect(ada.page.get_by_role("dialog")).to_have_count(0)


async def test_quick_edits_of_ones_own_do_not_collide(visit: Visit) -> None:
    ada = await visit()
    room = await ada.make_room()
    task = await ada.make_task(room, "Write")
    await ada.open(f"/tasks/{task}")
    statuses: list[int] = []
    ada.page.on(
        "response", lambda answer: statuses.append(answer.status) if answer.request.method == "PATCH" else None
    )
    choice = ada.page.get_by_label("Priority")
    for priority in ("low", "urgent", "high", "medium"):
        await choice.select_option(priority)
    await until(lambda: len(statuses) == 4)
    assert statuses == [200] * 4
    await expect(choice).to_have_value("medium")
    assert (await ada.call("GET", f"/v1/tasks/{task}"))["task"]["priority"] == "medium"


async def test_each_conflict_is_asked_until_the_person_chooses_or_leaves(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room, page = await ada.make_room(editor=grace), ada.page
    task = await ada.make_task(room, "Old title", description="Old text")
    await ada.open(f"/tasks/{task}")
    await page.get_by_role("button", name="edit the title").click()
    await page.context.set_offline(True)
    await page.get_by_role("textbox", name="Title").fill("Ada's title")
    await page.keyboard.press("Enter")
    await page.locator(".description button").click()
    await page.get_by_label("Description", exact=True).fill("Ada's text")
    await page.keyboard.press("Control+Enter")
    await grace.call("PATCH", f"/v1/tasks/{task}", {"title": "Grace's title", "description": "Grace's text"})
    await page.context.set_offline(False)
    dialog = page.get_by_role("dialog", name="Two versions")
    for field in ("Title", "Description"):
        await expect(dialog.locator("legend")).to_have_text([field])
        await page.mouse.click(5, 400)
        await page.keyboard.press("Escape")
        await page.keyboard.press("Escape")
        await dialog.get_by_label("Yours").check()
        await dialog.get_by_role("button", name="Keep what I chose").click()

    async def are_both_kept() -> bool:
        kept = (await ada.call("GET", f"/v1/tasks/{task}"))["task"]
        return (kept["title"], kept["description"]) == ("Ada's title", "Ada's text")

    await until(are_both_kept)
    await expect(page.get_by_text("Ada's text")).to_be_visible()
    await page.locator(".description button").click()
    await grace.call("PATCH", f"/v1/tasks/{task}", {"description": "Grace's text"})
    await page.get_by_label("Description", exact=True).fill("Ada's own thoughts")
    await page.keyboard.press("Control+Enter")
    await expect(dialog).to_be_visible()
    # What another tab says once she signs out there.
    await page.evaluate("new BroadcastChannel('tasksync.session').postMessage('ended')")
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await expect(dialog).to_have_count(0)


async def test_ones_own_writes_that_waited_or_lost_an_answer_do_not_collide(visit: Visit) -> None:
    ada = await visit()
    room, page = await ada.make_room(), ada.page
    task = await ada.make_task(room, "Write")
    # So that nothing but the answers tells the versions.
    await page.route("**/v1/rooms/*/events*", lambda route: route.abort())
    await ada.open(f"/tasks/{task}")
    priority = page.get_by_label("Priority")
    await expect(priority).to_be_visible()
    await page.context.set_offline(True)
    await priority.select_option("low")
    await page.get_by_label("Status").select_option("doing")
    await priority.select_option("high")
    await page.context.set_offline(False)

    async def is_kept(chosen: str) -> bool:
        kept = (await ada.call("GET", f"/v1/tasks/{task}"))["task"]
        return (kept["status"], kept["priority"]) == ("doing", chosen)

    await until(lambda: is_kept("high"))
    lost: list[str] = []

    async def lose_the_first_answer(route: Route) -> None:
        if route.request.method == "PATCH" and not lost:
            lost.append((await route.fetch()).status_text)
            await route.abort("connectionreset")
        else:
            await route.continue_()

    await page.route(f"**/v1/tasks/{task}", lose_the_first_answer)
    await priority.select_option("medium")
    await priority.select_option("urgent")
    await until(lambda: is_kept("urgent"))
    await expect(page.get_by_role("dialog")).to_have_count(0)

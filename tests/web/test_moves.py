"""Cards move by mouse, by finger and by keyboard, and what the server says holds."""

from playwright.async_api import expect

from tests.launch.polling import until
from tests.web.conftest import Visit
from tests.web.people import Person


async def titles(person: Person, status: str) -> list[str]:
    return await person.column(status).locator(".card-title").all_text_contents()


async def order(person: Person, room: str, status: str) -> list[str]:
    page = await person.call("GET", f"/v1/rooms/{room}/tasks?status={status}")
    return [task["title"] for task in page["items"]]


async def drag(person: Person, title: str, x: float, y: float) -> None:
    box = await person.card(title).bounding_box()
    assert box is not None
    mouse = person.page.mouse
    await mouse.move(box["x"] + 40, box["y"] + 12)
    await mouse.down()
    await mouse.move(box["x"] + 60, box["y"] + 22, steps=3)
    await mouse.move(x, y, steps=8)
    await mouse.up()


async def test_a_card_is_dragged_between_two_others_of_another_column(visit: Visit) -> None:
    ada = await visit()
    room = await ada.make_room()
    await ada.make_task(room, "Carry me")
    for title in ("First", "Second"):
        await ada.make_task(room, title, status="doing")
    await ada.open_board(room)
    box = await ada.card("Second").bounding_box()
    assert box is not None
    await drag(ada, "Carry me", box["x"] + 50, box["y"] + 4)
    await expect(ada.column("doing").locator(".card-title")).to_have_text(["First", "Carry me", "Second"])
    await expect(ada.page.locator(".toast")).to_contain_text("Task moved to Doing")
    assert await order(ada, room, "doing") == ["First", "Carry me", "Second"]
    await ada.page.get_by_role("button", name="Undo").click()
    await expect(ada.column("todo").locator(".card-title")).to_have_text(["Carry me"])


async def test_a_click_opens_and_a_drag_does_not(visit: Visit) -> None:
    ada = await visit()
    room = await ada.make_room()
    await ada.make_task(room, "Carry me")
    await ada.open_board(room)
    box = await ada.column("done").bounding_box()
    assert box is not None
    await drag(ada, "Carry me", box["x"] + 50, box["y"] + 60)
    await expect(ada.column("done").locator(".card-title")).to_have_text(["Carry me"])
    await expect(ada.page.locator("dialog")).to_have_count(0)
    # Flung from the board in one go, let go there, and the pointer comes back.
    card = await ada.card("Carry me").bounding_box()
    assert card is not None
    x, y, mouse = card["x"] + 40, card["y"] + 6, ada.page.mouse
    await mouse.move(x, y)
    await mouse.down()
    await mouse.move(x, 20)
    await mouse.up()
    await mouse.move(x, y + 60, steps=3)
    await expect(ada.page.locator(".card.ghost")).to_have_count(0)
    await ada.card("Carry me").click()
    await expect(ada.page.locator("dialog")).to_be_visible()
    await ada.page.keyboard.press("Escape")
    await expect(ada.page.locator("dialog")).to_have_count(0)
    await expect(ada.page.get_by_role("link", name="Carry me")).to_be_focused()


async def test_a_card_is_carried_by_keyboard_and_each_step_is_said(visit: Visit) -> None:
    ada = await visit()
    room = await ada.make_room()
    for title in ("One", "Two", "Three"):
        await ada.make_task(room, title)
    await ada.make_task(room, "There", status="doing")
    await ada.open_board(room)
    said = ada.page.locator('[aria-live="assertive"]')
    keyboard = ada.page.keyboard
    await ada.page.get_by_role("link", name="One").focus()
    await keyboard.press("ArrowDown")
    await expect(ada.page.get_by_role("link", name="Two")).to_be_focused()
    await keyboard.press("Space")
    await expect(said).to_contain_text("Two lifted. To do, position 2 of 3.")
    await keyboard.press("ArrowRight")
    await expect(said).to_have_text("Two: Doing, position 2 of 2.")
    await expect(ada.page.get_by_role("link", name="Two")).to_be_focused()
    await keyboard.press("ArrowUp")
    await expect(said).to_have_text("Two: Doing, position 1 of 2.")
    await expect(ada.page.get_by_role("link", name="Two")).to_be_focused()
    assert await order(ada, room, "doing") == ["There"]
    await keyboard.press("Space")
    await expect(said).to_contain_text("put down in Doing, position 1 of 2.")
    await expect(ada.page.get_by_text("Task moved to Doing")).to_be_visible()
    assert await order(ada, room, "doing") == ["Two", "There"]
    assert await titles(ada, "doing") == ["Two", "There"]


async def test_escape_puts_a_lifted_card_back_where_it_was(visit: Visit) -> None:
    ada = await visit()
    room = await ada.make_room()
    for title in ("One", "Two"):
        await ada.make_task(room, title)
    await ada.open_board(room)
    await ada.page.get_by_role("link", name="One").focus()
    for key in ("Space", "ArrowDown"):
        await ada.page.keyboard.press(key)
    await expect(ada.column("todo").locator(".card-title")).to_have_text(["Two", "One"])
    await expect(ada.page.get_by_role("link", name="One")).to_be_focused()
    await ada.page.keyboard.press("Escape")
    await expect(ada.column("todo").locator(".card-title")).to_have_text(["One", "Two"])
    assert await order(ada, room, "todo") == ["One", "Two"]


async def test_a_contributor_moves_what_is_assigned_to_them_and_nothing_else(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room = await ada.make_room(contributor=grace)
    await ada.make_task(room, "Mine", assignees=[grace.id])
    await ada.make_task(room, "Theirs")
    await grace.open_board(room)
    await expect(grace.page.locator(".card.movable")).to_have_count(1)
    # The view of a task has what its assignee may do, which is no right in the room.
    await grace.card("Mine").click()
    await expect(grace.page.get_by_role("dialog")).to_be_visible()
    await grace.page.keyboard.press("Escape")
    await expect(grace.page.locator(".card.movable")).to_have_count(1)
    await grace.page.get_by_role("link", name="Theirs").focus()
    await grace.page.keyboard.press("Space")
    said = grace.page.locator('[aria-live="assertive"]')
    await expect(said).to_have_text("You may not move this task.")
    # The same again is said again, which only another text is.
    before = await said.evaluate("place => place.textContent")
    await grace.page.keyboard.press("Space")
    await until(lambda: said.evaluate("(place, before) => place.textContent !== before", before))
    await expect(grace.page.locator(".quick-add")).to_have_count(0)
    box = await grace.column("doing").bounding_box()
    assert box is not None
    await drag(grace, "Mine", box["x"] + 50, box["y"] + 60)
    await expect(grace.column("doing").locator(".card-title")).to_have_text(["Mine"])


async def test_a_finger_that_rests_first_drags_on_a_narrow_screen(visit: Visit) -> None:
    ada = await visit(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    room = await ada.make_room()
    for title in ("One", "Two", "Three"):
        await ada.make_task(room, title)
    await ada.open_board(room)
    first, last = await ada.card("One").bounding_box(), await ada.card("Three").bounding_box()
    assert first is not None
    assert last is not None
    touch = await ada.page.context.new_cdp_session(ada.page)
    x, y = first["x"] + 60, first["y"] + 20
    await touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    await expect(ada.page.locator(".card.ghost")).to_be_visible()
    for step in range(1, 7):
        point = {"x": x, "y": y + (last["y"] + last["height"] - y) * step / 6}
        await touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    await touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    await expect(ada.column("todo").locator(".card-title")).to_have_text(["Two", "Three", "One"])
    await expect(ada.page.locator(".toast")).to_contain_text("Task moved to To do")


async def test_a_lifted_card_that_others_delete_is_not_put_down(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room, page = await ada.make_room(editor=grace), ada.page
    task = await ada.make_task(room, "Carry me")
    await ada.open_board(room)
    await page.get_by_role("link", name="Carry me").focus()
    for key in ("Space", "ArrowRight"):
        await page.keyboard.press(key)
    await expect(ada.column("doing").get_by_role("link", name="Carry me")).to_be_focused()
    await grace.call("DELETE", f"/v1/tasks/{task}")
    await expect(page.locator(".card")).to_have_count(0)
    await page.keyboard.press("Space")
    await expect(page.locator('[aria-live="assertive"]')).to_have_text("This task is gone, or you may not see it.")
    await expect(page.locator(".toast")).to_have_count(0)


async def test_a_card_that_others_move_keeps_the_focus(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room = await ada.make_room(editor=grace)
    task = await ada.make_task(room, "Mine to read")
    await ada.make_task(room, "Another")
    await ada.open_board(room)
    await ada.page.get_by_role("link", name="Mine to read").focus()
    await grace.call("POST", f"/v1/tasks/{task}/move", {"status": "done"})
    await expect(ada.column("done").get_by_role("link", name="Mine to read")).to_be_focused()
    await ada.page.keyboard.press("ArrowLeft")
    await expect(ada.page.get_by_role("link", name="Another")).to_be_focused()

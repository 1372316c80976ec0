"""What people do beside the board: members, invites, trash, undo, search, account."""

from playwright.async_api import expect

from tests.web.conftest import Visit


async def test_an_invite_link_brings_somebody_in(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room = await ada.make_room("Mill")
    await ada.open(f"/rooms/{room}/invites")
    await ada.page.get_by_label("Role").select_option("contributor")
    await ada.page.get_by_role("button", name="Make a link").click()
    link = await ada.page.locator(".invite-link code").text_content()
    assert link is not None
    await grace.open(link.removeprefix(ada.base))
    await grace.page.get_by_role("button", name="Join the room").click()
    await expect(grace.page.get_by_role("heading", name="Mill")).to_be_visible()
    await ada.page.get_by_role("link", name="Members").click()
    await expect(ada.page.get_by_label("Role of Grace")).to_have_value("contributor")
    await ada.page.get_by_label("Role of Grace").select_option("editor")
    await expect(grace.page.locator(".quick-add").first).to_be_visible()


async def test_a_task_goes_to_the_trash_and_comes_back(visit: Visit) -> None:
    ada = await visit()
    room = await ada.make_room()
    await ada.make_task(room, "Forget it")
    await ada.open_board(room)
    await ada.card("Forget it").click()
    await ada.page.get_by_role("button", name="Put the task into the trash").click()
    await expect(ada.page.locator(".card")).to_have_count(0)
    await ada.page.get_by_role("button", name="Undo").click()
    await expect(ada.card("Forget it")).to_be_visible()
    await ada.card("Forget it").click()
    await ada.page.get_by_role("button", name="Put the task into the trash").click()
    await ada.page.get_by_role("link", name="Trash").click()
    await ada.page.get_by_role("button", name="Restore").click()
    await expect(ada.page.get_by_text("The trash is empty.")).to_be_visible()
    await ada.page.get_by_role("link", name="Board").click()
    await expect(ada.card("Forget it")).to_be_visible()


async def test_the_last_write_is_undone_with_the_keyboard(visit: Visit) -> None:
    ada = await visit()
    room = await ada.make_room()
    task = await ada.make_task(room, "Write")
    await ada.open(f"/tasks/{task}")
    await ada.page.get_by_label("Priority").select_option("urgent")
    await expect(ada.page.get_by_text("Task saved")).to_be_visible()
    await ada.page.locator("main").focus()
    await ada.page.keyboard.press("Control+z")
    await expect(ada.page.get_by_label("Priority")).to_have_value("none")
    await ada.page.get_by_role("tab", name="History").click()
    await expect(ada.page.locator(".change-line", has_text="Urgent")).to_have_count(2)


async def test_what_somebody_did_who_has_left_is_told_with_their_name(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room = await ada.make_room(editor=grace)
    task = await grace.make_task(room, "Write")
    await grace.call("DELETE", f"/v1/rooms/{room}/members/{grace.id}")
    await ada.open(f"/rooms/{room}/activity")
    await expect(ada.page.locator(".happened strong")).to_have_text("Grace")
    await ada.open(f"/tasks/{task}")
    await ada.page.get_by_role("tab", name="History").click()
    await expect(ada.page.locator(".happened strong")).to_have_text("Grace")


async def test_what_is_done_in_a_task_over_its_board_is_undone_there(visit: Visit) -> None:
    ada = await visit()
    room = await ada.make_room()
    await ada.make_task(room, "Write")
    await ada.open_board(room)
    await ada.card("Write").click()
    await ada.page.get_by_role("dialog").get_by_label("Priority").select_option("urgent")
    dialog = ada.page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Undo").click()
    await expect(dialog.get_by_label("Priority")).to_have_value("none")
    # In a field for a date Chromium tells of Escape twice.
    await dialog.get_by_label("Due").press("Escape")
    await expect(dialog).to_have_count(0)
    steps = await ada.page.evaluate("history.length")
    await ada.card("Write").dblclick()
    await expect(dialog.get_by_label("Due")).to_be_visible()
    assert await ada.page.evaluate("history.length") == steps
    await dialog.get_by_role("button", name="Close", exact=True).click()
    await expect(dialog).to_have_count(0)
    # The second of two clicks on the cross, below which one signs out.
    await ada.page.mouse.down(click_count=2)
    await ada.page.mouse.up(click_count=2)
    await expect(ada.card("Write")).to_be_visible()


async def test_a_search_finds_words_in_comments_too_and_stands_in_the_address(visit: Visit) -> None:
    ada = await visit()
    room = await ada.make_room()
    spoken = await ada.make_task(room, "One")
    await ada.make_task(room, "Two with a zeppelin")
    await ada.make_task(room, "Three", priority="high", assignees=[ada.id])
    await ada.call("POST", f"/v1/tasks/{spoken}/comments", {"body": "Bring the zeppelin"})
    await ada.open_board(room)
    await ada.page.get_by_label("Search tasks").fill("zeppelin")
    await expect(ada.page.locator(".card-title")).to_have_text(["One", "Two with a zeppelin"])
    await ada.page.reload()
    await expect(ada.page.locator(".card-title")).to_have_text(["One", "Two with a zeppelin"])
    await ada.card("One").click()
    await expect(ada.page.get_by_role("dialog").locator(".comment")).to_be_visible()
    await expect(ada.page.locator(".card-title")).to_have_text(["One", "Two with a zeppelin"])
    await ada.page.keyboard.press("Escape")
    await expect(ada.page.get_by_role("link", name="One")).to_be_focused()
    await ada.page.get_by_label("Assigned to").select_option("me")
    await expect(ada.page.locator(".card")).to_have_count(0)
    await ada.page.get_by_label("Search tasks").fill("")
    await expect(ada.page.locator(".card-title")).to_have_text(["Three"])


async def test_a_task_that_the_filter_hides_is_told(visit: Visit) -> None:
    ada = await visit()
    room, page = await ada.make_room(), ada.page
    await ada.open(f"/rooms/{room}?priority=high")
    await ada.add("Oil the mill")
    await expect(page.locator(".toast")).to_contain_text("“Oil the mill” is made; the filter hides it.")
    await page.get_by_label("Priority").select_option("none")
    await expect(ada.card("Oil the mill")).to_be_visible()
    await ada.add("Another")
    await expect(ada.card("Another")).to_be_visible()
    await expect(page.locator(".toast")).to_have_count(1)


async def test_assignees_due_date_and_list(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room = await ada.make_room(editor=grace)
    task = await ada.make_task(room, "Oil the mill")
    await ada.open(f"/rooms/{room}/list")
    await ada.page.get_by_role("link", name="Oil the mill").click()
    due, written = ada.page.get_by_label("Due"), list[str]()
    ada.page.on("request", lambda each: written.append(str(each.post_data)) if each.method == "PATCH" else None)
    await due.fill("2031-05-04")
    await due.focus()
    # Two keys are one day, and undone by one undo.
    await ada.page.keyboard.type("12")
    await due.blur()
    await ada.page.get_by_label("Assign", exact=True).select_option(grace.id)
    await expect(ada.page.get_by_role("button", name="Unassign Grace")).to_be_visible()
    await ada.page.locator(".task-room").click()
    await ada.page.get_by_role("link", name="List").click()
    await expect(ada.page.locator(".list-row", has_text="2031")).to_be_visible()
    assert len(written) == 2
    await ada.page.get_by_role("checkbox", name="Mark “Oil the mill” as done").click()
    await expect(ada.page.locator(".list-row.done")).to_be_visible()
    await expect(ada.page.get_by_text("Task moved to Done")).to_be_visible()
    assert (await ada.call("GET", f"/v1/tasks/{task}"))["task"]["status"] == "done"


async def test_an_account_is_renamed_and_makes_a_token(visit: Visit) -> None:
    ada = await visit()
    await ada.open("/account")
    await ada.page.get_by_label("Name").first.fill("Ada King")
    await ada.page.get_by_role("button", name="Save").click()
    await expect(ada.page.get_by_role("link", name="Ada King")).to_be_visible()
    tokens = ada.page.get_by_role("region", name="Personal access tokens")
    await tokens.get_by_label("Name").fill("Backup")
    await tokens.get_by_role("button", name="Make a token").click()
    token = await tokens.locator(".new-token code").text_content()
    headers = {"Authorization": f"Bearer {token}"}
    answer = await ada.page.context.request.get(f"{ada.base}/v1/rooms", headers=headers)
    assert answer.ok
    await tokens.get_by_role("button", name="Revoke the token Backup").click()
    await expect(tokens.get_by_text("There are no tokens.")).to_be_visible()
    await expect(ada.page.locator(".session-row")).to_have_count(1)


async def test_a_room_is_renamed_for_all_and_deleted(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room = await ada.make_room("Mill", viewer=grace)
    await grace.open_board(room)
    await ada.open(f"/rooms/{room}/settings")
    await ada.page.get_by_label("Name").fill("Engine")
    await ada.page.get_by_role("button", name="Save").click()
    await expect(grace.page.get_by_role("heading", name="Engine")).to_be_visible()
    remove = ada.page.get_by_role("button", name="Delete the room")
    await remove.click()
    await ada.page.keyboard.press("Escape")
    await expect(remove).to_be_focused()
    await remove.click()
    await ada.page.get_by_role("dialog").get_by_role("button", name="Delete the room").click()
    await expect(grace.page.get_by_text("This room is gone")).to_be_visible()
    await expect(ada.page.get_by_role("heading", name="Rooms")).to_be_visible()


async def test_a_history_cuts_no_sign_in_two(visit: Visit) -> None:
    ada = await visit()
    task = await ada.make_task(await ada.make_room(), "Write")
    await ada.call("PATCH", f"/v1/tasks/{task}", {"title": "x" + "😀" * 90})
    await ada.open(f"/tasks/{task}")
    await ada.page.get_by_role("tab", name="History").click()
    await expect(ada.page.locator(".change-line ins")).to_have_text("x" + "😀" * 79 + "…")

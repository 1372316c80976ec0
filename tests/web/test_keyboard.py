"""What is done with the keyboard: days, undo, and the focus of forms."""

from playwright.async_api import expect

from tests.web.conftest import Visit


async def test_a_year_has_four_digits(visit: Visit) -> None:
    ada = await visit()
    room, page = await ada.make_room(), ada.page
    task = await ada.make_task(room, "Write")
    await ada.open(f"/tasks/{task}")
    due = page.get_by_label("Due")
    await due.focus()
    async with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        await page.keyboard.type("0504203166")
        await page.keyboard.press("Enter")
    await expect(due).not_to_have_value("")
    kept = (await ada.call("GET", f"/v1/tasks/{task}"))["task"]
    assert kept["due_at"].endswith("-05-04T17:00:00Z")


async def test_undo_is_the_same_key_where_letters_are_not_latin(visit: Visit) -> None:
    ada = await visit(locale="uk-UA")
    room, page = await ada.make_room(), ada.page
    await ada.open_board(room)
    await ada.add("Написати")
    await expect(ada.card("Написати")).to_be_visible()
    await page.locator("main").focus()
    # On a German keyboard the same place is Y, which undoes nothing.
    for letter in ("y", "я"):
        await expect(page.locator(".card")).to_have_count(1)
        await page.locator("main").dispatch_event("keydown", {"key": letter, "code": "KeyZ", "ctrlKey": True})
    await expect(page.locator(".card")).to_have_count(0)


async def test_a_form_keeps_the_focus_and_leads_it_to_what_is_wrong(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room, page = await ada.make_room(), ada.page
    await ada.open(f"/rooms/{room}/members")
    address, add = page.get_by_label("E-mail"), page.get_by_role("button", name="Add", exact=True)
    await address.fill("nobody@example.org")
    await add.press("Enter")
    await expect(page.locator(".field-error")).to_be_visible()
    await expect(address).to_be_focused()
    await address.fill(grace.email)
    await add.press("Enter")
    await expect(page.get_by_label("Role of Grace")).to_be_visible()
    await expect(add).to_be_focused()

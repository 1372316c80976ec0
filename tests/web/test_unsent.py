"""A text that was not saved is still there: refused, left for another screen, or of a task that was deleted."""

import asyncio

from playwright.async_api import Dialog, Route, expect

from tests.launch.polling import until
from tests.web.conftest import Visit

TEXT = "Three pages of text"


async def refuse(route: Route) -> None:
    if route.request.method == "GET":
        await route.continue_()
    else:
        problem = {"status": 500, "code": "internal"}
        await route.fulfill(status=500, content_type="application/problem+json", json=problem)


async def test_a_text_outlives_refusals_other_screens_and_deletions(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room, page = await ada.make_room(editor=grace), ada.page
    task = await ada.make_task(room, "Write")
    await ada.open_board(room)
    are_written = asyncio.Event()

    async def refuse_later(route: Route) -> None:
        await are_written.wait()
        await refuse(route)

    await page.route(f"**/v1/rooms/{room}/tasks", refuse_later)
    line = page.locator('.column[data-status="todo"] .quick-add input')
    for title in ("Call the notary", "Write to the bank"):
        await line.fill(title)
        await page.keyboard.press("Enter")
    are_written.set()
    await expect(page.locator(".toast.failed")).to_have_count(2)
    await expect(line).to_have_value("Call the notary")
    await line.fill("")
    await page.keyboard.press("Enter")
    await expect(line).to_have_value("Write to the bank")

    description, comment = page.get_by_label("Description", exact=True), page.get_by_label("Write a comment")
    await ada.card("Write").click()
    await page.route(f"**/v1/tasks/{task}", refuse)
    await page.locator(".description button").click()
    await description.fill(TEXT)
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".toast.failed")).to_have_count(3)
    await expect(description).to_have_value(TEXT)
    await comment.fill("Half an hour of thought")
    await page.get_by_role("tab", name="History").click()
    await page.get_by_role("tab", name="Comments").click()
    await expect(comment).to_have_value("Half an hour of thought")
    asked: list[str] = []

    async def stay(question: Dialog) -> None:
        asked.append(question.type)
        await question.dismiss()

    page.on("dialog", stay)
    await page.evaluate("setTimeout(() => location.reload())")
    await until(lambda: asked == ["beforeunload"])
    await comment.press("Escape")
    await expect(comment).to_have_count(0)
    async with page.expect_response(f"**/v1/tasks/{task}"):
        await ada.card("Write").click()
    await grace.call("DELETE", f"/v1/tasks/{task}")
    await expect(page.get_by_text("This task is gone")).to_be_visible()
    await grace.call("POST", f"/v1/tasks/{task}/restore", {})
    await expect(description).to_have_value(TEXT)
    await expect(comment).to_have_value("Half an hour of thought")

    await page.unroute(f"**/v1/tasks/{task}")
    await description.press("Control+Enter")
    await expect(page.locator(".description .markdown")).to_have_text(TEXT)
    await comment.press("Control+Enter")
    await expect(page.locator(".comment:not(.draft)")).to_contain_text("Half an hour of thought")
    await page.get_by_role("tab", name="History").click()
    await page.get_by_role("tab", name="Comments").click()
    await expect(comment).to_have_value("")
    await expect(page.locator(".writing")).to_have_count(0)


async def test_a_text_that_is_too_long_is_refused_and_not_cut(visit: Visit) -> None:
    ada = await visit()
    page, task = ada.page, await ada.make_task(await ada.make_room(), "Write")
    await ada.open(f"/tasks/{task}")
    comment = page.get_by_label("Write a comment")
    await comment.focus()
    # As it is pasted: a field that is filled by a script takes more than its bound.
    await page.keyboard.insert_text("word " * 4001)
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".toast.failed")).to_contain_text("Comment: ")
    await expect(comment).to_have_value("word " * 4001)

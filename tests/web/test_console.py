"""The console sends what is typed, after it has looked at it."""

import json

from playwright.async_api import expect

from tests.web.conftest import Visit
from tests.web.people import Person


async def type_request(person: Person, method: str, path: str, body: object = None) -> None:
    page = person.page
    await page.get_by_label("Path").fill(path)
    await page.get_by_label("Method").select_option(method)
    if body is not None:
        await page.get_by_label("Body", exact=True).fill(json.dumps(body))


async def test_a_request_shows_status_time_parts_and_headers(visit: Visit) -> None:
    ada = await visit()
    room = await ada.make_room("Mill")
    await ada.open("/console")
    await expect(ada.page.locator("#console-paths option[value='/v1/rooms/{room_id}']")).to_be_attached()
    await type_request(ada, "GET", "/v1/rooms/{room_id}")
    await ada.page.get_by_label("{room_id}").fill(room)
    await ada.page.get_by_label("{room_id}").press("Tab")
    await ada.page.get_by_role("button", name="Send").click()
    answer = ada.page.get_by_role("region", name="Answer")
    await expect(answer.locator(".status-code")).to_contain_text("200")
    await expect(answer).to_contain_text("ms")
    await expect(answer.locator(".part")).to_have_count(3)
    await expect(answer.locator("pre")).to_contain_text('"name": "Mill"')
    await answer.get_by_text("Headers of the answer").click()
    await expect(answer.get_by_role("rowheader", name="request-id")).to_be_visible()
    await expect(ada.page.locator(".past li")).to_contain_text([f"/v1/rooms/{room}"])


async def test_a_body_that_does_not_fit_is_not_sent(visit: Visit) -> None:
    ada = await visit()
    await ada.open("/console")
    sent: list[str] = []
    ada.page.on("request", lambda request: sent.append(request.method) if request.url.endswith("/v1/rooms") else None)
    await expect(ada.page.locator("#console-paths option").first).to_be_attached()
    await type_request(ada, "POST", "/v1/rooms", {"name": "", "colour": "red"})
    await ada.page.get_by_role("button", name="Send").click()
    wrong = ada.page.get_by_role("alert")
    await expect(wrong).to_contain_text("colour: is unknown")
    await expect(wrong).to_contain_text("name: expected at least 1 characters")
    assert sent == []
    await ada.page.get_by_role("button", name="Fill in an example").click()
    await ada.page.get_by_label("Body", exact=True).fill('{"name": "From the console"}')
    await ada.page.keyboard.press("Control+Enter")
    await expect(ada.page.locator(".console-answer .status-code")).to_contain_text("201")
    assert sent == ["POST"]


async def test_what_the_cookie_brings_needs_no_body(visit: Visit) -> None:
    ada = await visit()
    await ada.open("/console")
    await expect(ada.page.locator("#console-paths option").first).to_be_attached()
    await type_request(ada, "POST", "/v1/auth/refresh")
    await ada.page.get_by_text("Headers", exact=True).click()
    await ada.page.locator(".console-headers textarea").fill("TaskSync-Session: cookie")
    await ada.page.get_by_role("button", name="Send").click()
    await expect(ada.page.locator(".console-answer .status-code")).to_contain_text("200")


async def test_a_request_is_copied_as_curl_without_the_token(visit: Visit) -> None:
    ada = await visit(permissions=["clipboard-read", "clipboard-write"])
    await ada.open("/console")
    await type_request(ada, "POST", "/v1/rooms", {"name": "It's"})
    await ada.page.get_by_role("button", name="Copy as curl").click()
    await expect(ada.page.get_by_text("Copied as curl")).to_be_visible()
    copied = await ada.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"curl -sS -X POST '{ada.base}/v1/rooms'")
    assert '"Authorization: Bearer $TOKEN"' in copied
    assert """It'\\''s""" in copied
    # From one screen that is loaded later to another.
    await ada.page.locator(".person").click()
    await expect(ada.page.get_by_role("heading", name="Account", exact=True)).to_be_visible()


async def test_the_live_tab_shows_changes_as_they_come(visit: Visit) -> None:
    ada = await visit()
    room = await ada.make_room()
    await ada.open("/console")
    await ada.page.get_by_role("button", name="Live").click()
    await ada.page.get_by_label("Path").fill(f"/v1/rooms/{room}/events")
    await ada.page.get_by_role("button", name="Listen").click()
    await expect(ada.page.get_by_text("Listening.", exact=True)).to_be_visible()
    await ada.make_task(room, "Seen in the console")
    await expect(ada.page.locator(".events li", has_text="Seen in the console")).to_be_visible()

"""A form that was saved shows what is so since: what others wrote meanwhile is not written over by the next save."""

from playwright.async_api import Locator, Page, expect

from tests.web.conftest import Visit
from tests.web.people import PASSWORD


async def save(page: Page, within: Locator) -> None:
    async with page.expect_response(lambda answer: answer.request.method == "PATCH") as saved:
        await within.get_by_role("button", name="Save").click()
    assert (await saved.value).status == 200


async def test_settings_and_profile_keep_what_others_wrote_since(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room, page = await ada.make_room("Room", admin=grace), ada.page
    await ada.open(f"/rooms/{room}/settings")
    form = page.locator("form", has=page.get_by_label("Description"))
    await form.get_by_label("Description").fill("Ada's description")
    await save(page, form)
    await grace.call("PATCH", f"/v1/rooms/{room}", {"description": "Grace's description"})
    for name in ("Room two", "Room three"):
        await form.get_by_label("Name", exact=True).fill(name)
        await save(page, form)
        await expect(form.get_by_label("Description")).to_have_value("Grace's description")
    kept = (await ada.call("GET", f"/v1/rooms/{room}"))["room"]
    assert (kept["name"], kept["description"]) == ("Room three", "Grace's description")
    await ada.open("/account")
    form = page.locator("section[aria-labelledby=account-profile]")
    await form.get_by_label("Name").fill("Ada L")
    await save(page, form)
    await expect(page.locator(".person")).to_contain_text("Ada L")
    await ada.call("PATCH", "/v1/me", {"name": "Ada Lovelace"})
    for number in (1, 2):
        await form.get_by_label("E-mail").fill(f"{number}{ada.email}")
        await form.get_by_label("Current password").fill(PASSWORD)
        await save(page, form)
        await expect(form.get_by_label("Name")).to_have_value("Ada Lovelace")
    assert (await ada.call("GET", "/v1/me"))["name"] == "Ada Lovelace"


async def test_settings_that_were_left_without_saving_are_still_there(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room, page = await ada.make_room("Room", admin=grace), ada.page
    await ada.open(f"/rooms/{room}/settings")
    description = page.get_by_label("Description")
    await description.fill("Three pages of text")
    await page.get_by_role("link", name="Members").click()
    await grace.call("PATCH", f"/v1/rooms/{room}", {"description": "Grace's description"})
    await page.get_by_role("link", name="Settings").click()
    await expect(description).to_have_value("Three pages of text")
    # It was begun on what Grace wrote over.
    await page.get_by_role("button", name="Save").click()
    dialog = page.get_by_role("dialog", name="Two versions")
    await dialog.get_by_role("button", name="Keep what I chose").click()
    await expect(description).to_have_value("Grace's description")
    await page.get_by_role("link", name="Members").click()
    await page.get_by_role("link", name="Settings").click()
    await expect(description).to_have_value("Grace's description")

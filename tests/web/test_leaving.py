"""Who signs out has left: nothing of theirs is sent as somebody else, and nothing signs them in again."""

from playwright.async_api import expect

from tests.web.conftest import Visit
from tests.web.people import PASSWORD


async def test_who_leaves_without_a_network_stays_away_and_their_writes_end(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room, page = await ada.make_room(editor=grace), ada.page
    await ada.open_board(room)
    await page.context.set_offline(True)
    await ada.add("Written by Ada")
    await expect(page.locator(".card.draft")).to_have_count(1)
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    async with page.expect_response("**/v1/auth/logout") as ended:
        await page.context.set_offline(False)
    assert (await ended.value).status == 204
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await page.get_by_label("E-mail").fill(grace.email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.locator(".person")).to_contain_text("Grace")
    await page.evaluate("dispatchEvent(new Event('online'))")
    await ada.add("Written by Grace")
    await expect(ada.card("Written by Grace")).to_be_visible()
    titles = [task["title"] for task in (await grace.call("GET", f"/v1/rooms/{room}/tasks"))["items"]]
    assert titles == ["Written by Grace"]

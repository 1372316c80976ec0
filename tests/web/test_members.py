"""Who is in the room is shown as it is, in each tab that is open."""

from playwright.async_api import Route, expect

from tests.web.conftest import Visit
from tests.web.test_lists import shorten_members


async def test_a_member_whose_removal_is_undone_is_shown_again(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room = await ada.make_room(editor=grace)
    # A change of role makes the membership older than the one that the undo makes.
    await ada.call("PUT", f"/v1/rooms/{room}/members/{grace.id}", {"role": "contributor"})
    await ada.open(f"/rooms/{room}/members")
    row = ada.page.locator(".member-row", has_text="Grace")
    await ada.page.get_by_role("button", name="Remove Grace").click()
    await ada.page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    await expect(row).to_have_count(0)
    await ada.page.get_by_role("button", name="Undo").click()
    await expect(row).to_be_visible()
    await expect(ada.page.get_by_label("Role of Grace")).to_have_value("contributor")


async def test_a_member_who_is_removed_and_added_elsewhere_is_shown_again(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room = await ada.make_room(editor=grace)
    await ada.open_board(room)
    await ada.page.get_by_role("link", name="Members").click()
    row = ada.page.locator(".member-row", has_text="Grace")
    await expect(row).to_be_visible()
    await ada.call("DELETE", f"/v1/rooms/{room}/members/{grace.id}")
    await expect(row).to_have_count(0)
    await ada.call("POST", f"/v1/rooms/{room}/members", {"email": grace.email, "role": "viewer"})
    await expect(row).to_be_visible()
    await expect(ada.page.get_by_label("Role of Grace")).to_have_value("viewer")


async def test_a_page_that_was_asked_before_brings_nobody_back_who_was_removed(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room = await ada.make_room(editor=grace)
    await shorten_members(ada, room)

    async def be_late(route: Route) -> None:
        answer = await route.fetch()
        await ada.call("DELETE", f"/v1/rooms/{room}/members/{grace.id}")
        await ada.make_task(room, "After it")
        await expect(ada.card("After it")).to_be_visible()
        await route.fulfill(response=answer)

    await ada.page.route(f"**/v1/rooms/{room}/members?*", be_late)
    async with ada.page.expect_response(f"**/v1/rooms/{room}/members?*"):
        await ada.open(f"/rooms/{room}")
    await ada.page.get_by_role("link", name="Members").click()
    await expect(ada.page.locator("h2 .count")).to_have_text("1")
    await expect(ada.page.locator(".member-row")).to_have_count(1)


async def test_at_its_own_address_a_task_knows_the_members(visit: Visit) -> None:
    ada, grace, mei = await visit("Ada"), await visit("Grace"), await visit("Mei")
    room = await ada.make_room(editor=grace, admin=mei)
    task = await ada.make_task(room, "Assign me")
    await mei.call("PATCH", f"/v1/tasks/{task}", {"priority": "high"})
    await grace.open(f"/tasks/{task}")
    await grace.page.get_by_label("Assign", exact=True).select_option("Mei")
    await expect(grace.page.locator(".assignees li")).to_contain_text("Mei")
    await grace.page.get_by_role("tab", name="History").click()
    await expect(grace.page.locator(".happened", has_text="priority")).to_contain_text("Mei")


async def test_who_may_see_the_invites_no_more_does_not(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room = await ada.make_room(admin=grace)
    await ada.call("POST", f"/v1/rooms/{room}/invites", {"role": "editor"})
    await grace.open(f"/rooms/{room}/invites")
    await expect(grace.page.locator(".invite-row")).to_have_count(1)
    await ada.call("PUT", f"/v1/rooms/{room}/members/{grace.id}", {"role": "viewer"})
    await expect(grace.page.get_by_text("You may not do this here (invite.view).")).to_be_visible()
    await expect(grace.page.locator(".invite-row")).to_have_count(0)
    await ada.call("PUT", f"/v1/rooms/{room}/members/{grace.id}", {"role": "admin"})
    await expect(grace.page.locator(".invite-row")).to_have_count(1)

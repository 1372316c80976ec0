"""What happened to a right while no stream was open is noticed once the tab is looked at again."""

from playwright.async_api import expect

from tests.web.conftest import Visit


async def test_a_right_that_was_lost_while_offline_is_noticed(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room = await ada.make_room(editor=grace)
    await ada.make_task(room, "Secret")
    await grace.open_board(room)
    await expect(grace.card("Secret")).to_be_visible()
    # A stream that is open outlives `set_offline`: the tab lets go of it first.
    await grace.page.clock.install()
    await grace.page.evaluate(_HIDE, "hidden")
    await grace.page.clock.fast_forward(61_000)
    await expect(grace.page.locator('[data-live="waiting"]')).to_be_attached()
    await ada.call("DELETE", f"/v1/rooms/{room}/members/{grace.id}")
    await grace.page.evaluate(_HIDE, "visible")
    await expect(grace.page.get_by_text("you are not in it any more")).to_be_visible()
    await expect(grace.page.locator(".card")).to_have_count(0)


_HIDE = """state => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
    document.dispatchEvent(new Event("visibilitychange"));
}"""

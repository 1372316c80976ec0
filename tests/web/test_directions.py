"""A text from right to left stands so, and turns round nothing that is beside it."""

from playwright.async_api import Locator, expect

from tests.web.conftest import Visit

TITLE = "שלום עולם!"
# Where each letter of the text in an element begins.
_LETTERS = """element => {
    const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode();
    const left = index => {
        const range = document.createRange();
        range.setStart(text, index);
        range.setEnd(text, index + 1);
        return range.getBoundingClientRect().left;
    };
    return [...text.data.trimEnd()].map((_, index) => left(index));
}"""


async def lefts(place: Locator) -> list[float]:
    await expect(place).to_be_visible()
    letters: list[float] = await place.evaluate(_LETTERS)
    return letters


async def test_a_text_from_right_to_left_ends_at_its_left(visit: Visit) -> None:
    ada = await visit()
    room, page = await ada.make_room(TITLE), ada.page
    task = await ada.make_task(room, TITLE, description=f"- {TITLE}")
    await ada.call("POST", f"/v1/tasks/{task}/comments", {"body": TITLE})
    await ada.open_board(room)
    for place in (page.locator("h1"), page.locator("a.card-title")):
        letters = await lefts(place)
        assert letters == sorted(letters, reverse=True)
    await ada.card(TITLE).click()
    panel = page.get_by_role("dialog")
    for place in (
        panel.locator(".in-place"),
        panel.locator(".description li"),
        panel.locator(".comment .markdown p"),
    ):
        letters = await lefts(place)
        assert letters == sorted(letters, reverse=True)
    await expect(panel.locator(".description ul")).to_have_css("direction", "rtl")
    await page.keyboard.press("Escape")
    await page.get_by_role("link", name="Activity").click()
    happened = page.locator(".happened p", has_text="commented")
    # The age of it, which begins with a number or a word, is behind the title as a whole.
    end = max(await lefts(happened.locator("a")))
    assert min(await lefts(happened.locator("time"))) > end

"""Each screen is usable by everybody: axe-core finds nothing, and nothing is wider than a narrow screen."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.web.conftest import Visit
from tests.web.people import Person

NARROW = {"width": 360, "height": 740}
SCREENS = ("", "/list", "/members", "/invites", "/activity", "/trash", "/settings")
# What would scroll sideways as a whole; `main` and dialogs scroll by themselves, so the page never tells it.
_WIDER = """[...document.querySelectorAll("html, main, dialog")]
    .filter(each => each.scrollWidth > each.clientWidth).map(each => each.localName)"""
WORD = "Donaudampfschifffahrtsgesellschaft" * 3


@cache
def axe() -> str:
    return (Path(__file__).parent / "vendor" / "axe.js").read_text()


async def violations(page: Page) -> list[str]:
    # Evaluated by the driver: the policy of the page would not let it in as a script.
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(axe())
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    rules = {"runOnly": tags, "resultTypes": ["violations"]}
    found: dict[str, Any] = await page.evaluate("options => axe.run(document, options)", rules)
    return [f"{each['id']}: {node['html'][:200]}" for each in found["violations"] for node in each["nodes"]]


async def settle(page: Page) -> None:
    """Until the screen is there, without what slides in."""
    await page.emulate_media(reduced_motion="reduce")
    await expect(page.locator("h1, h2").first).to_be_attached()
    await expect(page.locator(".spinner")).to_have_count(0)


async def look(person: Person, path: str) -> None:
    await settle(person.page)
    assert (path, await violations(person.page)) == (path, [])
    assert await person.page.evaluate(_WIDER) == [], path


async def fill(person: Person) -> tuple[str, str]:
    """A room in which every kind of thing is: its id, and that of a task."""
    room = await person.make_room(f"Room {WORD}")
    wide = f"```\n{'code ' * 80}\n```\n\n| a{' | words' * 5} |\n|{'---|' * 6}\n"
    text = f"# About\n\n- [x] one\n\n`code` and a [link](https://example.org)\n\n{wide}"
    due = {"due_at": "2020-01-01T12:00:00Z", "priority": "urgent", "assignees": [person.id]}
    task = await person.make_task(room, "Punch the cards", description=text, **due)
    await person.make_task(room, f"Oil the mill {WORD}", status="done", priority="low")
    gone = await person.make_task(room, "Forget it", status="doing", priority="medium")
    await person.call("DELETE", f"/v1/tasks/{gone}")
    await person.call("POST", f"/v1/tasks/{task}/comments", {"body": f"Which **ones**?\n\n{wide}"})
    await person.call("POST", f"/v1/rooms/{room}/invites", {"role": "editor"})
    return room, task


@pytest.mark.parametrize("options", [{"color_scheme": "light"}, {"color_scheme": "dark", "viewport": NARROW}])
async def test_no_screen_has_a_violation(visit: Visit, options: dict[str, Any]) -> None:
    ada = await visit(f"Ada {WORD[:90]}", **options)
    room, task = await fill(ada)
    paths = [
        "/account",
        "/console",
        f"/tasks/{task}",
        "/invite/CODE",
        *(f"/rooms/{room}{each}" for each in SCREENS),
    ]
    await ada.open("/")
    await look(ada, "/")
    # One page for all of them: a program that has run is faster than one that is loaded again.
    for path in paths:
        await ada.walk(path)
        await look(ada, path)
    await ada.page.get_by_role("button", name="Delete the room").click()
    await look(ada, "a question")
    await ada.open_board(room)
    await ada.card("Punch the cards").click()
    await expect(ada.page.locator(".comment")).to_be_visible()
    await settle(ada.page)
    assert await violations(ada.page) == []
    assert await ada.page.evaluate(_WIDER) == []
    await ada.page.keyboard.press("Escape")
    # A telephone on its side still has room for cards.
    await ada.page.set_viewport_size({"width": 740, "height": 360})
    assert await ada.column("todo").evaluate("list => list.clientHeight") > 150


@pytest.mark.parametrize("path", ["/sign-in", "/register", "/invite/CODE"])
async def test_neither_has_what_comes_before_signing_in(visit: Visit, path: str) -> None:
    ada = await visit()
    await ada.page.context.clear_cookies()
    await ada.open(path)
    await look(ada, path)


_TURNS = """() => {
    const spinner = document.createElement("span");
    spinner.className = "spinner";
    document.body.append(spinner);
    return getComputedStyle(spinner).animationIterationCount;
}"""


async def test_nothing_flickers_for_who_wants_less_motion(visit: Visit) -> None:
    ada = await visit()
    await ada.open("/")
    assert await ada.page.evaluate(_TURNS) == "infinite"
    await ada.page.emulate_media(reduced_motion="reduce")
    assert await ada.page.evaluate(_TURNS) == "1"


async def test_the_conflict_dialog_has_none(visit: Visit) -> None:
    ada = await visit()
    room = await ada.make_room()
    task = await ada.make_task(room, "Write", description="As it was")
    await ada.open(f"/tasks/{task}")
    await ada.page.locator(".description button").click()
    await ada.call("PATCH", f"/v1/tasks/{task}", {"description": "Theirs"})
    await ada.page.get_by_label("Description", exact=True).fill("Mine")
    await ada.page.keyboard.press("Control+Enter")
    await expect(ada.page.get_by_role("dialog", name="Two versions")).to_be_visible()
    await settle(ada.page)
    assert await violations(ada.page) == []


async def test_a_task_is_made_opened_and_finished_with_the_keyboard_alone(visit: Visit) -> None:
    ada = await visit()
    room = await ada.make_room()
    await ada.open_board(room)
    keyboard = ada.page.keyboard
    await keyboard.press("Tab")
    await expect(ada.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await keyboard.press("Enter")
    adder = ada.page.locator('.column[data-status="todo"] .quick-add input')
    for _ in range(20):
        await keyboard.press("Tab")
        if await adder.evaluate("input => input === document.activeElement"):
            break
    await keyboard.type("By keyboard")
    await keyboard.press("Enter")
    await expect(ada.card("By keyboard")).to_be_visible()
    await keyboard.press("Tab")
    await expect(ada.page.get_by_role("link", name="By keyboard")).to_be_focused()
    await keyboard.press("Enter")
    dialog = ada.page.get_by_role("dialog")
    await dialog.get_by_role("button", name="By keyboard").press("Enter")
    area = dialog.get_by_label("Title")
    for key in ("Enter", "Escape"):
        await area.dispatch_event("keydown", {"key": key, "isComposing": True})
    await area.press("End")
    await keyboard.type(" alone")
    await keyboard.press("Enter")
    await expect(dialog.get_by_role("button", name="By keyboard alone")).to_be_focused()
    await keyboard.press("Escape")
    await expect(ada.page.get_by_role("link", name="By keyboard")).to_be_focused()
    for key in ("Space", "ArrowRight", "ArrowRight", "Space"):
        await keyboard.press(key)
    await expect(ada.column("done").get_by_role("link", name="By keyboard")).to_be_focused()

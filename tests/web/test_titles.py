"""The title of the page tells where one is."""

import pytest
from playwright.async_api import expect

from tests.web.conftest import Visit


async def test_a_room_and_a_task_over_it_have_their_names_as_title(visit: Visit) -> None:
    ada = await visit()
    room = await ada.make_room("Mill")
    await ada.make_task(room, "Oil it")
    await ada.open_board(room)
    page = ada.page
    await expect(page).to_have_title("Mill · TaskSync")
    await page.get_by_label("Search tasks").fill("oil")
    await expect(page).to_have_url(f"{ada.base}/rooms/{room}?q=oil")
    await expect(page).to_have_title("Mill · TaskSync")
    await ada.card("Oil it").click()
    await expect(page).to_have_title("#1 Oil it · TaskSync")
    await expect(page.get_by_role("dialog").get_by_label("Status")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page).to_have_title("Mill · TaskSync")
    await page.get_by_role("link", name="Members").click()
    await expect(page).to_have_title("Members · Mill · TaskSync")
    await page.get_by_role("link", name="Home").click()
    await expect(page).to_have_title("Home · TaskSync")
    await page.get_by_label("Language").select_option("uk")
    await expect(page).to_have_title("Головна · TaskSync")
    await ada.call("DELETE", f"/v1/rooms/{room}")
    await ada.open(f"/rooms/{room}")
    await expect(page).to_have_title("Тут нічого немає · TaskSync")


@pytest.mark.parametrize(
    ("path", "title"),
    [("/sign-in", "Sign in"), ("/register", "Make an account"), ("/invite/CODE", "An invitation")],
)
async def test_so_does_what_comes_before_signing_in(visit: Visit, path: str, title: str) -> None:
    ada = await visit()
    await ada.page.context.clear_cookies()
    await ada.open(path)
    await expect(ada.page).to_have_title(f"{title} · TaskSync")


async def test_so_do_an_address_of_nothing_the_account_and_the_console(visit: Visit) -> None:
    ada = await visit()
    for path, title in (("/account", "Account"), ("/console", "Console")):
        await ada.open(path)
        await expect(ada.page).to_have_title(f"{title} · TaskSync")
    await ada.walk("/nowhere")
    await expect(ada.page).to_have_title("There is nothing here · TaskSync")

"""Signing in, and staying signed in: over reloads, in several tabs, in either language."""

from uuid import uuid4

from playwright.async_api import Route, expect

from tests.launch.polling import until
from tests.web.conftest import Visit
from tests.web.people import PASSWORD


async def test_a_person_registers_signs_out_and_in_again(visit: Visit) -> None:
    ada = await visit()
    page = ada.page
    await page.context.clear_cookies()
    await ada.open("/account?from=a-mail")
    await page.get_by_role("link", name="Make an account").click()
    email = f"{uuid4().hex}@example.org"
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Name").fill("Grace")
    await page.get_by_label("Password", exact=True).fill("password123")
    await page.get_by_role("button", name="Register").click()
    await expect(page.locator(".field-error")).to_be_visible()
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Register").click()
    await expect(page.get_by_role("heading", name="Account", exact=True)).to_be_visible()
    assert page.url == f"{ada.base}/account?from=a-mail"
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password", exact=True).fill("not this one")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).to_have_text("Address or password is wrong.")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Account", exact=True)).to_be_visible()


async def test_no_script_can_read_a_token_that_outlives_the_page(visit: Visit) -> None:
    ada = await visit()
    await ada.open("/")
    await expect(ada.page.get_by_role("heading", name="Rooms")).to_be_visible()
    kept = await ada.page.evaluate("JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}])")
    assert "eyJ" not in kept
    assert "tsr_" not in kept


async def test_tabs_that_refresh_at_once_all_stay_signed_in(visit: Visit) -> None:
    ada = await visit()
    tabs = [ada.page, *[await ada.page.context.new_page() for _ in range(3)]]
    for _ in range(2):
        for tab in tabs:
            await tab.goto(f"{ada.base}/", wait_until="commit")
        for tab in tabs:
            await expect(tab.get_by_role("heading", name="Rooms")).to_be_visible()
    await tabs[0].get_by_role("button", name="Sign out").click()
    await expect(tabs[1].get_by_role("heading", name="Sign in")).to_be_visible()


_WATCH = """() => {
    const place = document.querySelector("[data-live]");
    Object.assign(window, { states: [], isTold: false });
    new MutationObserver(() => {
        window.states.push(place.dataset.live);
        window.isTold ||= place.textContent.trim() !== "";
    }).observe(place, { attributes: true, childList: true, characterData: true, subtree: true });
}"""


async def test_an_access_token_that_ended_is_renewed_without_a_word(visit: Visit) -> None:
    ada = await visit()
    room = await ada.make_room()
    await ada.open_board(room)
    await ada.page.evaluate(_WATCH)
    # A new password ends the access tokens of this session too, and not its refresh token.
    body = {"password": f"{PASSWORD} more", "current_password": PASSWORD}
    await ada.call("PATCH", "/v1/me", body)
    await ada.add("Still here")
    await expect(ada.card("Still here")).to_be_visible()
    await until(lambda: ada.page.evaluate("states.includes('waiting') && states.at(-1) === 'open'"))
    assert not await ada.page.evaluate("isTold")


async def test_the_language_and_the_theme_are_chosen_and_kept(visit: Visit) -> None:
    ada = await visit(locale="uk-UA")
    await ada.open("/")
    await expect(ada.page.get_by_role("heading", name="Кімнати")).to_be_visible()
    await expect(ada.page.locator("html")).to_have_attribute("lang", "uk")
    await ada.page.get_by_label("Мова").select_option("en")
    await expect(ada.page.get_by_role("heading", name="Rooms")).to_be_visible()
    await ada.page.get_by_role("button", name="Light or dark").click()
    await ada.page.reload()
    await expect(ada.page.get_by_role("heading", name="Rooms")).to_be_visible()
    await expect(ada.page.locator("html")).to_have_attribute("data-theme", "dark")


async def test_texts_of_another_build_are_not_shown_as_their_keys(visit: Visit) -> None:
    ada = await visit()
    gone: list[str] = []

    async def lose_the_first(route: Route) -> None:
        gone.append(route.request.url)
        await (
            route.fulfill(status=404, json={"status": 404, "code": "not_found"})
            if len(gone) == 1
            else route.continue_()
        )

    await ada.page.route("**/messages/en.json", lose_the_first)
    await ada.open("/")
    await expect(ada.page.get_by_role("heading", name="Rooms")).to_be_visible()
    await ada.page.route("**/messages/uk.json", lambda route: route.fulfill(status=404, json={"status": 404}))
    await ada.page.get_by_label("Language").select_option("uk")
    await expect(ada.page.locator(".toast.failed")).to_contain_text("new version")
    await expect(ada.page.get_by_role("heading", name="Rooms")).to_be_visible()


async def test_who_signs_in_next_on_a_page_gets_nothing_of_who_was_there(visit: Visit) -> None:
    ada, grace = await visit("Ada"), await visit("Grace")
    room = await ada.make_room(viewer=grace)
    await ada.make_task(room, "Write")
    await ada.open("/console")
    await ada.page.get_by_role("button", name="Send").click()
    await expect(ada.page.locator(".past li")).to_have_count(1)
    await ada.page.get_by_role("link", name="Home").click()
    await ada.page.get_by_role("link", name="Engine room").click()
    await expect(ada.page.locator(".quick-add")).to_have_count(3)
    await ada.page.get_by_role("button", name="Sign out").click()
    await ada.page.get_by_label("E-mail").fill(grace.email)
    await ada.page.get_by_label("Password", exact=True).fill(PASSWORD)
    await ada.page.get_by_role("button", name="Sign in").click()
    await expect(ada.card("Write")).to_be_visible()
    await expect(ada.page.locator(".quick-add")).to_have_count(0)
    await ada.page.get_by_role("link", name="Console").click()
    await expect(ada.page.get_by_text("What you send is listed here.")).to_be_visible()


async def test_what_is_wrong_is_said_in_the_persons_language(visit: Visit) -> None:
    ada = await visit(locale="uk-UA")
    await ada.page.context.clear_cookies()
    await ada.open("/register")
    await ada.page.get_by_label("Електронна адреса").fill(f"{uuid4().hex}@example.org")
    await ada.page.locator("input[name=name]").fill("Ada")
    await ada.page.get_by_label("Пароль", exact=True).fill("password123")
    await ada.page.locator("form button").click()
    await expect(ada.page.locator(".field-error")).to_have_text("Це значення не підходить.")

    async def refuse(route: Route) -> None:
        problem = {"title": "Gone", "status": 409, "code": "of_another_version", "detail": "In English"}
        await route.fulfill(status=409, content_type="application/problem+json", json=problem)

    await ada.page.route("**/v1/auth/register", refuse)
    await ada.page.locator("form button").click()
    await expect(ada.page.get_by_role("alert")).to_have_text("Сервер відмовив: of_another_version.")

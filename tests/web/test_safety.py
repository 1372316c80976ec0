"""What people write is text, wherever it is shown; and the policy of the pages lets nothing else in."""

import aiohttp
import pytest
from playwright.async_api import expect

from tests.e2e.launched import Launched
from tests.web.conftest import Visit

SCRIPT = "<img src=x onerror='window.hacked=1'><script>window.hacked=1</script>"
LINK = "[click](javascript:window.hacked=1)"


async def test_script_in_any_text_is_shown_as_text(visit: Visit) -> None:
    ada = await visit(f"Ada {SCRIPT}")
    room = await ada.make_room(f"Room {SCRIPT}")
    task = await ada.make_task(room, f"Title {SCRIPT}", description=f"About {SCRIPT} {LINK}", assignees=[ada.id])
    await ada.call("POST", f"/v1/tasks/{task}/comments", {"body": f"Said {SCRIPT} {LINK}"})
    await ada.open(f"/tasks/{task}")
    for selector in ("#task-title", ".description", ".comment .markdown", ".comment-head strong", ".task-room"):
        await expect(ada.page.locator(selector)).to_contain_text("<script>window.hacked=1</script>")
    await ada.page.get_by_role("tab", name="History").click()
    await expect(ada.page.locator(".happened")).not_to_have_count(0)
    for path in ("/", f"/rooms/{room}", f"/rooms/{room}/members", f"/rooms/{room}/activity", "/account"):
        await ada.open(path)
        await expect(ada.page.locator("h1").first).to_be_attached()
        await expect(ada.page.locator(".spinner")).to_have_count(0)
        assert await ada.page.locator("img[src='x'], a[href^='javascript'], main script").count() == 0
        assert await ada.page.evaluate("window.hacked") is None


async def test_markdown_is_shown_and_its_links_lead_out_safely(visit: Visit) -> None:
    ada = await visit()
    room = await ada.make_room()
    text = "# Head\n\n**bold** and `code`\n\n- [x] done\n- [ ] open\n\n[out](https://example.org)\n\n![a picture](https://example.org/p.png)"
    task = await ada.make_task(room, "Write", description=text)
    await ada.open(f"/tasks/{task}")
    shown = ada.page.locator(".description .markdown")
    await expect(shown.locator("strong")).to_have_text("bold")
    await expect(shown.locator("input[type=checkbox]")).to_have_count(2)
    await expect(shown.locator("img")).to_have_count(0)
    link = shown.get_by_role("link", name="out")
    assert "noopener" in (await link.get_attribute("rel") or "")
    await expect(shown.get_by_role("link", name="a picture")).to_have_attribute("href", "https://example.org/p.png")


async def test_markdown_that_would_hold_the_page_is_shown_as_it_was_written(visit: Visit) -> None:
    ada = await visit()
    task = await ada.make_task(await ada.make_room(), "Read", description="See **below**")
    texts = [">" * 20_000, ("*a " * 10 + "\nx") * 600, "_a_" * 6_600, "a" + " " * 19_998 + "b"]
    texts += ["a." * 9_000 + "@b", "http://a.b/" + "&a;" * 6_000, "- a\n" + "  b\n" * 4_900]
    # A row has as many cells as the head of its table.
    texts += ["|" + "a|" * 200 + "\n|" + "-|" * 200 + "\n" + "b\n" * 900]
    for text in texts:
        await ada.call("POST", f"/v1/tasks/{task}/comments", {"body": text})
    await ada.open(f"/tasks/{task}")
    await expect(ada.page.locator(".description strong")).to_have_text("below")
    shown = ada.page.locator(".comment .markdown.plain")
    await expect(shown).to_have_count(len(texts))
    assert await shown.evaluate_all("all => all.map(each => each.textContent)") == texts


async def test_to_see_that_a_text_would_hold_the_page_does_not_hold_it(visit: Visit) -> None:
    """Of fences that open and never close, each was looked for its end in all of the rest."""
    ada = await visit()
    await ada.open("/")
    fences, none = await ada.page.evaluate(
        """async (texts) => {
            const main = document.querySelector("script[type=module]").src;
            const { toNodes } = await import(new URL("parts/markdown.js", main));
            return texts.map((text) => {
                const begun = performance.now();
                toNodes(text);
                return performance.now() - begun;
            });
        }""",
        ["~~~a\n" * 5_000, "~a~~\n" * 5_000],
    )
    assert fences < 20 * none


async def test_no_script_but_its_own_files_runs_in_a_page(visit: Visit) -> None:
    ada = await visit()
    await ada.open("/")
    await expect(ada.page.get_by_role("heading", name="Rooms")).to_be_visible()
    blocked = await ada.page.evaluate(
        """() => {
            const inline = document.createElement("script");
            let refused = false;
            try { inline.textContent = "window.hacked = 1"; document.body.append(inline); } catch { refused = true; }
            try { document.body.insertAdjacentHTML("beforeend", "<b>x</b>"); refused = false; } catch { }
            return refused && window.hacked === undefined;
        }"""
    )
    assert blocked
    assert any("Trusted" in complaint for complaint in ada.complaints)
    ada.complaints.clear()


# The second is a path of this site, until the dot in it is gone.
@pytest.mark.parametrize("address", ["//example.org/", "/.//example.org/"])
async def test_a_return_address_of_another_site_is_not_followed(visit: Visit, address: str) -> None:
    ada = await visit()
    await ada.open(f"/sign-in?next={address}")
    await expect(ada.page.get_by_role("heading", name="Rooms")).to_be_visible()
    assert ada.page.url == f"{ada.base}/"


@pytest.mark.parametrize("path", ["/sign-in?next=//", "/register?next=http://[", "/invite/%ZZ"])
async def test_an_address_that_means_nothing_still_has_a_page(visit: Visit, path: str) -> None:
    ada = await visit()
    await ada.page.context.clear_cookies()
    await ada.open(path)
    await expect(ada.page.locator("h1")).to_be_visible()


async def test_the_policy_names_no_unsafe_source(system: Launched) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{system.base}/rooms/{'0' * 8}-0000-7000-8000-{'0' * 12}") as page,
    ):
        policy = page.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"} <= set(
        policy.split("; ")
    )

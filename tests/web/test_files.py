"""What the client is made of: small, kept by browsers, and whole."""

import json
import re
from typing import Any

import aiohttp
import pytest
from playwright.async_api import expect

from gateway.web.files import STATIC, build, files, modules, shell
from gateway.web.routes import PAGES
from launch.settings import ROOT
from tests.e2e.launched import Launched
from tests.web.conftest import Visit

MOST_BYTES = 150_000
# What CLDR says of whole numbers, for the languages that are there.
FORMS = {"en": {"one", "other"}, "uk": {"one", "few", "many", "other"}}
# Problems of requests that the client never sends, of personal tokens, and of what it settles itself: a stream that
# is too old, and a refresh that failed.
OF_PROGRAMS = {
    "malformed_json",
    "bad_request",
    "method_not_allowed",
    "unsupported_media_type",
    "headers_too_large",
    "unknown_coding",
    "idempotency_key_reused",
    "scope_too_small",
    "token_too_narrow",
    "session_required",
    "invalid_refresh_token",
    "resync",
    "too_many_streams",
}
ID = "00000000-0000-7000-8000-000000000000"


def texts(language: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((STATIC / "messages" / f"{language}.json").read_text())
    return found


def scripts() -> str:
    return "\n".join(path.read_text() for path in sorted((STATIC / "app").rglob("*.js")))


def test_all_of_it_together_is_small() -> None:
    total = len(shell().packed) + sum(len(file.packed) for file in files().values())
    assert total < MOST_BYTES


def test_both_languages_have_the_same_texts_with_the_same_values() -> None:
    english, ukrainian = texts("en"), texts("uk")
    assert set(english) == set(ukrainian)
    for key, text in english.items():
        assert values(text) == values(ukrainian[key]), key


def values(text: Any) -> set[str]:
    forms = text.values() if isinstance(text, dict) else [text]
    return {name for form in forms for name in re.findall(r"\{(\w+)\}", form)}


@pytest.mark.parametrize("language", list(FORMS))
def test_what_is_counted_has_each_form_of_its_language(language: str) -> None:
    forms = {key: set(text) for key, text in texts(language).items() if isinstance(text, dict)}
    assert forms
    assert all(found == FORMS[language] for found in forms.values()), forms


def test_each_text_that_is_asked_for_is_there_and_each_that_is_there_is_asked_for() -> None:
    source = scripts()
    asked = set(re.findall(r"""\bt\("([\w.]+)\"""", source))
    assert asked <= set(texts("en"))
    # Keys that are put together have their beginning in the source, up to what is filled in.
    beginnings = {text for text in re.findall(r"""["`]([\w.]*?)\$\{""", source) if text.endswith(".")}
    quoted = set(re.findall(r'"([\w.]+)"', source))
    assert {key for key in texts("en") if key not in quoted and not key.startswith(tuple(beginnings))} == set()


def test_each_problem_that_a_page_can_meet_has_a_text() -> None:
    table = (ROOT / "docs" / "api.md").read_text().partition("| status | `code` | when |")[2].partition("## ")[0]
    lines = [line.split("|") for line in table.splitlines() if line.startswith("|")]
    codes = {code for _, _, named, *_ in lines for code in re.findall(r"`(\w+)`", named)}
    assert codes >= OF_PROGRAMS
    assert {f"problem.{code}" for code in codes - OF_PROGRAMS} <= set(texts("en"))


def test_each_module_that_is_imported_is_there() -> None:
    assert set(modules()) <= set(files())
    later = re.findall(r'import\("\.?\.?/?([\w/.-]+)"\)', scripts())
    assert later
    assert all(any(name.endswith(target.removeprefix("./")) for name in files()) for target in later)


async def test_a_file_is_kept_for_good_and_another_build_is_not_mixed_in(system: Launched) -> None:
    async with aiohttp.ClientSession(system.base, auto_decompress=False) as session:
        async with session.get(f"/web/{build()}/app/main.js") as file:
            assert file.headers["Content-Encoding"] == "gzip"
            assert "immutable" in file.headers["Cache-Control"]
            assert file.content_type == "text/javascript"
        for path in ("/web/another/app/main.js", f"/web/{build()}/index.html", f"/web/{build()}/..%2Froutes.py"):
            async with session.get(path) as none:
                assert none.status == 404, path
        async with session.get("/", headers={"Accept-Encoding": "identity"}) as page:
            assert "Content-Encoding" not in page.headers
            etag = page.headers["ETag"]
        async with session.get("/", headers={"Accept-Encoding": "identity", "If-None-Match": etag}) as again:
            assert again.status == 304


async def test_the_client_knows_each_page_that_is_served(visit: Visit) -> None:
    ada = await visit()
    await ada.open("/")
    await expect(ada.page.get_by_role("heading", name="Rooms")).to_be_visible()
    for page in PAGES:
        screens = re.search(r"any\(([\w,]+)\)", page)
        for screen in screens[1].split(",") if screens else [""]:
            path = re.sub(r"<any\(.*?\):\w+>", screen, page)
            path = re.sub(r"<\w+:\w+>", ID, path).replace("<code>", "CODE")
            await ada.walk(path)
            assert await ada.page.get_by_text("There is nothing here").count() == 0, path

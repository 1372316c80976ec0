"""The docs page and the document behind it, as the gateway serves them."""

from urllib.parse import urlsplit

import aiohttp
import pytest
from playwright.async_api import expect

from gateway.document import DOCUMENT
from tests.meta.browser import open_page
from tests.system import System


@pytest.fixture
def base(system: System) -> str:
    return system.url("gateway")


async def test_the_document_is_the_committed_one(base: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{base}/openapi.json") as answer:
        assert await answer.read() == DOCUMENT.read_bytes()


@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/docs/docs.js"])
async def test_a_file_that_the_client_has_is_not_sent_again(base: str, path: str) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(base + path) as first:
            etag = first.headers["ETag"]
        async with session.get(base + path, headers={"If-None-Match": etag}) as second:
            assert (second.status, await second.read()) == (304, b"")


@pytest.mark.parametrize("name", ["openapi.json", "index.html", "..%2froutes.py", "swagger-editor.css"])
async def test_only_the_files_of_the_page_are_served(base: str, name: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{base}/docs/{name}") as answer:
        assert answer.status == 404


async def test_the_page_renders_without_a_network_and_within_its_policy(base: str) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    async with open_page() as page:
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(f"{base}/docs")
        await expect(page.locator(".info .title")).to_contain_text("TaskSync")
        operation = page.locator(".opblock", has_text="Create a room").first
        await operation.locator(".opblock-summary").click()
        await expect(operation.get_by_text("Request body")).to_be_visible()
        await expect(operation.locator(".body-param__example")).to_contain_text('"name"')
    assert {urlsplit(url).netloc for url in asked} - {""} == {urlsplit(base).netloc}
    assert complaints == []

"""The whole system and one browser, for all tests of the web client."""

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.launched import Launched, launched
from tests.meta.browser import open_browser
from tests.web.people import Person, enter

Visit = Callable[..., Awaitable[Person]]
# Other tests may keep this machine busy; what comes, comes within parts of a second.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="package")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as running:
        yield running


@pytest.fixture(scope="package")
async def system(browser: Browser) -> AsyncIterator[Launched]:
    """A running system; `system.base` is the URL of its gateway. Without a browser none is started."""
    with tempfile.TemporaryDirectory(prefix="tasksync-test-") as place:
        async with launched(Path(place) / "data") as running:
            yield running


@pytest.fixture
async def visit(browser: Browser, system: Launched) -> AsyncIterator[Visit]:
    """Brings in a new person with a browser of their own. In none of these may anything go wrong unseen."""
    people: list[Person] = []
    async with AsyncExitStack() as stack:

        async def bring(name: str = "Ada", **options: Any) -> Person:
            person = await enter(stack, browser, system.base, name, options)
            people.append(person)
            return person

        yield bring
        for person in people:
            assert person.complaints == []

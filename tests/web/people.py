"""People in front of the web client, each with a browser context of their own."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

PASSWORD = "seven green kettles"
_SESSION = {"TaskSync-Session": "cookie"}
_WIDE = {"width": 1280, "height": 800}


@dataclass
class Person:
    """`page` is what they see; `call` asks the API in their name, as another program of theirs would."""

    page: Page
    base: str
    name: str
    email: str
    id: str
    token: str
    complaints: list[str] = field(default_factory=list)

    async def call(self, method: str, path: str, body: object = None) -> Any:
        """The body of a success."""
        headers = {"Authorization": f"Bearer {self.token}"}
        options: dict[str, Any] = {} if body is None else {"data": body}
        answer = await self.page.context.request.fetch(self.base + path, method=method, headers=headers, **options)
        assert answer.ok, await answer.text()
        return await answer.json() if answer.status != 204 else None

    async def make_room(self, name: str = "Engine room", **others: "Person") -> str:
        """The id of a new room; `others` come in, each under the role that is their keyword."""
        room = str((await self.call("POST", "/v1/rooms", {"name": name}))["id"])
        for role, person in others.items():
            await self.call("POST", f"/v1/rooms/{room}/members", {"email": person.email, "role": role})
        return room

    async def make_task(self, room: str, title: str, **fields: Any) -> str:
        return str((await self.call("POST", f"/v1/rooms/{room}/tasks", {"title": title, **fields}))["id"])

    async def open(self, path: str) -> None:
        await self.page.goto(self.base + path)

    async def walk(self, path: str) -> None:
        """To another screen of the page that is open, as a link of it leads there."""
        await self.page.evaluate("path => history.pushState({}, '', path)", path)
        await self.page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")

    async def open_board(self, room: str) -> None:
        """The board, once the changes of others come in."""
        await self.open(f"/rooms/{room}")
        await expect(self.page.locator('[data-live="open"]')).to_be_attached()

    async def add(self, title: str) -> None:
        """Adds a task to do at the open board, as one types it there."""
        await self.page.locator('.column[data-status="todo"] .quick-add input').fill(title)
        await self.page.keyboard.press("Enter")

    def card(self, title: str) -> Locator:
        """A card on the board that is confirmed."""
        return self.page.locator(".card:not(.draft)").filter(has=self.page.get_by_text(title, exact=True))

    def column(self, status: str) -> Locator:
        return self.page.locator(f'ol.cards[data-status="{status}"]')

    def note(self, message: ConsoleMessage) -> None:
        # A refused request is an answer like any other; what the policy blocks or a script throws is a fault.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(message.text)


async def enter(stack: AsyncExitStack, browser: Browser, base: str, name: str, options: dict[str, Any]) -> Person:
    """A new account, signed in to by cookie. `options` are those of the browser context."""
    context = await browser.new_context(**{"viewport": _WIDE, "locale": "en-GB", **options})
    stack.push_async_callback(context.close)
    context.set_default_timeout(30_000)
    email = f"{uuid4().hex}@example.org"
    body = {"email": email, "name": name, "password": PASSWORD}
    answer = await context.request.post(f"{base}/v1/auth/register", headers=_SESSION, data=body)
    assert answer.ok, await answer.text()
    signed_in = await answer.json()
    page = await _open_page(context)
    person = Person(page, base, name, email, signed_in["user"]["id"], signed_in["access_token"])
    page.on("console", person.note)
    page.on("pageerror", lambda error: person.complaints.append(str(error)))
    return person


async def _open_page(context: BrowserContext) -> Page:
    # What the client keeps to know that this browser has a session; the session itself is in the cookie.
    await context.add_init_script(
        "if (!sessionStorage.known) { sessionStorage.known = 1; localStorage.setItem('tasksync.session', 'yes') }"
    )
    return await context.new_page()

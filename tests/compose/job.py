"""The main job, through the gateway: two people, a room, its tasks, and the one call that shows them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from chassis.ids import new_id

_PASSWORD = "a long enough phrase"


@dataclass
class Person:
    """Signed in at the gateway at `base`."""

    http: aiohttp.ClientSession
    base: str
    name: str
    email: str = ""
    token: str = ""

    async def send(self, method: str, path: str, **body: Any) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if method == "POST" and self.token:
            headers["Idempotency-Key"] = str(new_id())
        async with self.http.request(method, self.base + path, headers=headers, json=body or None) as answer:
            return answer.status, await answer.json(content_type=None)

    async def ask(self, method: str, path: str, **body: Any) -> Any:
        """The answer, which must be of success."""
        status, answer = await self.send(method, path, **body)
        assert status < 300, (method, path, status, answer)
        return answer

    async def register(self) -> "Person":
        self.email = f"{self.name}-{new_id().hex}@example.org"
        answer = await self.ask("POST", "/v1/auth/register", email=self.email, name=self.name, password=_PASSWORD)
        self.token = answer["access_token"]
        return self

    async def sign_in(self) -> None:
        answer = await Person(self.http, self.base, self.name).ask(
            "POST", "/v1/auth/login", email=self.email, password=_PASSWORD
        )
        self.token = answer["access_token"]


@dataclass
class Work:
    """A room with tasks, and who works in it."""

    owner: Person
    room: str
    titles: set[str]

    async def add(self, title: str) -> None:
        await self.owner.ask("POST", f"/v1/rooms/{self.room}/tasks", title=title)
        self.titles.add(title)

    async def seen(self) -> set[str]:
        view = await self.owner.ask("GET", f"/v1/rooms/{self.room}?strict=true")
        assert set(view["parts"].values()) == {"ok"}
        return {each["title"] for each in view["tasks"]["items"]}


async def begin(http: aiohttp.ClientSession, base: str) -> Work:
    """Two people, of whom one opens a room, brings the other in, and adds a task."""
    ada, grace = [await Person(http, base, name).register() for name in ("Ada", "Grace")]
    room = (await ada.ask("POST", "/v1/rooms", name="Engine room"))["id"]
    await ada.ask("POST", f"/v1/rooms/{room}/members", email=grace.email, role="editor")
    work = Work(ada, room, set())
    await work.add("Punch the cards")
    assert await Work(grace, room, set()).seen() == {"Punch the cards"}
    return work


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    """Asks again until it holds; what cannot be asked does not hold yet."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                if await holds():
                    return
            except (aiohttp.ClientError, AssertionError, TimeoutError, OSError):
                pass
            await asyncio.sleep(0.2)

"""A real browser's own EventSource, let in by the cookie of its session."""

from typing import Any

from tests.gateway.people import PASSWORD, Person
from tests.meta.browser import open_page

_FOLLOW = """
    async ({email, password, room}) => {
        const signedIn = await fetch("/v1/auth/login", {
            method: "POST",
            headers: {"Content-Type": "application/json", "TaskSync-Session": "cookie"},
            body: JSON.stringify({email, password}),
        });
        const source = new EventSource(`/v1/rooms/${room}/events`);
        window.heard = new Promise((resolve) => {
            source.addEventListener("change", (event) => resolve([JSON.parse(event.data), event.lastEventId]));
        });
        await new Promise((resolve) => source.addEventListener("cursor", resolve, {once: true}));
        return signedIn.status;
    }
"""


async def test_a_browser_follows_a_room(ada: Person) -> None:
    room = await ada.room()
    async with open_page() as page:
        await page.goto(ada.system.url("gateway") + "/docs")
        signed_in = await page.evaluate(_FOLLOW, {"email": ada.email, "password": PASSWORD, "room": room})
        assert signed_in == 200
        task = await ada.make(f"/v1/rooms/{room}/tasks", title="Tea")
        heard: list[Any] = await page.evaluate("window.heard")
    change, cursor = heard
    assert change["record"] == task
    page_after = await ada.get(f"/v1/rooms/{room}/changes?after={cursor}")
    assert task["id"] not in {each["id"] for each in page_after["items"]}

"""A new name is told in every room of its owner, as a stream and as pages, however many rooms these are."""

import pytest

from keys import app as keys_app
from keys import renames
from tests.gateway.people import GENEROUS, Person, all_of, sign_up
from tests.live.following import following
from tests.postgres import Postgres
from tests.system import run_system, until_ready


async def shared_room(ada: Person, ben: Person) -> str:
    room = await ada.room()
    await ada.bring(ben, room)
    return room


async def test_a_stream_of_the_room_shows_the_new_name(ada: Person, ben: Person) -> None:
    room = await shared_room(ada, ben)
    cursor = (await ada.get(f"/v1/rooms/{room}"))["cursor"]
    async with following(ada, f"/v1/rooms/{room}/events") as stream:
        await ben.call("PATCH", "/v1/me", json={"name": "Benjamin"})
        change = await stream.until_change(kind="member", op="update", id=ben.id)
        assert change["record"]["user"] == {"id": ben.id, "name": "Benjamin"}
    items = (await ada.get(f"/v1/rooms/{room}/changes?after={cursor}"))["items"]
    assert change in items
    shown = (await ada.get(f"/v1/rooms/{room}/members"))["items"]
    (member,) = [each for each in shown if each["user"]["id"] == ben.id]
    assert (member["user"]["name"], member["version"]) == ("Benjamin", change["version"])


async def test_all_rooms_are_told_page_by_page(ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renames, "_PAGE", 2)
    rooms = set(await all_of(ada.room() for _ in range(5)))
    async with following(ada, "/v1/events") as stream:
        await ada.call("PATCH", "/v1/me", json={"name": "Augusta"})

        def told() -> set[str]:
            members = [each for each in stream.changes if (each["kind"], each["op"]) == ("member", "update")]
            return {each["room_id"] for each in members if each["record"]["user"]["name"] == "Augusta"}

        await stream.until(lambda _: rooms <= told())


async def test_who_left_is_not_told_of(ada: Person, ben: Person) -> None:
    left, kept = await shared_room(ada, ben), await shared_room(ada, ben)
    await ben.call("DELETE", f"/v1/rooms/{left}/members/{ben.id}")
    async with following(ada, "/v1/events") as stream:
        await ben.call("PATCH", "/v1/me", json={"name": "Benjamin"})
        await stream.until_change(kind="member", op="update", id=ben.id, room_id=kept)
        # That he left may still be on its way when the stream begins.
        assert left not in {each["room_id"] for each in stream.changes if each["op"] == "update"}


async def test_keys_hears_of_it_and_does_not_wait_until_it_looks(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys_app, "_RENAME_SECONDS", 3600.0)
    async with run_system(postgres, **GENEROUS) as system:
        ada = await sign_up(await until_ready(system))
        room = await ada.room()
        async with following(ada, f"/v1/rooms/{room}/events") as stream:
            await ada.call("PATCH", "/v1/me", json={"name": "Augusta"})
            await stream.until_change(kind="member", op="update", id=ada.id)

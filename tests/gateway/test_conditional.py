"""A view that has not changed is not sent again, after the right was checked; a partial one is kept by nobody."""

import gzip
import re
from collections.abc import Awaitable, Callable

import pytest
from backports import zstd

from tests.gateway.faulty import gone
from tests.gateway.people import Person, sign_up
from tests.system import Reply, System


@pytest.fixture
async def room(ada: Person) -> str:
    return await ada.room()


@pytest.fixture
async def task(ada: Person, room: str) -> str:
    made = await ada.make(f"/v1/rooms/{room}/tasks", title="Boil", assignees=[ada.id])
    return str(made["id"])


async def again(person: Person, path: str, tag: str) -> Reply:
    return await person.call("GET", path, headers={"If-None-Match": tag})


UNPACK: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "zstd": zstd.decompress}
PATHS = ["/v1/rooms/{room}", "/v1/rooms/{room}?include=", "/v1/tasks/{task}", "/v1/me/home", "/v1/rooms"]


@pytest.mark.parametrize("path", [*PATHS, "/v1/rooms/{room}/members"])
async def test_what_a_client_has_is_not_sent_again(ada: Person, room: str, task: str, path: str) -> None:
    path = path.format(room=room, task=task)
    first = await ada.call("GET", path)
    assert (first.status, first.headers["Cache-Control"]) == (200, "private, no-cache")
    tag = first.headers["ETag"]
    for given in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        reply = await again(ada, path, given)
        assert (reply.status, reply.body, reply.headers["ETag"]) == (304, b"", tag)
        assert reply.headers["Cache-Control"] == "private, no-cache"
        assert "Content-Type" not in reply.headers
    for given in ("", '"other"', 'W/"1"', tag[:-2]):
        assert (await again(ada, path, given)).status == 200


async def rename_room(ada: Person, room: str, task: str) -> Reply:
    return await ada.call("PATCH", f"/v1/rooms/{room}", json={"name": "Attic"})


async def rename_task(ada: Person, room: str, task: str) -> Reply:
    return await ada.call("PATCH", f"/v1/tasks/{task}", json={"title": "Fry"})


async def rename_member(ada: Person, room: str, task: str) -> Reply:
    return await ada.call("PATCH", "/v1/me", json={"name": "Countess"})


async def add_member(ada: Person, room: str, task: str) -> Reply:
    other = await sign_up(ada.system)
    return await ada.call("POST", f"/v1/rooms/{room}/members", json={"email": other.email, "role": "viewer"})


@pytest.mark.parametrize("write", [rename_room, rename_task, rename_member, add_member])
async def test_any_change_of_what_it_shows_changes_the_tag(
    ada: Person, room: str, task: str, write: Callable[[Person, str, str], Awaitable[Reply]]
) -> None:
    tag = (await ada.call("GET", f"/v1/rooms/{room}")).headers["ETag"]
    assert (await write(ada, room, task)).status < 300
    reply = await again(ada, f"/v1/rooms/{room}", tag)
    assert (reply.status, reply.headers["ETag"] != tag) == (200, True)


async def test_a_write_elsewhere_changes_the_cursor_and_not_the_tag(ada: Person, room: str) -> None:
    tag = (await ada.call("GET", f"/v1/rooms/{room}")).headers["ETag"]
    other = await sign_up(ada.system, "Bob")
    await other.make(f"/v1/rooms/{await other.room()}/tasks", title="Elsewhere")
    assert (await again(ada, f"/v1/rooms/{room}", tag)).status == 304


async def test_who_lost_the_right_is_told_nothing(ada: Person, room: str) -> None:
    """The tag in hand is no right: 304 would say that nothing has changed in there."""
    bob = await sign_up(ada.system, "Bob")
    await ada.bring(bob, room)
    tag = (await bob.call("GET", f"/v1/rooms/{room}")).headers["ETag"]
    assert (await ada.call("DELETE", f"/v1/rooms/{room}/members/{bob.id}")).status == 204
    for given in (tag, "*"):
        assert (await again(bob, f"/v1/rooms/{room}", given)).status == 404


async def test_a_view_with_a_part_missing_has_no_tag_and_never_is_304(ada: Person, system: System, room: str) -> None:
    tag = (await ada.call("GET", f"/v1/rooms/{room}")).headers["ETag"]
    async with gone(system, "users"):
        for given in (tag, "*"):
            reply = await again(ada, f"/v1/rooms/{room}", given)
            assert (reply.status, reply.headers["Cache-Control"], "ETag" in reply.headers) == (200, "no-store", False)
    assert (await again(ada, f"/v1/rooms/{room}", tag)).status == 304


@pytest.fixture(scope="module")
async def large(system: System) -> tuple[Person, str]:
    ada = await sign_up(system)
    room = await ada.room()
    for number in range(5):
        await ada.make(f"/v1/rooms/{room}/tasks", title=f"Task {number}", description="Much to say. " * 20)
    return ada, room


def steady(body: bytes) -> bytes:
    """Without the cursor, which moves with every write anywhere: a claim may be confirmed between two answers."""
    return re.sub(rb'"cursor":"[^"]*"', b"", body)


@pytest.mark.parametrize("path", ["/v1/rooms/{room}", "/v1/rooms/{room}/tasks", "/openapi.json"])
@pytest.mark.parametrize(
    ("accepted", "packing"),
    [
        ("gzip, br;q=0.5", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("zstd;q=0.5, gzip;q=0.8", "gzip"),
        ("zstd;q=0.8, gzip;q=0.5", "zstd"),
        ("*", "zstd"),
        ("zstd;q=0, *", "gzip"),
    ],
)
async def test_large_answers_are_compressed_for_who_takes_it(
    large: tuple[Person, str], path: str, accepted: str, packing: str
) -> None:
    ada, room = large
    path = path.format(room=room)
    plain = await ada.call("GET", path, headers={"Accept-Encoding": "identity"})
    packed = await ada.call("GET", path, headers={"Accept-Encoding": accepted}, auto_decompress=False)
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert (packed.headers["Content-Encoding"], packed.headers["Content-Length"]) == (packing, str(len(packed.body)))
    assert steady(UNPACK[packing](packed.body)) == steady(plain.body)
    assert len(packed.body) < len(plain.body) / 2
    assert packed.headers.get("ETag") == plain.headers.get("ETag")


@pytest.mark.parametrize(
    ("path", "accepted"),
    [
        ("/v1/rooms/{room}", "gzip;q=0"),
        ("/v1/rooms/{room}", "zstd;q=0, gzip;q=0"),
        ("/v1/rooms/{room}", "identity, zstd;q=0.5, gzip;q=0.5"),
        ("/v1/rooms/{room}", "identity"),
        ("/v1/rooms/{room}", "br"),
        ("/v1/rooms/{room}?include=", "gzip"),
        ("/v1/me", "gzip"),
    ],
)
async def test_the_rest_is_sent_as_it_is(large: tuple[Person, str], path: str, accepted: str) -> None:
    ada, room = large
    headers = {"Accept-Encoding": accepted}
    reply = await ada.call("GET", path.format(room=room), headers=headers, auto_decompress=False)
    assert (reply.status, "Content-Encoding" in reply.headers) == (200, False)
    reply.json()


@pytest.mark.parametrize(
    "path", ["/v1/rooms/{room}", "/v1/rooms/{room}?include=", "/v1/rooms", "/openapi.json", "/docs"]
)
async def test_what_is_not_sent_again_varies_as_it_did(large: tuple[Person, str], path: str) -> None:
    ada, room = large
    path = path.format(room=room)
    first = await ada.call("GET", path)
    reply = await again(ada, path, first.headers["ETag"])
    assert (first.status, reply.status) == (200, 304)
    assert reply.headers.getall("Vary", []) == first.headers.getall("Vary", [])


async def test_a_compressed_view_is_compared_by_the_same_tag(large: tuple[Person, str]) -> None:
    ada, room = large
    packed = await ada.call("GET", f"/v1/rooms/{room}", headers={"Accept-Encoding": "gzip"})
    assert (await again(ada, f"/v1/rooms/{room}", packed.headers["ETag"])).status == 304

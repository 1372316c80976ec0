"""What is passed on to a service arrives as it was sent, and what comes back is the service's own answer."""

import asyncio
import hashlib
from uuid import UUID

import pytest
from yarl import URL

from chassis.idempotency.attempts import FINGERPRINT_HEADER
from chassis.passport import HEADER, PassportOffice
from keys.client.grants import HEADER as GRANT_HEADER
from tests.gateway.people import Person, sign_up
from tests.seeds import grant
from tests.system import Reply, System


async def raw(person: Person, method: str, path: str) -> Reply:
    """A request whose path no client has tidied up."""
    url = URL(person.system.url("gateway") + path, encoded=True)
    headers = {"Authorization": f"Bearer {person.token}"}
    async with person.system.session.request(method, url, headers=headers) as response:
        return Reply(response.status, response.headers, await response.read())


@pytest.mark.parametrize("code", ["..", ".", "%2e%2e", "%2E", "..%2f..", "x/..", "%00"])
async def test_a_path_reaches_no_other_operation(ada: Person, code: str) -> None:
    room = await ada.room()
    reply = await raw(ada, "DELETE", f"/v1/rooms/{room}/invites/{code}")
    assert reply.status == 404
    assert (await ada.get(f"/v1/rooms/{room}"))["room"]["id"] == room


@pytest.mark.parametrize("code", ["a b", "50%", "a?b#c", "ä", "a+b", "%", "%3F"])
async def test_an_odd_name_is_only_a_name(ada: Person, code: str) -> None:
    reply = await ada.call("POST", str(URL("/v1/invites") / code))
    assert (reply.status, reply.code) == (404, "not_found")


@pytest.mark.parametrize("words", ["a&b", "50%", "a+b", "ä ö", "#1", "a=b;c"])
async def test_a_query_arrives_as_it_was_sent(ada: Person, words: str) -> None:
    room = await ada.room()
    await ada.make(f"/v1/rooms/{room}/tasks", title=f"before {words} after")
    await ada.make(f"/v1/rooms/{room}/tasks", title="nothing of it")
    reply = await ada.call("GET", f"/v1/rooms/{room}/tasks", params={"after": words})
    assert (reply.status, reply.json()["errors"][0]["field"]) == (422, "after")
    found = await ada.call("GET", f"/v1/rooms/{room}/tasks", params={"q": f"before {words}"})
    assert [task["title"] for task in found.json()["items"]] == [f"before {words} after"]


async def test_a_parameter_given_twice_is_refused(ada: Person) -> None:
    room = await ada.room()
    for path in (f"/v1/rooms/{room}/tasks", f"/v1/rooms/{room}/members", "/v1/rooms"):
        reply = await ada.call("GET", f"{path}?limit=1&limit=2")
        assert (reply.status, reply.json()["errors"][0]["field"]) == (422, "limit")


async def test_a_body_without_a_content_type_is_not_taken_for_json(ada: Person) -> None:
    reply = await ada.call("POST", "/v1/rooms", data=b'{"name":"Kitchen"}', skip_auto_headers=["Content-Type"])
    assert reply.status == 415


async def test_a_head_is_the_get_without_its_body(ada: Person) -> None:
    room = await ada.room()
    for path in ("/v1/me", f"/v1/rooms/{room}", f"/v1/rooms/{room}/tasks"):
        got, head = await ada.call("GET", path), await ada.call("HEAD", path)
        assert (head.status, head.body) == (200, b"")
        for name in ("Content-Type", "Content-Length", "ETag"):
            assert head.headers.get(name) == got.headers.get(name), (path, name)
    assert (await ada.call("HEAD", f"/v1/rooms/{ada.id}")).status == 404
    assert (await ada.system.request("gateway", "HEAD", "/v1/me")).status == 401


async def test_options_names_the_methods_and_asks_for_no_sign_in(system: System) -> None:
    reply = await system.request("gateway", "OPTIONS", "/v1/rooms")
    assert reply.status == 200
    assert set(reply.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


@pytest.mark.parametrize("path", ["/v2/rooms", "/internal/profiles", "/v1//rooms", "/v1/rooms/7"])
async def test_an_unknown_path_is_a_404_problem(ada: Person, path: str) -> None:
    reply = await raw(ada, "GET", path)
    assert (reply.status, reply.code) == (404, "not_found")


async def test_a_wrong_method_is_a_405_that_names_the_right_ones(ada: Person) -> None:
    reply = await ada.call("PUT", "/v1/rooms")
    assert (reply.status, reply.code) == (405, "method_not_allowed")
    assert "POST" in reply.headers["Allow"]


async def test_inner_headers_from_outside_change_nothing(ada: Person, system: System) -> None:
    bob = await sign_up(system, "Bob")
    room = await bob.room()
    # Even sealed with the right secrets they are worth nothing at this door.
    passport = PassportOffice("gateway", system.environ["TASKSYNC_PASSPORT_SECRET"]).issue(UUID(bob.id))
    forged = {HEADER: passport, "TaskSync-Client": "192.0.2.1", "TaskSync-Agent": "forged"}
    forged |= {GRANT_HEADER: grant(UUID(bob.id), UUID(room))[GRANT_HEADER]}
    for path in (f"/v1/rooms/{room}", f"/v1/rooms/{room}/tasks", f"/v1/rooms/{room}/invites"):
        assert (await ada.call("GET", path, headers=forged)).status == 404
    assert (await system.request("gateway", "GET", "/v1/me", headers=forged)).status == 401
    assert (await ada.call("GET", "/v1/me", headers=forged)).json()["id"] == ada.id
    made = await ada.call("POST", "/v1/rooms", json={"name": "Whose?"}, headers=forged)
    assert made.json()["id"] in {each["id"] for each in (await ada.get("/v1/rooms"))["items"]}
    assert "forged" not in {each["device"] for each in (await ada.get("/v1/me/sessions"))["items"]}


async def test_nobody_outside_says_what_a_key_was_used_for(ada: Person, system: System) -> None:
    bob = await sign_up(system, "Bob")
    path = f"/v1/rooms/{await ada.room()}/members"
    headers = {"Idempotency-Key": "k", FINGERPRINT_HEADER: "none"}
    added = await ada.call("POST", path, json={"email": bob.email, "role": "viewer"}, headers=headers)
    assert added.status == 201
    headers[FINGERPRINT_HEADER] = hashlib.sha256(b"").hexdigest()
    again = await ada.call("POST", path, json={"email": bob.email, "role": "admin"}, headers=headers)
    assert (again.status, again.code) == (422, "idempotency_key_reused")


async def test_a_client_that_goes_leaves_nothing_behind(ada: Person) -> None:
    room = await ada.room()
    for wait in (0.001, 0.004, 0.008):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(wait):
                await asyncio.gather(*(ada.call("GET", f"/v1/rooms/{room}") for _ in range(20)))
    assert (await ada.get(f"/v1/rooms/{room}"))["parts"] == {"room": "ok", "members": "ok", "tasks": "ok"}

"""The headers that follow from the rules of the house stand at each operation, and what they say is so."""

import re

import pytest

from gateway.policies.cookies import STREAM
from gateway.policies.cors import SHOWN, TAKEN
from gateway.policies.deadline import HEADER as TIMEOUT
from tests.meta.operations import DOCUMENT, OPERATIONS, Operation
from tests.meta.test_routes import PUBLIC
from tests.meta.world import World

# OpenAPI tells these otherwise: by the security scheme, the type of the body, and the methods of a path.
TOLD_OTHERWISE = {"authorization", "content-type", "allow"}
# Seconds as a client may write them, and what only looks alike.
TEXTS = [
    "3",
    "1.5",
    "999999.999999",
    "0.000001",
    "0",
    "0.0",
    "",
    "-1",
    "+1",
    ".5",
    "1.",
    "1e3",
    "1234567",
    "1 s",
    "nan",
]


def small(names: tuple[str, ...]) -> set[str]:
    return {name.lower() for name in names} - TOLD_OTHERWISE


def asked(operation: Operation) -> set[str]:
    return {each["name"].lower() for each in operation.parameters if each["in"] == "header"}


def test_each_header_that_a_page_may_send_or_read_is_documented() -> None:
    assert set().union(*(asked(each) for each in OPERATIONS)) == small(TAKEN)
    assert set().union(*(told for each in OPERATIONS for told in each.answers.values())) == small(SHOWN)


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_each_operation_has_what_all_have(operation: Operation) -> None:
    assert asked(operation) >= {TIMEOUT.lower(), "traceparent"}
    for status, told in operation.answers.items():
        assert told >= {"request-id", "server-timing", "ratelimit", "ratelimit-policy"}
        assert ("tasksync-cursor" in told) == (status < 400 and not operation.is_open)


def test_what_has_304_is_asked_by_its_tag() -> None:
    kept = {each.id for each in OPERATIONS if 304 in each.statuses}
    pages = {"list_rooms", "list_members", "list_activity", "list_history"}
    assert kept == {"get_room_view", "get_task_view", "get_home", *pages}
    assert kept == {each.id for each in OPERATIONS if "if-none-match" in asked(each)}
    assert all("etag" in each.answers[status] for each in OPERATIONS if each.id in kept for status in (200, 304))


def test_the_cookie_of_a_stream_stands_where_the_table_has_it() -> None:
    by_cookie = {
        (each.method, each.path)
        for each in OPERATIONS
        if {STREAM.name: []} in DOCUMENT["paths"][each.path][each.method.lower()].get("security", [])
    }
    assert by_cookie == {key for key, route in PUBLIC.items() if route.by_cookie}
    assert DOCUMENT["components"]["securitySchemes"][STREAM.name]["name"] == STREAM.name


@pytest.mark.parametrize("text", TEXTS)
async def test_a_timeout_is_what_the_document_says(world: World, text: str) -> None:
    pattern = DOCUMENT["components"]["parameters"][TIMEOUT]["schema"]["pattern"]
    reply = await world.call("owner", "GET", "/v1/roles", headers={TIMEOUT: text})
    assert (reply.status == 422) == (re.search(pattern, text) is None), reply.body
    assert reply.status != 422 or reply.json()["errors"][0]["field"] == TIMEOUT


def test_a_body_is_required_but_where_a_cookie_brings_what_is_in_it() -> None:
    specs = [DOCUMENT["paths"][each.path][each.method.lower()] for each in OPERATIONS if each.body]
    assert {spec["operationId"] for spec in specs if not spec["requestBody"]["required"]} == {"refresh"}


async def test_a_trace_that_is_none_is_passed_over(world: World) -> None:
    assert (await world.call("owner", "GET", "/v1/roles", headers={"traceparent": "none"})).status == 200

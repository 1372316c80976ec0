"""Bad input is answered with a problem that names the field; nothing is stored, and the log has the fact alone."""

import asyncio
import http.client
import time
from base64 import urlsafe_b64encode
from typing import Any

import pytest

from chassis.bodies import refuse_nul
from chassis.ids import new_id
from chassis.passport import HEADER
from chassis.problems import Problem
from tests.chassis.laboratory import OFFICE, Lab, count_things, until_logged
from tests.system import Reply

JSON = {"Content-Type": "application/json"}
DEEP = 100_000


async def ask(lab: Lab, method: str, path: str, **options: Any) -> Reply:
    """Asks, and holds what is so of every refusal: it is a problem, and one line of log."""
    request_id = str(new_id())
    reply = await lab.call(method, path, request_id=request_id, **options)
    await until_logged(lab, "request", request_id=request_id, status=reply.status)
    assert len([line for line in lab.lines if request_id in line]) == 1
    if method != "HEAD":
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert {"type", "title", "status", "code", "detail", "request_id"} <= reply.json().keys()
        assert reply.json()["status"] == reply.status
        assert reply.json()["request_id"] == request_id
    return reply


def fields(reply: Reply) -> list[str]:
    return [error["field"] for error in reply.json().get("errors", [])]


async def post(lab: Lab, lab_url: str, body: Any) -> Reply:
    before = await count_things(lab_url)
    reply = await ask(lab, "POST", "/things", data=body, headers=JSON)
    assert await count_things(lab_url) == before
    return reply


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"name": "a"} more',
        b'{"name": NaN}',
        b"{'name': 'a'}",
        b'{"name": "\x00"}',
        b'{"name": "\xff"}',
        b'{"name": "\\ud800"}',
        b'{"name": "a", "\\ud800": 1}',
        b'\xef\xbb\xbf{"name": "a"}',
        '{"name": "a"}'.encode("utf-16"),
    ],
)
async def test_what_is_not_json_is_400(lab: Lab, lab_url: str, body: bytes) -> None:
    reply = await post(lab, lab_url, body)
    assert (reply.status, reply.code) == (400, "malformed_json")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"[]", "body"),
        (b"null", "body"),
        (b'"text"', "body"),
        (b"[" * DEEP + b"]" * DEEP, "body"),
        (b'{"name": "a", "extra": {"x": ' + b"[" * DEEP, "extra[...]"),
        (b"{}", "name"),
        (b'{"name": null}', "name"),
        (b'{"name": 1}', "name"),
        (b'{"name": {"$gt": ""}}', "name"),
        (b'{"name": "a", "count": "1"}', "count"),
        (b'{"name": "a", "count": true}', "count"),
        (b'{"name": "a", "count": 1.5}', "count"),
        (b'{"name": "a", "count": 1e400}', "count"),
        (b'{"name": "a", "count": ' + b"9" * 5000 + b"}", "count"),
        (b'{"name": "a", "due": "yesterday"}', "due"),
        (b'{"name": "a", "due": "2026-13-01T00:00:00Z"}', "due"),
        (b'{"name": "a", "more": 1}', "more"),
        (b'{"name": "a", "tags": [{"label": "x", "more": 1}]}', "tags[0].more"),
        (b'{"name": "a", "tags": [{"label": "x"}, {"label": 1}]}', "tags[1].label"),
        (b'{"name": "a", "tags": [{}]}', "tags[0].label"),
        (b'{"name": "a", "tags": [{"label": "xxxxxxxxxxxxxxxxxxxxx"}]}', "tags[0].label"),
        (b'{"name": "a\\u0000"}', "name"),
        (b'{"name": "a", "tags": [{"label": "\\u0000"}]}', "tags.0.label"),
        (b'{"name": "a", "extra": {"\\u0000": "x"}}', "extra"),
        (b'{"name": "a", "extra": {"x": "\\u0000"}}', "extra.x"),
        (b'{"\\u0000": "a"}', "body"),
    ],
)
async def test_what_is_not_the_model_is_422_and_names_the_field(
    lab: Lab, lab_url: str, body: bytes, field: str
) -> None:
    reply = await post(lab, lab_url, body)
    assert (reply.status, reply.code) == (422, "invalid")
    assert fields(reply) == [field]


def test_where_a_nul_stands_is_told_for_no_more_than_its_finding() -> None:
    """Each text below a long name made that name anew: one body held everybody up for seconds."""
    name, texts = b"x" * 100_000, b'"",' * 50_000

    def seconds(body: bytes) -> float:
        began = time.perf_counter()
        with pytest.raises(Problem):
            refuse_nul(body)
        return time.perf_counter() - began

    below = min(seconds(b'{"%b": [%b"\\u0000"]}' % (name, texts)) for _ in range(3))
    beside = min(seconds(b'{"%b": "", "": [%b"\\u0000"]}' % (name, texts)) for _ in range(3))
    assert below < 3 * beside


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "a", "count": 9223372036854775808}',
        b'{"name": "a", "count": ' + b"9" * 400 + b"}",
        b'{"name": "a", "due": "0001-01-01T00:00:00+14:00"}',
        b'{"name": "a", "due": "9999-12-31T23:59:59-14:00"}',
    ],
)
async def test_what_no_column_holds_is_422(lab: Lab, lab_url: str, body: bytes) -> None:
    before = await count_things(lab_url)
    reply = await lab.call("POST", "/things", data=body, headers=JSON)
    assert (reply.status, reply.code) == (422, "invalid")
    assert await count_things(lab_url) == before


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
async def test_another_content_type_is_415(lab: Lab, lab_url: str, kind: str) -> None:
    before = await count_things(lab_url)
    reply = await ask(lab, "POST", "/things", data=b'{"name": "a"}', headers={"Content-Type": kind})
    assert (reply.status, reply.code) == (415, "unsupported_media_type")
    assert await count_things(lab_url) == before


@pytest.mark.parametrize("is_chunked", [False, True])
async def test_two_megabytes_are_413_also_for_a_client_that_sends_all_before_it_listens(
    lab: Lab, lab_url: str, is_chunked: bool
) -> None:
    before = await count_things(lab_url)
    for _ in range(5):
        assert await asyncio.to_thread(send_then_listen, lab, is_chunked) == 413
    assert await count_things(lab_url) == before


def send_then_listen(lab: Lab, is_chunked: bool) -> int:
    chunks = [b"x" * 10_000] * 200
    connection = http.client.HTTPConnection("127.0.0.1", lab.port, timeout=10)
    headers = {HEADER: OFFICE.issue(), **JSON}
    connection.request("POST", "/things", chunks if is_chunked else b"".join(chunks), headers)
    status = connection.getresponse().status
    connection.close()
    return status


async def test_a_body_of_the_limit_is_read(lab: Lab) -> None:
    body = b'{"name":"' + b"x" * (256 * 1024 - 11) + b'"}'
    assert (await lab.call("POST", "/things", data=body, headers=JSON)).status == 204
    reply = await lab.call("POST", "/things", data=body + b" ", headers=JSON)
    assert reply.status == 413


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=-1", "limit"),
        ("limit=x", "limit"),
        ("limit=1.5", "limit"),
        ("limit=", "limit"),
        ("limit=" + "9" * 5000, "limit"),
        ("limit=1&limit=2", "limit"),
        ("nope=1", "nope"),
        ("after=%00", "after"),
        ("after=" + "x" * 513, "after"),
        ("after=garbage", "after"),
        ("after=%ff%fe", "after"),
        ("after=%F0%9F%92%A9", "after"),
        ("after=", "after"),
        ("after=bnVsbA", "after"),
    ],
)
async def test_an_absurd_query_is_422_and_names_the_parameter(lab: Lab, query: str, field: str) -> None:
    reply = await ask(lab, "GET", f"/things?{query}")
    assert (reply.status, reply.code) == (422, "invalid")
    assert fields(reply) == [field]


@pytest.mark.parametrize("key", ['["a"]', "{}", '["a", "b"]', '["\\u0000", 1]', '["\\ud800", 1]', "[" * 300])
async def test_a_forged_cursor_is_422_on_after(lab: Lab, key: str) -> None:
    cursor = urlsafe_b64encode(key.encode()).decode().rstrip("=")
    reply = await ask(lab, "GET", f"/things?after={cursor}")
    assert (reply.status, fields(reply)) == (422, ["after"])


@pytest.mark.parametrize(
    "path",
    [
        *("/none", "/", "/ids/no-uuid", "/ids/", "/things/%00", "/things/a%00b", "/things/a/b"),
        # What stands before us may have a rule for the one name.
        *("//things", "///things/a", "/things//a", "/things%2Fa", "/things%2fa%41"),
    ],
)
async def test_an_unknown_path_is_404(lab: Lab, path: str) -> None:
    reply = await ask(lab, "GET", path)
    assert (reply.status, reply.code) == (404, "not_found")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
async def test_a_wrong_method_is_405_and_names_the_right_ones(lab: Lab, method: str) -> None:
    reply = await ask(lab, method, "/things")
    assert (reply.status, reply.code) == (405, "method_not_allowed")
    assert set(reply.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}


async def test_a_500_tells_the_request_id_and_no_internals(lab: Lab) -> None:
    request_id = str(new_id())
    reply = await lab.call("GET", "/boom", request_id=request_id)
    assert (reply.status, reply.code) == (500, "internal")
    assert reply.json()["request_id"] == request_id
    assert b"1234" not in reply.body
    assert b"ValueError" not in reply.body
    await until_logged(lab, "request", request_id=request_id, status=500)
    failures = lab.logged("request.failed", request_id=request_id)
    assert len(failures) == 1
    assert "ValueError" in failures[0]["exception"]

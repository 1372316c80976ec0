"""Logs are one JSON object a line, carry the request id through every hop, and hold no secret."""

import asyncio

import msgspec

from chassis.ids import new_id
from tests.chassis.laboratory import OFFICE, Lab, run_lab, until_logged
from tests.system import SECRETS


async def test_a_request_id_goes_through_every_hop() -> None:
    async with run_lab() as second, run_lab(TASKSYNC_PEER_URL=second.url) as first:
        user, request_id = new_id(), str(new_id())
        reply = await first.call("GET", "/hop", user=user, request_id=request_id)
        assert reply.json()["service"] == "lab"
        assert (reply.json()["user"], reply.json()["request_id"]) == (str(user), request_id)
        for lab, event in ((first, "hop.made"), (second, "who.asked")):
            await until_logged(lab, "request", request_id=request_id)
            assert lab.logged(event, request_id=request_id, service="lab")


def _own_fields(bound: dict[str, str], seen: set[str]) -> dict[str, str]:
    """The fields without the trace, which is of no other request; it is added to `seen`."""
    trace = {bound.pop("trace_id"), bound.pop("span_id")}
    assert trace.isdisjoint(seen)
    seen |= trace
    return bound


async def test_no_field_leaks_into_another_request_on_the_same_connection(lab: Lab) -> None:
    seen: set[str] = set()
    for number in range(5):
        reply = await lab.call("GET", f"/bind/{number}", request_id=str(number))
        assert _own_fields(reply.json()["bound"], seen) == {"request_id": str(number)}
    together = [lab.call("GET", "/who", request_id=str(number)) for number in range(20)]
    for number, reply in enumerate(await asyncio.gather(*together)):
        assert _own_fields(reply.json()["bound"], seen) == {"request_id": str(number)}


async def test_a_request_is_one_line_with_its_route_and_not_its_path(lab: Lab) -> None:
    request_id = str(new_id())
    await lab.call("GET", "/things/private-name", request_id=request_id)
    await until_logged(lab, "request", request_id=request_id)
    lines = [line for line in lab.lines if request_id in line]
    assert len(lines) == 1
    assert "private-name" not in lines[0]
    line = msgspec.json.decode(lines[0])
    assert (line["method"], line["route"], line["status"]) == ("GET", "/things/<name>", 200)
    assert line["ms"] > 0


async def test_no_secret_is_in_the_log(lab_url: str) -> None:
    password, token = "hunter2-database", "hunter2-token"
    url = lab_url.replace("postgres:@", f"postgres:{password}@")
    assert password in url
    async with run_lab(url, TASKSYNC_LOG_LEVEL="debug") as lab:
        headers = {"Authorization": f"Bearer {token}", "Cookie": f"session={token}"}
        for path in ("/who", "/things", "/boom", f"/none?token={token}", f"/things?nope={token}"):
            await lab.call("GET", path, headers=headers)
        await lab.request("GET", "/who", headers={"TaskSync-Passport": token})
        passport = OFFICE.issue()
        await lab.request("GET", "/who", headers={"TaskSync-Passport": passport})
        await lab.stop(10)
    text = "\n".join(lab.lines)
    for secret in (password, token, passport, *SECRETS.values()):
        assert secret not in text


async def test_every_line_is_json_also_of_the_libraries() -> None:
    async with run_lab() as lab:
        await lab.call("GET", "/boom")
        await lab.stop(10)
    lines = [msgspec.json.decode(line) for line in lab.lines]
    assert {"service", "level", "timestamp", "event"} <= set.intersection(*(set(line) for line in lines))


async def test_the_console_format_is_for_people() -> None:
    async with run_lab(TASKSYNC_LOG_FORMAT="console") as lab:
        await lab.call("GET", "/who")
        await lab.stop(10)
    assert any("who.asked" in line and not line.startswith("{") for line in lab.lines)


async def test_a_quiet_service_logs_no_requests() -> None:
    async with run_lab(TASKSYNC_LOG_LEVEL="warning") as lab:
        await lab.call("GET", "/who")
        await lab.stop(10)
    assert lab.lines == []


async def test_what_is_asked_all_the_time_is_a_line_only_when_it_fails() -> None:
    async with run_lab() as lab:
        assert (await lab.request("GET", "/livez")).status == 200
        assert (await lab.request("GET", "/readyz")).status == 503
        await until_logged(lab, "request", route="/readyz", status=503)
        assert not lab.logged("request", route="/livez")

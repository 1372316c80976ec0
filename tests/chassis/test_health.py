"""What an operator and a scraper see."""

import asyncio
from collections.abc import Awaitable, Callable

from chassis.health import examine
from tests.chassis.laboratory import Lab


async def test_readyz_names_what_is_there(lab: Lab) -> None:
    reply = await lab.request("GET", "/readyz")
    assert (reply.status, reply.json()) == (200, {"ready": True, "checks": {"database": "ok"}})


async def test_checks_run_at_the_same_time_and_each_is_named() -> None:
    both = asyncio.Barrier(2)

    def check(answer: bool) -> Callable[[], Awaitable[bool]]:
        async def checked() -> bool:
            await both.wait()
            return answer

        return checked

    readiness = await asyncio.wait_for(examine({"one": check(True), "two": check(False)}), 20)
    assert not readiness.ready
    assert readiness.checks == {"one": "ok", "two": "unavailable"}


async def test_a_check_that_raises_is_unavailable_and_not_the_end_of_readyz() -> None:
    async def broken() -> bool:
        raise OSError("no such host")

    async def fine() -> bool:
        return True

    readiness = await examine({"one": broken, "two": fine})
    assert readiness.checks == {"one": "unavailable", "two": "ok"}


async def scrape(lab: Lab) -> dict[str, float]:
    reply = await lab.request("GET", "/metrics")
    assert reply.headers["Content-Type"].startswith("text/plain")
    lines = [line for line in reply.body.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


async def test_requests_are_counted_by_route_and_never_by_path(lab: Lab) -> None:
    await lab.call("GET", "/things/a-private-name")
    before = await scrape(lab)
    for name in ("one", "two"):
        await lab.call("GET", f"/things/{name}")
    after = await scrape(lab)
    key = '{method="GET",route="/things/<name>",status="200"}'
    assert after[f"http_requests_total{key}"] == before[f"http_requests_total{key}"] + 2
    assert 'http_request_seconds_count{method="GET",route="/things/<name>"}' in after
    assert not [name for name in after if "private" in name]


async def test_what_strangers_send_makes_no_new_series(lab: Lab) -> None:
    for method, path in (("BREW", "/things"), ("GET", "/none")):
        await lab.call(method, path)
        await lab.request(method, path)
    before = (await scrape(lab)).keys()
    for number in range(5):
        await lab.call("GET", f"/none/{number}")
        await lab.call(f"BREW{number}", "/things")
        await lab.request("GET", f"/none/{number}")
    after = (await scrape(lab)).keys()
    assert after == before

"""What dies comes back by itself, and nothing that was acknowledged is lost."""

import pytest

from tests.compose.engine import Compose
from tests.compose.job import Work, until

SERVICES = ("gateway", "users", "rooms", "tasks", "keys")


@pytest.mark.parametrize("service", [*SERVICES, "postgres"])
async def test_a_container_that_is_killed_comes_back(compose: Compose, work: Work, service: str) -> None:
    killed = await compose.kill(service)

    async def is_back() -> bool:
        state = (await compose.inspect(service))["State"]
        return bool(state["Pid"] not in {0, killed} and state["Health"]["Status"] == "healthy")

    await until(is_back)

    async def serves() -> bool:
        return (await work.owner.send("GET", "/readyz"))[0] == 200

    await until(serves)
    await work.owner.sign_in()
    await work.add(f"Written after {service} was killed")
    assert await work.seen() == work.titles


async def test_data_outlives_down_and_up(compose: Compose, work: Work) -> None:
    await compose("down")
    await compose.up()
    await work.owner.sign_in()
    assert await work.seen() == work.titles
    await work.add("Written after down and up")


async def test_a_stop_ends_each_service_by_itself(compose: Compose, work: Work) -> None:
    await compose("stop")
    states = {name: (await compose.inspect(name))["State"]["ExitCode"] for name in (*SERVICES, "postgres")}
    assert set(states.values()) == {0}, states
    await compose.up()
    assert await work.seen() == work.titles

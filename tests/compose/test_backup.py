"""Backup, restore and audit in containers, as the operator's page tells them."""

from tests.compose.engine import Compose
from tests.compose.job import Work

SERVICES = ("gateway", "users", "rooms", "tasks", "keys")
OWNERS = SERVICES[1:]


async def test_one_database_is_put_back_and_all_are_made_to_agree(compose: Compose, work: Work) -> None:
    said = await compose("run", "--rm", "-T", "backup")
    name = said.splitlines()[-1].rpartition("/")[2]
    kept = set(work.titles)
    await work.add("Written after the backup")

    status, refusal = await compose.attempt("run", "--rm", "-T", "restore", name, "tasks")
    assert (status, "stop the service first" in refusal) == (1, True), refusal
    assert await work.seen() == work.titles

    await compose("stop", *SERVICES)
    assert "restored tasks" in await compose("run", "--rm", "-T", "restore", name, "tasks")
    await compose("up", "-d", "--wait", *OWNERS)
    assert "0 violations are left" in await compose("run", "--rm", "-T", "audit", "--repair")
    assert "0 violations" in await compose("run", "--rm", "-T", "audit")
    await compose.up()
    work.titles = kept
    await work.owner.sign_in()
    assert await work.seen() == kept
    await work.add("Written after the restore")
    assert await work.seen() == work.titles

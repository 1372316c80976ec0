"""Tasks that somebody makes one right after the other, and what is there ahead for the next ones."""

from keys.client import Keys
from keys.client.keys import EXTENSION as KEYS
from tests.gateway.people import Person
from tests.gateway.two import Two
from tests.system import System

_MOST = 200


def keys_of(system: System) -> Keys:
    keys: Keys = system.apps["tasks"].extensions[KEYS]
    return keys


def spares(system: System) -> int:
    return sum(len(maker.spares) for maker in keys_of(system).ahead._makers.values())


async def make(person: Person, room: str) -> str:
    return str((await person.make(f"/v1/rooms/{room}/tasks", title="One"))["id"])


async def make_until_ahead(two: Two, person: Person, room: str) -> list[str]:
    """Makes tasks until there are claims for the next ones."""
    made = []
    for _ in range(_MOST):
        made.append(await make(person, room))
        if spares(two.first):
            return made
    raise AssertionError("Keys was never asked ahead")

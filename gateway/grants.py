"""A grant that an owner does not take, for it has heard more than Keys knew: Keys is asked again, once."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from chassis.peers import Refused
from chassis.problems import Problem
from keys.client.grants import NO_GRANT

T = TypeVar("T")


async def granted(work: Callable[[], Awaitable[T]]) -> T:
    """The result of `work`, which asks Keys for a grant and then owners for what it is for.

    Done again if an owner does not take the grant. Raises a 503 problem if that is so again.
    """
    try:
        return await work()
    except Refused as error:
        if error.code != NO_GRANT:
            raise
    try:
        return await work()
    except Refused as error:
        if error.code != NO_GRANT:
            raise
    raise Problem(503, "unavailable", "Rights are just changing here; try again.", headers={"Retry-After": "1"})

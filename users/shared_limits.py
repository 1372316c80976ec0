"""The limits on reading and writing: each gateway counts by itself, and here is what all let through together."""

from collections.abc import Sequence

from chassis.database import current_database
from users.limits import hash_name
from users.models import Spending
from users.queries import buckets

# The quotas are of a minute. Who got more of all gateways together waits for as long, and never longer.
_SECONDS = 60.0


async def spend(given: Sequence[Spending]) -> list[float]:
    """Counts what was spent. Returns for each in how many seconds its caller has the whole quota again."""
    policies, keys = [each.policy for each in given], [hash_name(each.caller) for each in given]
    async with current_database().connection() as connection:
        owed = await buckets.spend(connection, policies, keys, [each.seconds for each in given], _SECONDS)
    return [owed[asked] for asked in zip(policies, keys, strict=True)]

"""How often one caller may ask: a bucket a caller and class, counted in this process; it costs no round trip.

What the other gateways let through it learns beside the requests: `gateway.policies.sharing`. Signing in has limits
of its own, exact over all gateways, where `users` counts them.
"""

import math
import time
from collections import OrderedDict
from itertools import islice
from typing import Literal, NamedTuple

from chassis.ratelimits import Policy, Standing, to_headers, too_many

Rate = Literal["sign_in", "read", "write"]
Key = tuple[Rate, str]
# What is left, less than nothing if all gateways together let through too much; when that was counted; and how many
# requests were let through of which the others do not know.
Bucket = tuple[float, float, int]

_SECONDS = 60
_CALLERS = 50_000
# The others are told of a caller after this part of the quota, and of each request when less than that part is left.
_NOTABLE, _LOW = 1 / 20, 1 / 4


class Spending(NamedTuple):
    """What a caller spent since the others were told, in requests; and the seconds in which that much comes back."""

    key: Key
    requests: int
    seconds: float


class Limits:
    """A token bucket for each of the callers seen last. `per_minute` is the quota of each class."""

    def __init__(self, per_minute: dict[Rate, int]) -> None:
        self._policies = {rate: Policy(rate, quota, _SECONDS) for rate, quota in per_minute.items()}
        self._buckets: OrderedDict[Key, Bucket] = OrderedDict()
        # Of whom the others should be told, who waits longest first.
        self._due: dict[Key, None] = {}

    def spend(self, rate: Rate, caller: str) -> dict[str, str]:
        """Counts one request, and returns the headers that tell where the caller stands. Raises a 429 problem."""
        policy = self._policies.get(rate)
        if policy is None:
            return {}
        quota, seconds = policy.quota, policy.seconds
        key, now = (rate, caller), time.monotonic()
        left, counted, untold = self._buckets.pop(key, None) or (quota, now, 0)
        left = min(quota, left + (now - counted) * quota / seconds)
        allowed = left >= 1
        if allowed:
            untold += 1
            if left < quota * _LOW or untold >= quota * _NOTABLE:
                self._due[key] = None
        self._buckets[key] = (left - 1 if allowed else left, now, untold)
        if len(self._buckets) > _CALLERS:
            forgotten, _ = self._buckets.popitem(last=False)
            self._due.pop(forgotten, None)
        standing = Standing(policy, max(0, int(left) - 1), math.ceil((quota - left + 1) * seconds / quota))
        if not allowed:
            wait = math.ceil((1 - left) * seconds / quota)
            raise too_many([standing], [standing._replace(seconds_left=wait)])
        return to_headers([standing])

    def due(self, most: int) -> list[Spending]:
        """Of whom the others should be told: at most so many, the longest due first. They stay due until `settle`."""
        return [self._spending(key) for key in islice(self._due, most)]

    def settle(self, told: Spending, seconds: float) -> None:
        """The others know of this, and say that with theirs the caller's quota is whole in so many seconds."""
        self._due.pop(told.key, None)
        if told.key not in self._buckets:
            return
        policy, left, untold = self._counted(told.key)
        # Forgotten in the meantime and seen again, a caller has spent less than was told.
        untold = max(0, untold - told.requests)
        # The answer never gives more: the others may have forgotten all in a crash.
        left = min(left, policy.quota * (1 - seconds / policy.seconds) - untold)
        self._buckets[told.key] = (left, time.monotonic(), untold)
        if untold:
            self._due[told.key] = None

    def _spending(self, key: Key) -> Spending:
        policy, left, untold = self._counted(key)
        # What was spent so long ago that it has come back is nothing to tell of.
        return Spending(key, untold, min(untold, policy.quota - left) * policy.seconds / policy.quota)

    def _counted(self, key: Key) -> tuple[Policy, float, int]:
        """What is left to a caller now, and the requests that the others do not know of."""
        policy, (left, counted, untold) = self._policies[key[0]], self._buckets[key]
        since = time.monotonic() - counted
        return policy, min(policy.quota, left + since * policy.quota / policy.seconds), untold

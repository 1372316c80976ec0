"""How often one caller may ask: a bucket a caller and class, each process's own share; it costs no round trip.

Signing in has limits of its own, exact over all gateways, where `users` counts them.
"""

import math
import time
from collections import OrderedDict
from typing import Literal

from chassis.ratelimits import Policy, Standing, to_headers, too_many

Rate = Literal["sign_in", "read", "write"]

_SECONDS = 60
_CALLERS = 50_000


class Limits:
    """A token bucket for each of the callers seen last. `per_minute` is the quota of each class."""

    def __init__(self, per_minute: dict[Rate, int]) -> None:
        self._policies = {rate: Policy(rate, quota, _SECONDS) for rate, quota in per_minute.items()}
        # By class and caller: what is left, and when that was counted.
        self._buckets: OrderedDict[tuple[Rate, str], tuple[float, float]] = OrderedDict()

    def spend(self, rate: Rate, caller: str) -> dict[str, str]:
        """Counts one request, and returns the headers that tell where the caller stands. Raises a 429 problem."""
        policy = self._policies.get(rate)
        if policy is None:
            return {}
        now = time.monotonic()
        left, counted = self._buckets.pop((rate, caller), (float(policy.quota), now))
        left = min(policy.quota, left + (now - counted) * policy.quota / policy.seconds)
        allowed = left >= 1
        self._buckets[(rate, caller)] = (left - 1 if allowed else left, now)
        if len(self._buckets) > _CALLERS:
            self._buckets.popitem(last=False)
        whole = math.ceil((policy.quota - left + 1) * policy.seconds / policy.quota)
        standing = Standing(policy, max(0, int(left) - 1), whole)
        if not allowed:
            wait = math.ceil((1 - left) * policy.seconds / policy.quota)
            raise too_many([standing], [standing._replace(seconds_left=wait)])
        return to_headers([standing])

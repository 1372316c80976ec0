"""How a limit is told: the `RateLimit` and `RateLimit-Policy` fields of the IETF draft, and a 429 problem.

And what every limit on addresses counts as one.
"""

import ipaddress
from collections.abc import Sequence
from typing import NamedTuple

from chassis.problems import Problem


class Policy(NamedTuple):
    """At most `quota` requests within `seconds`. `name` is stable: clients see it."""

    name: str
    quota: int
    seconds: int


class Standing(NamedTuple):
    """Where a caller stands under a policy: what remains of the quota, and in how many seconds it is whole again."""

    policy: Policy
    remaining: int
    seconds_left: int


def network_of(address: str) -> str:
    """What is counted as one client address: of IPv6 the /64, which is what one customer has."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def to_headers(standings: Sequence[Standing]) -> dict[str, str]:
    policies = (f'"{each.policy.name}";q={each.policy.quota};w={each.policy.seconds}' for each in standings)
    states = (f'"{each.policy.name}";r={each.remaining};t={each.seconds_left}' for each in standings)
    return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(states)}


def too_many(standings: Sequence[Standing], spent: Sequence[Standing]) -> Problem:
    """429, to be tried again when all of the `spent` are whole."""
    seconds = max(1, *(each.seconds_left for each in spent))
    headers = {**to_headers(standings), "Retry-After": str(seconds)}
    return Problem(429, "rate_limited", f"Too many attempts; try again in {seconds} seconds.", headers=headers)

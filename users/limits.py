"""Limits on signing in, exact over all processes: they are counted in the database, each attempt before its work."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple
from uuid import UUID

from quart import current_app, g

from chassis.database import current_database
from chassis.problems import Problem
from chassis.ratelimits import Policy, Standing, to_headers, too_many
from users.queries import attempts
from users.trail import warn

EXTENSION = "tasksync.limits"


class Limits(NamedTuple):
    """The policies, by what they protect."""

    login_account: Policy
    login_address: Policy
    register_account: Policy
    register_address: Policy
    refresh_account: Policy
    refresh_address: Policy
    lookup_account: Policy


class Subject(NamedTuple):
    """Who or what is counted under a policy. Only its hash is stored: it may be the address of a stranger."""

    policy: Policy
    name: str

    @property
    def key(self) -> bytes:
        return hash_name(self.name)


class Attempt(NamedTuple):
    """An attempt that was counted; `forgive` takes it back when it proved to be rightful."""

    subjects: Sequence[Subject]

    async def forgive(self) -> None:
        if not self.subjects:
            return
        names, keys, _ = _columns(self.subjects)
        quotas = [subject.policy.quota for subject in self.subjects]
        async with current_database().connection() as connection:
            await attempts.forgive_attempt(connection, names, keys, quotas)

    @asynccontextmanager
    async def answered(self) -> AsyncIterator[None]:
        """Takes the attempt back if the block fails for no fault of the caller, who has learned nothing then."""
        try:
            yield
        except Exception as error:
            if not isinstance(error, Problem) or error.status >= 500:
                await self.forgive()
            raise


async def spend(*subjects: Subject, account: UUID | None = None) -> Attempt:
    """Counts an attempt under each policy. Raises a 429 problem if a quota is spent, and counts it under no other.

    `account` is who tries, where that is known.
    """
    async with current_database().connection() as connection:
        counts = await attempts.count_attempt(connection, *_columns(subjects))
    standings = [_standing(each.policy, counts[each.policy.name]) for each in subjects]
    within = [each for each in subjects if counts[each.policy.name].hits <= each.policy.quota]
    if len(within) < len(subjects):
        spent = [each for each in standings if counts[each.policy.name].hits > each.policy.quota]
        warn("limit.reached", account, policies=[each.policy.name for each in spent])
        await Attempt(within).forgive()
        raise too_many(standings, spent)
    g.ratelimit_headers = to_headers(standings)
    return Attempt(subjects)


def _standing(policy: Policy, count: attempts.Count) -> Standing:
    return Standing(policy, max(0, policy.quota - count.hits), count.seconds_left)


def hash_name(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def current_limits() -> Limits:
    limits: Limits = current_app.extensions[EXTENSION]
    return limits


def _columns(subjects: Sequence[Subject]) -> tuple[list[str], list[bytes], list[int]]:
    return (
        [subject.policy.name for subject in subjects],
        [subject.key for subject in subjects],
        [subject.policy.seconds for subject in subjects],
    )

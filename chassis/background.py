"""Work that a service does by itself, again and again: pruning, sweeping.

create_service(..., lifespans=[periodically("invites.prune", 3600, lambda: prune(database))])
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

from chassis.ids import new_id
from chassis.logs import bind, get_log
from chassis.peers import CallError

Job = Callable[[], Awaitable[object]]

_log = get_log(__name__)
# Replicas start together: without it they would do the same work at the same moment for ever.
_JITTER = 0.1


def periodically(
    name: str, seconds: float, job: Job, wake: asyncio.Event | None = None
) -> Callable[[], AbstractAsyncContextManager[None]]:
    """A lifespan that runs `job` about every `seconds` from the service's start to its end, and when `wake` is set.

    The first run comes at a random moment of the first interval. A run that fails is logged, once for a row of the
    same failures, or of failures of the same peer, and the next one comes all the same. A run under way when the
    service ends is cancelled, so a job works in transactions.
    """

    def lifespan() -> AbstractAsyncContextManager[None]:
        return beside(_run_forever(name, seconds, job, wake or asyncio.Event()), name)

    return lifespan


@asynccontextmanager
async def beside(work: Coroutine[Any, Any, None], name: str) -> AsyncIterator[None]:
    """Has `work`, which never ends by itself, done as a task of that `name` meanwhile; logs an error if it does."""
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_tell_end)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _tell_end(task: asyncio.Task[None]) -> None:
    if not task.cancelled():
        _log.error("job.ended", job=task.get_name(), exc_info=task.exception())


async def _run_forever(name: str, seconds: float, job: Job, wake: asyncio.Event) -> None:
    failure = ""
    await _wait(wake, random.uniform(0, seconds))  # noqa: S311
    while True:
        wake.clear()
        bind(job=name, request_id=str(new_id()))
        failure = await _run(job, failure)
        await _wait(wake, seconds * random.uniform(1 - _JITTER, 1 + _JITTER))  # noqa: S311


async def _wait(wake: asyncio.Event, seconds: float) -> None:
    # Not wait_for: in Python 3.11 that may swallow the cancellation at the end of the service.
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await wake.wait()


async def _run(job: Job, before: str) -> str:
    """What this run failed with, if it did. Some jobs run every moment, so a failure like the last is not told."""
    try:
        await job()
    except Exception as error:
        failure = f"peer {error.peer}" if isinstance(error, CallError) else repr(error)
        if failure != before:
            _tell(error)
        return failure
    if before:
        _log.info("job.recovered")
    return ""


def _tell(error: Exception) -> None:
    """A peer that is away, as when all start at once, is nothing wrong here: one line, and no traceback."""
    if isinstance(error, CallError):
        _log.warning("job.waits", peer=error.peer, error=str(error))
    else:
        _log.error("job.failed", exc_info=error)

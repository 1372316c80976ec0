"""A request with a key: what it asks, and the answer that its key has."""

import hashlib
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from quart import Response, g, request

from chassis.bodies import to_json
from chassis.database import Connection, Database
from chassis.idempotency import storage
from chassis.passport import caller, current_passport
from chassis.problems import FieldError, Problem, invalid

T = TypeVar("T")

HEADER = "Idempotency-Key"
# Of a write that one service composes and another keeps: what the client asked, as the first of them has seen it.
FINGERPRINT_HEADER = "TaskSync-Fingerprint"

_KEY = re.compile("[!-~]{1,255}")
# Less than a caller of ours waits for an answer, so that it hears of the 409.
_PATIENCE_SECONDS = 2.0


class Replay(Exception):
    """Ends a handler whose write has been done already: `answer` is the first answer."""

    def __init__(self, answer: Response) -> None:
        super().__init__("this write has been done already")
        self.answer = answer


@dataclass
class Attempt:
    """A request with a key. `status` is what it answers when all goes well; `answer` is what was kept of it."""

    caller: UUID
    key: str
    fingerprint: bytes
    status: int = 200
    has_key: bool = False
    answer: Response | None = None

    async def first_answer(self, connection: Connection) -> Response | None:
        """The answer that the key has; raises a 422 problem if another request has got it."""
        row = await storage.find(connection, self.caller, self.key)
        if row is None:
            return None
        if row["fingerprint"] != self.fingerprint:
            detail = "This key has been used for another request, with another body or path."
            raise Problem(422, "idempotency_key_reused", detail, errors=(FieldError(HEADER, detail),))
        return Response(row["body"], status=row["status"], headers=row["headers"])

    def sent(self, response: Response) -> Response:
        """What goes out when all went well: the bytes that were kept."""
        if self.has_key and self.answer is None:
            raise RuntimeError("who takes the key remembers the answer")
        if self.answer is None:
            return response
        for name, value in response.headers:
            self.answer.headers.setdefault(name, value)
        return self.answer


async def take_key(connection: Connection) -> None:
    """Takes the request's key until the transaction ends: before anything else is written, once the right is known.

    What orders the writes of others is held before: with the key a transaction has its number, by which a feed tells
    of changes, and who waits with a number is told too early.

    Raises Replay if the write has been done, a 422 problem if the key has been used for another request, and a 409
    problem if one with the same key does not end in time.
    """
    attempt = _current_attempt()
    if attempt is None:
        return
    try:
        attempt.has_key = await storage.take(
            connection, attempt.caller, attempt.key, attempt.fingerprint, seconds=_PATIENCE_SECONDS
        )
    except TimeoutError:
        raise _in_progress() from None
    if not attempt.has_key:
        first = await attempt.first_answer(connection)
        raise Replay(first) if first else _in_progress()


@asynccontextmanager
async def keyed(database: Database) -> AsyncIterator[Connection]:
    """A connection for a write of one statement, and `remember`: with a key, a transaction that has taken it."""
    if _current_attempt() is None:
        async with database.single() as connection:
            yield connection
        return
    async with database.transaction() as connection:
        await take_key(connection)
        yield connection


def keep_headers(make: Callable[[], Mapping[str, str]]) -> None:
    """`remember` keeps these headers with the answer of this request: `make` is called when all is written."""
    g.kept_headers = make


async def remember(connection: Connection, answer: T) -> T:
    """Keeps `answer` in the write's transaction, as the bytes that are sent, to whoever repeats the request too."""
    attempt = _current_attempt()
    if attempt is not None:
        attempt.answer = to_json(answer, attempt.status)
        attempt.answer.headers.update(g.get("kept_headers", dict)())
        body: bytes = await attempt.answer.get_data(as_text=False)
        kept = {name: value for name, value in attempt.answer.headers if name != "Content-Length"}
        await storage.keep(connection, attempt.caller, attempt.key, attempt.status, kept, body)
    return answer


def _in_progress() -> Problem:
    return Problem(409, "in_progress", "The same is being done right now; ask again.", headers={"Retry-After": "1"})


async def read_attempt(status: int = 200, *, is_first: bool = False) -> Attempt | None:
    """Raises a 422 problem for what is no key. `is_first`: it is from a client, whose fingerprint is not believed."""
    keys = request.headers.getlist(HEADER)
    if not keys:
        return None
    if len(keys) > 1 or not _KEY.fullmatch(keys[0]):
        raise invalid(HEADER, "is not one key of 1 to 255 visible characters")
    given = None if is_first else request.headers.get(FINGERPRINT_HEADER)
    fingerprint = bytes.fromhex(given) if given else await _fingerprint()
    return Attempt(caller(), keys[0], fingerprint, status)


async def _fingerprint() -> bytes:
    """Tells requests apart. A token for some rooms alone gets no answer that a wider one got."""
    body: bytes = await request.get_data(as_text=False)  # type: ignore[assignment]
    rooms = sorted(map(str, current_passport().rooms or ()))
    asked = f"{request.method} {request.path} {rooms}\n"
    return hashlib.sha256(asked.encode(errors="surrogatepass") + body).digest()


def _current_attempt() -> Attempt | None:
    attempt: Attempt | None = g.get("attempt") if g else None
    return attempt

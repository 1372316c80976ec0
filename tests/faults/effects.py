"""Which messages of a service can change anything outside it: before any other, a kill meets no new state."""

import re
from collections.abc import Callable

Changes = Callable[[bytes], bool]

_WRITES = re.compile(rb"\b(INSERT|UPDATE|DELETE|TRUNCATE|CREATE|ALTER|DROP|COMMIT|\w*NOTIFY)\b", re.IGNORECASE)


def always(_: bytes) -> bool:
    """For answers: who hears one goes on."""
    return True


def asks_for_more(request: bytes) -> bool:
    """For requests to another service: all but a read."""
    return not request.startswith((b"GET ", b"HEAD "))


def session() -> Changes:
    """For one connection to PostgreSQL, from its begin: what runs a statement that writes, or commits.

    To open a connection, to begin, to prepare a statement and to run one that reads changes nothing.
    """
    said = _Frames()
    writing: dict[bytes, bool] = {}

    def changes(data: bytes) -> bool:
        found = False
        for kind, body in said.add(data):
            if kind == b"P":
                name, text, _ = body.split(b"\0", 2)
                writing[name] = bool(_WRITES.search(text))
            elif kind == b"B":
                found |= writing[body.split(b"\0", 2)[1]]
            elif kind == b"Q":
                found |= bool(_WRITES.search(body))
        # The end of a statement's values may come by itself.
        return found or bool(said.rest)

    return changes


class _Frames:
    """The messages of PostgreSQL's protocol, from the client: a letter, a length that counts itself, a body."""

    def __init__(self) -> None:
        self.rest = b""
        self._has_begun = False

    def add(self, data: bytes) -> list[tuple[bytes, bytes]]:
        """Those that are whole now."""
        if not self._has_begun:
            # The first message has no letter, and comes alone: nothing is said until it is answered.
            self._has_begun = True
            return []
        self.rest += data
        whole = []
        while len(self.rest) > (size := int.from_bytes(self.rest[1:5])) and len(self.rest) >= 5:
            whole.append((self.rest[:1], self.rest[5 : size + 1]))
            self.rest = self.rest[size + 1 :]
        return whole

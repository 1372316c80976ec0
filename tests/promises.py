"""What the document promises of an answer, asked of each answer that any test gets from a service."""

import re
from collections.abc import Iterable

import msgspec

from gateway.policies.cors import SHOWN
from tests.meta.operations import OPERATIONS, Operation

# A fault of ours, which no operation promises: a test that brings one about says so itself.
_FAULT = 500
# What a client does then depends on the code, so the document names each.
_COLLISION = 409
# The headers that the pages of others may read are those that the API has.
_OURS = {name.lower() for name in SHOWN}


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)))


_PATTERNS = [(each, _pattern(each.path)) for each in OPERATIONS]


def find(method: str, path: str) -> Operation | None:
    """The operation that a request means; None for what the document does not speak of."""
    asked, bare = {"HEAD": "GET"}.get(method, method), path.partition("?")[0]
    return next((each for each, form in _PATTERNS if each.method == asked and form.fullmatch(bare)), None)


def assert_promised(method: str, path: str, status: int, headers: Iterable[str], body: bytes) -> None:
    """Raises AssertionError for a status, a header of this API, or a code of a 409, that the document lacks there."""
    operation = find(method, path)
    if operation is None or status == _FAULT:
        return
    assert status in operation.statuses, f"{method} {path}: the document has no {status}"
    found = _OURS & {name.lower() for name in headers}
    untold = found - operation.answers[status]
    assert not untold, f"{method} {path}: the document has no {untold} with {status}"
    if status == _COLLISION:
        code = msgspec.json.decode(body)["code"]
        assert f"`{code}`" in operation.described[status], f"{method} {path}: the document has no {code}"

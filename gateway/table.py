"""What a row of the table of routes says."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from gateway.policies.limits import Rate

Handler = Callable[..., Awaitable[Any]]


class Route(NamedTuple):
    """One public operation.

    `right` is `public`, `self` (any signed-in user, on what is theirs), or the action that the caller needs in the
    room. `service` answers it, or the gateway itself, by `view`. For what an owner reads, Keys is asked for a grant.
    `by_cookie` lets a browser's session in by its cookie, for a GET to which a browser can send no header.
    """

    method: str
    path: str
    service: str
    right: str
    rate: Rate
    view: Handler | None = None
    by_cookie: bool = False

    @property
    def needs_grant(self) -> bool:
        return self.method == "GET" and self.right not in {"public", "self"} and self.service != "keys"

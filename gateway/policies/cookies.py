"""The cookies of a browser's session: out of reach of scripts, and taken from this site's own pages alone."""

from typing import NamedTuple

from quart import Response, request

from chassis.problems import Problem
from gateway.policies.cors import current_origins
from gateway.policies.proxies import current_proxies


class Cookie(NamedTuple):
    """A cookie of the requests under `path`. The `__Secure-` before its name keeps http from setting it."""

    name: str
    path: str

    @property
    def full_name(self) -> str:
        return f"__Secure-{self.name}" if current_proxies().is_https() else self.name

    def read(self) -> str | None:
        """What the request brought, if a page of this site sent it. Raises a 403 problem if another site did."""
        value = request.cookies.get(self.full_name)
        if value is not None:
            refuse_other_sites()
        return value

    def give(self, response: Response, value: str, seconds: int) -> None:
        response.set_cookie(
            self.full_name,
            value,
            max_age=seconds,
            path=self.path,
            secure=current_proxies().is_https(),
            httponly=True,
            samesite="Strict",
        )

    def take_back(self, response: Response) -> None:
        self.give(response, "", 0)


REFRESH = Cookie("tasksync_refresh", "/v1/auth")
# An access token for what cannot send a header: a browser's stream of events.
STREAM = Cookie("tasksync_stream", "/v1")


def refuse_other_sites() -> None:
    """Raises a 403 problem for a request that a page of another site made a browser send."""
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if origin is None and site is None:
        return
    own = site in {"same-origin", "none"} if site else (origin or "").partition("://")[2] == request.host
    if not own and origin not in current_origins():
        raise Problem(403, "other_site", "A session is opened, renewed and used by this site's own pages alone.")

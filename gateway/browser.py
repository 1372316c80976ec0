"""A browser's session: its refresh token lies in a cookie that no script reads and only `/v1/auth` gets.

A web client asks for it with `TaskSync-Session: cookie`. No form and no other origin can send that header.
"""

from typing import Any
from urllib.parse import urlsplit

import msgspec
from quart import Response, request

from chassis.problems import Problem, invalid, unauthorized
from gateway import forwarding
from gateway.policies.cors import current_origins
from gateway.policies.proxies import current_proxies
from gateway.table import Handler, Route

HEADER = "TaskSync-Session"
COOKIE = "tasksync_refresh"
PATH = "/v1/auth/"
# As long as `users` keeps a session that is not used.
_SECONDS = 30 * 86_400


def forwarder(route: Route) -> Handler:
    """The handler of `route`, which opens, renews or ends a session."""
    plain = forwarding.forwarder(route)

    async def forward(**params: Any) -> Response:
        if HEADER not in request.headers:
            return await plain(**params)  # type: ignore[no-any-return]
        _refuse_other_sites()
        response = await forwarding.pass_on(route, {}, await _read_body(route), _content_type(route))
        return await _keep_token(route, response)

    return forward


def _refuse_other_sites() -> None:
    """Raises a 403 problem for a request that another site made a browser send."""
    if request.headers[HEADER] != "cookie":
        raise invalid(HEADER, "is `cookie`, or is left out")
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if origin is None and site is None:
        return
    own = site in {"same-origin", "none"} if site else urlsplit(origin or "").netloc == request.host
    if not own and origin not in current_origins():
        raise Problem(403, "other_site", "A session is opened and renewed by this site's own pages alone.")


async def _read_body(route: Route) -> bytes:
    body: bytes = await request.get_data(as_text=False)  # type: ignore[assignment]
    if not route.path.endswith("/refresh"):
        return body
    token = request.cookies.get(COOKIE)
    if token is None:
        raise unauthorized("There is no session here; sign in.", "invalid_refresh_token")
    return msgspec.json.encode({"refresh_token": token})


def _content_type(route: Route) -> str:
    return "application/json" if route.path.endswith("/refresh") else request.headers.get("Content-Type", "")


async def _keep_token(route: Route, response: Response) -> Response:
    """Moves the refresh token from the body of an answer into the cookie; takes the cookie back from who lost it."""
    if response.status_code in {200, 201}:
        members = msgspec.json.decode(await response.get_data(as_text=False), type=dict[str, msgspec.Raw])
        token = msgspec.json.decode(members.pop("refresh_token"), type=str)
        response.set_data(msgspec.json.encode(members))
        response.set_cookie(COOKIE, token, max_age=_SECONDS, **_attributes())
    elif response.status_code == 204 or (response.status_code == 401 and route.path.endswith("/refresh")):
        response.delete_cookie(COOKIE, **_attributes())
    return response


def _attributes() -> dict[str, Any]:
    secure = current_proxies().is_https()
    return {"path": PATH.rstrip("/"), "secure": secure, "httponly": True, "samesite": "Strict"}

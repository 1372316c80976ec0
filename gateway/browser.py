"""A browser's session: its refresh token lies in a cookie that no script reads and only `/v1/auth` gets.

A web client asks for it with `TaskSync-Session: cookie`. No form and no other origin can send that header.
"""

from typing import Any

import msgspec
from quart import Response, request

from chassis.problems import invalid, unauthorized
from gateway import forwarding
from gateway.policies.cookies import REFRESH, STREAM, refuse_other_sites
from gateway.table import Handler, Route

HEADER = "TaskSync-Session"
PATH = f"{REFRESH.path}/"
# As long as `users` keeps a session that is not used.
_SECONDS = 30 * 86_400


def forwarder(route: Route) -> Handler:
    """The handler of `route`, which opens, renews or ends a session."""
    plain = forwarding.forwarder(route)

    async def forward(**params: Any) -> Response:
        if HEADER not in request.headers:
            return await plain(**params)  # type: ignore[no-any-return]
        if request.headers[HEADER] != "cookie":
            raise invalid(HEADER, "is `cookie`, or is left out")
        refuse_other_sites()
        response = await forwarding.pass_on(route, {}, await _read_body(route), _content_type(route))
        return await _keep_tokens(route, response)

    return forward


async def _read_body(route: Route) -> bytes:
    body: bytes = await request.get_data(as_text=False)  # type: ignore[assignment]
    if not route.path.endswith("/refresh"):
        return body
    token = REFRESH.read()
    if token is None:
        raise unauthorized("There is no session here; sign in.", "invalid_refresh_token")
    return msgspec.json.encode({"refresh_token": token})


def _content_type(route: Route) -> str:
    return "application/json" if route.path.endswith("/refresh") else request.headers.get("Content-Type", "")


class _Tokens(msgspec.Struct):
    access_token: str
    refresh_token: str
    expires_in: int


async def _keep_tokens(route: Route, response: Response) -> Response:
    """Moves the refresh token from the body of an answer into its cookie; takes the cookies back from who lost it."""
    if response.status_code in {200, 201}:
        body: bytes = await response.get_data(as_text=False)
        tokens = msgspec.json.decode(body, type=_Tokens)
        members = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        del members["refresh_token"]
        response.set_data(msgspec.json.encode(members))
        REFRESH.give(response, tokens.refresh_token, _SECONDS)
        STREAM.give(response, tokens.access_token, tokens.expires_in)
    elif response.status_code == 204 or (response.status_code == 401 and route.path.endswith("/refresh")):
        for cookie in (REFRESH, STREAM):
            cookie.take_back(response)
    return response

"""The door: what stands around each public request, whichever handler serves it."""

from functools import partial
from typing import NamedTuple

from quart import Quart, Response, current_app, g, request

from chassis import deadlines, traces
from chassis.admission import REFUSAL_HEADERS
from chassis.ids import new_id
from chassis.logs import bind
from chassis.passport import Passport
from chassis.problems import Problem
from chassis.ratelimits import network_of
from gateway.live import current_hub
from gateway.policies import cors
from gateway.policies.deadline import start_clock
from gateway.policies.headers import PROTECTIONS, protections
from gateway.policies.identity import Authenticator, Identity
from gateway.policies.limits import Limits
from gateway.policies.proxies import current_proxies
from gateway.table import Route

EXTENSION = "tasksync.doorway"
_AGENT_LENGTH = 200


class Doorway(NamedTuple):
    """`seconds` is what a request may take."""

    authenticator: Authenticator
    limits: Limits
    seconds: float


def register(app: Quart, doorway: Doorway) -> None:
    """Gives each request its id, and each answer the headers that all have."""
    app.extensions[EXTENSION] = doorway
    app.extensions[REFUSAL_HEADERS] = partial(_name_refused, app)

    @app.before_request
    async def name_request() -> None:
        g.request_id = _name()
        traces.take()

    @app.after_request
    async def add_headers(response: Response) -> Response:
        response.headers["Request-Id"] = g.get("request_id", "")
        if response.status_code < 400 and (cursor := g.get("cursor")):
            response.headers["TaskSync-Cursor"] = cursor
        # Looked through once: there are many, and each `setdefault` would go through all.
        present = {name.lower() for name, _ in response.headers}
        # What a client keeps came with its own protections.
        guards = {} if response.status_code == 304 else protections()
        for name, value in {**guards, **g.get("ratelimit_headers", {})}.items():
            if name.lower() not in present:
                response.headers.add(name, value)
        return response


def _name() -> str:
    request_id = str(new_id())
    bind(request_id=request_id)
    return request_id


def _name_refused(app: Quart, origin: str) -> dict[str, str]:
    """The headers of an answer to a request that got no further than the server."""
    return {**PROTECTIONS, "Request-Id": _name(), **cors.to_headers(app, origin)}


async def admit(route: Route) -> None:
    """Lets the request through to its handler, or raises a 401, 403, 422, 429, 503 or 504 problem."""
    doorway: Doorway = current_app.extensions[EXTENSION]
    start_clock(doorway.seconds)
    deadlines.current_work.set("read" if route.method == "GET" else "write")

    def spend_of_address() -> dict[str, str]:
        return doorway.limits.spend(route.rate, network_of(current_proxies().client_address()))

    if route.right == "public":
        g.passport = Passport(service="gateway", expires=0)
        g.ratelimit_headers = spend_of_address()
        return
    identity = await doorway.authenticator.identify(before_verifying=spend_of_address, by_cookie=route.by_cookie)
    bind(user=str(identity.user))
    g.ratelimit_headers = doorway.limits.spend(route.rate, str(identity.user))
    _check_scope(identity, route)
    g.identity, g.passport = identity, identity.passport()
    # Before anything is read: so all that the answer does not show comes after it.
    g.cursor = current_hub().cursor


def _check_scope(identity: Identity, route: Route) -> None:
    scope = "read" if route.method == "GET" else "write"
    if scope not in identity.scopes:
        raise Problem(403, "scope_too_small", f"This token has not the scope {scope}.", scope=scope)
    # Which rooms it reaches is for Keys to say; the account is in none of them.
    if identity.rooms is not None and route.service == "users":
        raise Problem(403, "token_too_narrow", "This token is for some rooms alone, and not for the account.")


def client_agent() -> str:
    return request.headers.get("User-Agent", "")[:_AGENT_LENGTH]

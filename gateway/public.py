"""Puts the table of routes into an app: behind the door, each to its view or to the service that answers it."""

from functools import wraps
from typing import Any

from quart import Blueprint, request
from quart_schema import hide

from chassis.bodies import refuse_unasked
from chassis.openapi import Operation
from chassis.openapi.describe import to_braces
from gateway import browser
from gateway.doorway import admit
from gateway.forwarding import forwarder
from gateway.policies.cookies import STREAM
from gateway.routes import ROUTES
from gateway.table import Handler, Route


def public_blueprint() -> Blueprint:
    blueprint = Blueprint("views", __name__)
    for number, route in enumerate(ROUTES):
        handler = route.view or hide(_forwarder(route))
        blueprint.add_url_rule(
            route.path, f"{number}_{handler.__name__}", _behind_door(route, handler), methods=[route.method]
        )
    return blueprint


def open_operations() -> set[Operation]:
    """The operations that need no sign-in."""
    return {(route.method, to_braces(route.path)) for route in ROUTES if route.right == "public"}


def cookies() -> dict[Operation, str]:
    """The name of the cookie that lets a browser in, by operation."""
    return {(route.method, to_braces(route.path)): STREAM.name for route in ROUTES if route.by_cookie}


def _forwarder(route: Route) -> Handler:
    return browser.forwarder(route) if route.path.startswith(browser.PATH) else forwarder(route)


def _behind_door(route: Route, handler: Handler) -> Handler:
    @wraps(handler)
    async def guarded(**params: Any) -> Any:
        await admit(route)
        if route.method != "GET":
            # One that is too large is refused, also where nobody reads it.
            await request.get_data(as_text=False)
        if route.view is not None:
            refuse_unasked(handler)
        return await handler(**params)

    return guarded

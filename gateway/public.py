"""Puts the table of routes into an app: behind the door, each to its view or to the service that answers it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from quart import Blueprint
from quart_schema import hide

from chassis.openapi import Operation
from gateway.doorway import admit
from gateway.forwarding import forwarder
from gateway.routes import ROUTES
from gateway.table import Handler, Route


def public_blueprint(address: Callable[[], str]) -> Blueprint:
    """`address` reads where a request comes from."""
    blueprint = Blueprint("views", __name__)
    for number, route in enumerate(ROUTES):
        handler = route.view or hide(forwarder(route, address))
        blueprint.add_url_rule(
            route.path, f"{number}_{handler.__name__}", _behind_door(route, handler, address), methods=[route.method]
        )
    return blueprint


def open_operations() -> set[Operation]:
    """The operations that need no sign-in."""
    return {(route.method, route.path) for route in ROUTES if route.right == "public"}


def _behind_door(route: Route, handler: Handler, address: Callable[[], str]) -> Handler:
    @wraps(handler)
    async def guarded(**params: Any) -> Any:
        await admit(route, address())
        return await handler(**params)

    return guarded

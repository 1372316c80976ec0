"""A public operation that one service answers by itself: passed on, and its answer passed back as it is."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from uuid import UUID

from quart import Response, request

from chassis.peers import Answer
from gateway.doorway import client_agent
from gateway.services import current_services, look
from gateway.table import Handler, Route
from keys.client import Node, room, task

# What of a request reaches the services: nothing else a client sends does, least of all our own inner headers.
_PASSED_ON = ("Content-Type", "If-Match", "Idempotency-Key")
_PASSED_BACK = (
    "Content-Type",
    "ETag",
    "Retry-After",
    "RateLimit",
    "RateLimit-Policy",
    "WWW-Authenticate",
    "Cache-Control",
    "Allow",
)


def forwarder(route: Route, address: Callable[[], str]) -> Handler:
    """The handler of `route`."""

    async def forward(**params: Any) -> Response:
        headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
        headers |= {"TaskSync-Client": address(), "TaskSync-Agent": client_agent()}
        if route.needs_grant:
            headers |= (await look(_subject(params), route.right)).headers
        # Read whole first: a body that is too large is refused here.
        body: bytes = await request.get_data(as_text=False)  # type: ignore[assignment]
        peer = current_services().named(route.service)
        return _to_response(await peer.send(request.method, _target(), headers=headers, body=body or None))

    return forward


def _subject(params: dict[str, UUID]) -> Node:
    """The room or task that the path is about."""
    return room(params["room_id"]) if "room_id" in params else task(params["task_id"])


def _target() -> str:
    path = quote(request.path, safe="/")
    return f"{path}?{request.query_string.decode('latin-1')}" if request.query_string else path


def _to_response(answer: Answer) -> Response:
    kept = {name: answer.headers[name] for name in _PASSED_BACK if name in answer.headers}
    content_type = kept.pop("Content-Type", None)
    response = Response(answer.body, status=answer.status, headers=kept, content_type=content_type)
    if content_type is None:
        response.headers.pop("Content-Type", None)
    return response

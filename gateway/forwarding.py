"""A public operation that one service answers by itself: passed on, and its answer passed back as it is."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from quart import Response, request

from chassis.peers import Answer, AnsweredBadly, Refused
from chassis.problems import MEDIA_TYPE
from gateway.doorway import client_agent
from gateway.grants import granted
from gateway.policies.proxies import current_proxies
from gateway.services import current_services, look
from gateway.table import Handler, Route
from keys.client import Node, room, task
from keys.client.grants import NO_GRANT

# What of a request reaches the services: nothing else a client sends does, least of all our own inner headers.
_PASSED_ON = ("If-Match", "Idempotency-Key")
_PASSED_BACK = (
    "Content-Type",
    "ETag",
    "Retry-After",
    "RateLimit",
    "RateLimit-Policy",
    "WWW-Authenticate",
    "Cache-Control",
    "Allow",
    "TaskSync-Undo",
)
# What an answer of a service is, if it has a body.
_OURS = frozenset({"application/json", MEDIA_TYPE})


def forwarder(route: Route) -> Handler:
    """The handler of `route`."""

    async def forward(**params: Any) -> Response:
        body: bytes = b"" if route.method == "GET" else await request.get_data(as_text=False)  # type: ignore[assignment]
        return await pass_on(route, params, body, request.headers.get("Content-Type", ""))

    return forward


async def pass_on(route: Route, params: dict[str, UUID], body: bytes, content_type: str) -> Response:
    """Asks the service of `route`; a HEAD as the GET whose headers it wants. Raises the errors of `chassis.peers`."""
    headers = {name: ", ".join(request.headers.getlist(name)) for name in _PASSED_ON if name in request.headers}
    headers |= {"TaskSync-Client": current_proxies().client_address(), "TaskSync-Agent": client_agent()}
    if body or content_type:
        headers["Content-Type"] = content_type
    peer = current_services().named(route.service)

    async def send() -> Answer:
        return await peer.send(route.method, _target(), headers=headers, body=body or None)

    async def read() -> Answer:
        headers.update((await look(_subject(params), route.right)).headers)
        answer = await send()
        if answer.status == 403 and (refused := Refused(peer.name, answer)).code == NO_GRANT:
            raise refused
        return answer

    answer = await (granted(read) if route.needs_grant else send())
    if answer.status != 204 and answer.headers.get("Content-Type") not in _OURS:
        raise AnsweredBadly(peer.name, "answered with no JSON")
    return to_response(answer)


def _subject(params: dict[str, UUID]) -> Node:
    """The room or task that the path is about."""
    return room(params["room_id"]) if "room_id" in params else task(params["task_id"])


def _target() -> str:
    """The path and the query as they came, in the characters that a request line may have."""
    query = quote(request.query_string, safe="%/?:@!$&'()*+,;=-._~")
    return quote(request.path) + (f"?{query}" if query else "")


def to_response(answer: Answer) -> Response:
    kept = {name: answer.headers[name] for name in _PASSED_BACK if name in answer.headers}
    content_type = kept.pop("Content-Type", None)
    response = Response(answer.body, status=answer.status, headers=kept, content_type=content_type)
    if content_type is None:
        response.headers.pop("Content-Type", None)
    return response

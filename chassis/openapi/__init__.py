"""The public document, merged from what each service says of its own routes: no shape is written twice.

`python -m chassis.openapi users rooms tasks keys gateway` prints it.
"""

from collections.abc import Callable
from typing import Any

from msgspec import Meta

Operation = tuple[str, str]
"""A method in capitals and a path with its parameters in braces: ("GET", "/v1/rooms/{room_id}")."""

# The key in `app.extensions` of a set of operations that need no sign-in.
OPEN_OPERATIONS = "tasksync.open_operations"
# The key there of the cookie that stands for a token, by operation.
COOKIES = "tasksync.cookies"


def shape(name: str) -> Meta:
    """For a raw part of a view: Annotated[Raw, shape("Room")], where another service documents the model Room."""
    return Meta(extra_json_schema={"$ref": f"#/components/schemas/{name}"})


def may_lack_body(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Documents that a request needs no body where it brings what is in it otherwise."""
    handler.may_lack_body = True  # type: ignore[attr-defined]
    return handler


def keepable(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Documents that a good answer has an ETag of all that it shows, and that who has it already gets 304."""
    handler.is_keepable = True  # type: ignore[attr-defined]
    return handler


def sends(header: str, what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Documents a header of the handler's good answers."""

    def decorate(handler: Callable[..., Any]) -> Callable[..., Any]:
        handler.sends = {**getattr(handler, "sends", {}), header: what}  # type: ignore[attr-defined]
        return handler

    return decorate

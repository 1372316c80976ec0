"""What comes in and what goes out: a handler names its models, and these decode, check, document and encode.

@blueprint.post("/v1/things")
@accepts(NewThing)
@answers(Thing, 201)
async def create_thing(new: NewThing) -> Thing: ...
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

import msgspec
from quart import Response, request
from quart_schema import document_headers, document_querystring, document_request, document_response
from quart_schema.validation import QUART_SCHEMA_HEADERS_ATTRIBUTE, QUART_SCHEMA_QUERYSTRING_ATTRIBUTE

from chassis.problems import Problem, invalid

Handler = Callable[..., Awaitable[Any]]
T = TypeVar("T")

_encoder = msgspec.json.Encoder()
# msgspec ends a message with " - at `$.path`"; an unknown field stands in the message itself.
_PATH = re.compile(r"^(?P<message>.*) - at `(?:key in )?\$\.?(?P<path>.*)`$", re.DOTALL)
_NAMED = re.compile(r"(?P<what>unknown field|missing required field) `(?P<name>.*)`", re.DOTALL)
# It is long, and in the document, with words for it.
_PATTERN = re.compile(r" matching regex .*", re.DOTALL)


class Body(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Base of every request body and query string: unknown fields are refused."""


def accepts(model: type[Body]) -> Callable[[Handler], Handler]:
    """The handler takes a JSON body: decoded into `model`, and passed first."""
    decoder = msgspec.json.Decoder(model)

    def decorate(handler: Handler) -> Handler:
        @document_request(model)
        @wraps(handler)
        async def wrapped(*args: Any, **kwargs: Any) -> Any:
            return await handler(decode_body(await read_json(), decoder), *args, **kwargs)

        return wrapped

    return decorate


def asks(model: type[Body]) -> Callable[[Handler], Handler]:
    """The handler takes a query string: converted into `model`, and passed first."""

    def decorate(handler: Handler) -> Handler:
        @document_querystring(model)
        @wraps(handler)
        async def wrapped(*args: Any, **kwargs: Any) -> Any:
            return await handler(read_query(model), *args, **kwargs)

        return wrapped

    return decorate


def answers(model: type[Any], status: int = 200) -> Callable[[Handler], Handler]:
    """The handler returns `model`, sent as JSON with its `version`, if it has one, as the ETag; or that answer."""

    def decorate(handler: Handler) -> Handler:
        @document_response(model, status)
        @wraps(handler)
        async def wrapped(*args: Any, **kwargs: Any) -> Response:
            answer = await handler(*args, **kwargs)
            return answer if isinstance(answer, Response) else to_json(answer, status)

        wrapped.answer_status = status  # type: ignore[attr-defined]
        return wrapped

    return decorate


def answers_nothing(handler: Handler) -> Handler:
    """The handler answers 204, without a body; it returns nothing, or that answer as another service gave it."""

    @wraps(handler)
    async def wrapped(*args: Any, **kwargs: Any) -> Response:
        return await handler(*args, **kwargs) or Response(status=204)

    wrapped.answers_nothing = True  # type: ignore[attr-defined]
    return wrapped


def answers_events(handler: Handler) -> Handler:
    """The handler answers a stream of Server-Sent Events."""
    handler.answers_events = True  # type: ignore[attr-defined]
    return handler


def refuse_unasked(handler: object) -> None:
    """Raises a 422 problem for a query string where `handler` asks for none."""
    if request.query_string and not hasattr(handler, QUART_SCHEMA_QUERYSTRING_ATTRIBUTE) and request.args:
        raise invalid(next(iter(request.args)), "unknown parameter")


def refuses(status: int, when: str) -> Callable[[Handler], Handler]:
    """Documents a problem that the handler answers, beyond those that follow from what it takes and who may ask."""

    def decorate(handler: Handler) -> Handler:
        before: dict[int, str] = getattr(handler, "refusals", {})
        text = f"{before[status]} {when}" if status in before else when
        handler.refusals = {**before, status: text}  # type: ignore[attr-defined]
        return handler

    return decorate


def documents_headers(model: type[msgspec.Struct]) -> Callable[[Handler], Handler]:
    """Documents request headers, beside those that are documented already."""

    def decorate(handler: Handler) -> Handler:
        before = getattr(handler, QUART_SCHEMA_HEADERS_ATTRIBUTE, None)
        fields = [field for each in (before, model) if each for field in msgspec.structs.fields(each)]
        both = msgspec.defstruct("Headers", [(each.name, each.type, each.default) for each in fields])
        documented: Handler = document_headers(both)(handler)
        return documented

    return decorate


def to_json(value: object, status: int = 200) -> Response:
    response = Response(_encoder.encode(value), status=status, content_type="application/json")
    version = getattr(value, "version", None)
    if version is not None:
        response.headers["ETag"] = f'"{version}"'
    return response


async def read_json() -> bytes:
    """The raw body. Raises a 415 or 413 problem."""
    if request.mimetype != "application/json":
        raise Problem(415, "unsupported_media_type", "Send the body as application/json.")
    data: bytes = await request.get_data(as_text=False)  # type: ignore[assignment]
    return data


def decode_body(data: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """Raises a 400 problem for what is not JSON, and a 422 that names the field for what is not the model."""
    refuse_nul(data)
    try:
        return decoder.decode(data)
    except msgspec.ValidationError as error:
        raise _explain(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, "malformed_json", f"The body is not JSON: {error}") from None


def read_query(model: type[T]) -> T:
    """The query string as `model`: one value a name. Raises a 422 problem."""
    values: dict[str, str] = {}
    for name, given in request.args.lists():
        if len(given) > 1:
            raise invalid(name, "given more than once")
        if "\0" in given[0]:
            raise invalid(name, "holds a NUL character")
        values[name] = given[0]
    try:
        query = msgspec.convert(values, model, strict=False)
    except msgspec.ValidationError as error:
        raise _explain(str(error)) from None
    for name, text in values.items():
        value = getattr(query, name)
        # The text "null" becomes None where None stands for a parameter that is not there, and a number, as of a
        # year alone, the seconds since 1970.
        if value is None or (isinstance(value, datetime) and ":" not in text):
            raise invalid(name, "is not a value of this parameter")
    return query


def _explain(message: str) -> Problem:
    match = _PATH.match(message)
    text, path = (match["message"], match["path"]) if match else (message, "")
    if named := _NAMED.search(text):
        path, text = ".".join(part for part in (path, named["name"]) if part), named["what"]
    return invalid(path or "body", _PATTERN.sub(" of the form in the document", text))


def refuse_nul(data: bytes) -> None:
    """Raises a 422 problem if a text in this JSON holds U+0000, which PostgreSQL cannot hold."""
    if b"\\u0000" not in data:
        return
    try:
        found = _find_nul(msgspec.json.decode(data))
    except (msgspec.DecodeError, RecursionError):
        return
    if found is not None:
        raise invalid(".".join(reversed(found)) or "body", "holds a NUL character")


def _find_nul(value: object) -> list[str] | None:
    """The names that lead to it, the innermost first: they are put together once, and not for each text looked at."""
    if isinstance(value, str):
        return [] if "\0" in value else None
    pairs: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        if any("\0" in key for key in value):
            return []
        pairs = value.items()
    elif isinstance(value, list):
        pairs = enumerate(value)
    for key, item in pairs:
        if (found := _find_nul(item)) is not None:
            return [*found, str(key)]
    return None

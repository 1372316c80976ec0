"""One OpenAPI 3.1 document from the descriptions of several apps."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from chassis.openapi import Operation
from chassis.openapi.describe import Description, Json
from chassis.openapi.refusals import RESPONSES, name_of
from chassis.openapi.shared import HEADERS, PARAMETERS, VIEW_ETAG, headers, headers_of, refer

_ORDER = ("operationId", "summary", "description", "tags", "parameters", "requestBody")
_METHODS = ("get", "post", "put", "patch", "delete")
_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": "The `access_token` of a sign-in, or a personal access token.",
}
_REF = "#/components/schemas/"


class MergeError(Exception):
    """The descriptions contradict each other, or refer to what none of them has. The message names it."""


def merge(
    info: Json,
    descriptions: Sequence[Description],
    open_operations: Collection[Operation],
    cookies: Mapping[Operation, str] = MappingProxyType({}),
) -> Json:
    """`open_operations` need no sign-in; all others a bearer token, or the cookie that `cookies` names for them."""
    paths = _merge_paths(descriptions)
    if unknown := {*open_operations, *cookies} - {(method.upper(), path) for method, path, _ in operations_of(paths)}:
        raise MergeError(f"open, and documented by nobody: {sorted(unknown)}")
    for method, path, operation in operations_of(paths):
        security = _security((method.upper(), path), open_operations, cookies)
        paths[path][method] = _completed(method, operation, security)
    _refuse_twice("operationId", (operation["operationId"] for _, _, operation in operations_of(paths)))
    return {
        "openapi": "3.1.0",
        "info": info,
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "tags": [{"name": tag} for tag in sorted({operation["tags"][0] for _, _, operation in operations_of(paths)})],
        "paths": paths,
        "components": {
            "schemas": _reachable(descriptions),
            "responses": RESPONSES,
            "headers": HEADERS,
            "parameters": PARAMETERS,
            "securitySchemes": {"bearer": _SCHEME, **{name: _cookie(name) for name in sorted({*cookies.values()})}},
        },
    }


def operations_of(paths: dict[str, Json]) -> Iterator[tuple[str, str, Json]]:
    """Method in small letters, path, operation."""
    for path, operations in paths.items():
        for method, operation in operations.items():
            yield method, path, operation


def _merge_paths(descriptions: Sequence[Description]) -> dict[str, Json]:
    found = [each for description in descriptions for each in operations_of(description.paths)]
    _refuse_twice("operation", (f"{method.upper()} {path}" for method, path, _ in found))
    merged: dict[str, Json] = {}
    for method, path, operation in sorted(found, key=lambda each: (each[1], _METHODS.index(each[0]))):
        merged.setdefault(path, {})[method] = operation
    return merged


def _completed(method: str, operation: Json, security: list[Json] | None) -> Json:
    """With what follows from the rules of the house, so that no handler lists it. Open is a `security` of []."""
    is_open = security == []
    responses = {str(status): response for status, response in operation["responses"].items()}
    for status, response in responses.items():
        _complete_answer(int(status), response, is_open=is_open, is_view="304" in responses)
    for number in _statuses(method, operation, is_open):
        responses.setdefault(str(number), refer("responses", name_of(number)))
    asked = [*(["If-None-Match"] if "304" in responses else []), "TaskSync-Timeout", "traceparent"]
    parameters = [*operation["parameters"], *(refer("parameters", name) for name in asked)]
    completed = {key: {**operation, "parameters": parameters}.get(key) for key in _ORDER}
    said = {key: value for key, value in completed.items() if value}
    secured = {} if security is None else {"security": security}
    return {**said, **secured, "responses": dict(sorted(responses.items()))}


def _complete_answer(status: int, response: Json, *, is_open: bool, is_view: bool) -> None:
    if "$ref" in response:
        return
    own = response.setdefault("headers", {})
    if is_view and status < 300:
        own["ETag"] = refer("headers", VIEW_ETAG)
    own.update(headers(headers_of(status, is_open=is_open)))
    response["description"] = response["description"] or HTTPStatus(status).phrase


def _security(
    key: Operation, open_operations: Collection[Operation], cookies: Mapping[Operation, str]
) -> list[Json] | None:
    """What an operation says of signing in; None where the rule holds, which is told once for all."""
    if key in open_operations:
        return []
    return [{"bearer": []}, {cookies[key]: []}] if key in cookies else None


def _cookie(name: str) -> Json:
    what = f"For a browser, which `TaskSync-Session: cookie` gave it to. Over https it is `__Secure-{name}`."
    return {"type": "apiKey", "in": "cookie", "name": name, "description": what}


def _statuses(method: str, operation: Json, is_open: bool) -> Iterator[int]:
    places = {parameter["in"] for parameter in operation["parameters"]}
    # 422: a query string that is not asked for is refused everywhere.
    yield from (422, 429, 502, 503, 504)
    if not is_open:
        yield from (401, 403)
    if "path" in places:
        yield 404
    # A write waits for its body, also where nothing of it is asked for.
    if method != "get":
        yield from (408, 413)
    if "requestBody" in operation:
        yield from (400, 415)


def _reachable(descriptions: Sequence[Description]) -> Json:
    """The schemas that the paths refer to, and those that these refer to. Equal names must be equal schemas."""
    found: Json = {}
    waiting = [(each, name) for each in descriptions for name in _references([each.paths, RESPONSES])]
    while waiting:
        origin, name = waiting.pop()
        home, schema = _find(name, origin, descriptions)
        if name not in found:
            found[name] = schema
            waiting.extend((home, inner) for inner in _references(schema))
        elif found[name] != schema:
            raise MergeError(f"there are different models of the name {name}")
    return dict(sorted(found.items()))


def _find(name: str, origin: Description, descriptions: Sequence[Description]) -> tuple[Description, Json]:
    """What `origin` means by `name`: a model of its own, or else another's."""
    having = [each for each in (origin, *descriptions) if name in each.schemas]
    if not having:
        raise MergeError(f"nobody documents the model {name}")
    if origin not in having and any(each.schemas[name] != having[0].schemas[name] for each in having):
        raise MergeError(f"there are different models of the name {name}")
    return having[0], having[0].schemas[name]


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        target = value.get("$ref")
        if isinstance(target, str) and target.startswith(_REF):
            yield target.removeprefix(_REF)
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _references(item)


def _refuse_twice(kind: str, names: Iterable[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise MergeError(f"the {kind} is there twice: {', '.join(twice)}")

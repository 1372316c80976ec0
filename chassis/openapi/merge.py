"""One OpenAPI 3.1 document from the descriptions of several apps."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from http import HTTPStatus
from typing import Any

from chassis.openapi import Operation
from chassis.openapi.describe import Description, Json
from chassis.openapi.refusals import HEADERS, RESPONSES, name_of

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


def merge(info: Json, descriptions: Sequence[Description], open_operations: Collection[Operation]) -> Json:
    """`open_operations` need no sign-in; all others need a bearer token."""
    paths = _merge_paths(descriptions)
    if unknown := set(open_operations) - {(method.upper(), path) for method, path, _ in operations_of(paths)}:
        raise MergeError(f"open, and documented by nobody: {sorted(unknown)}")
    for method, path, operation in operations_of(paths):
        paths[path][method] = _completed(operation, is_open=(method.upper(), path) in open_operations)
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
            "securitySchemes": {"bearer": _SCHEME},
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


def _completed(operation: Json, *, is_open: bool) -> Json:
    """With the refusals that follow from the rules of the house, so that no handler lists them."""
    responses = {str(status): response for status, response in operation["responses"].items()}
    for status, response in responses.items():
        response.setdefault("headers", {})["Request-Id"] = {"$ref": "#/components/headers/Request-Id"}
        response["description"] = response["description"] or HTTPStatus(int(status)).phrase
    for number in _statuses(operation, is_open):
        responses.setdefault(str(number), {"$ref": f"#/components/responses/{name_of(number)}"})
    completed = {key: operation[key] for key in _ORDER if operation.get(key)}
    return {**completed, **({"security": []} if is_open else {}), "responses": dict(sorted(responses.items()))}


def _statuses(operation: Json, is_open: bool) -> Iterator[int]:
    places = {parameter["in"] for parameter in operation["parameters"]}
    # 422: a query string that is not asked for is refused everywhere.
    yield from (422, 429, 502, 503, 504)
    if not is_open:
        yield from (401, 403)
    if "path" in places:
        yield 404
    if "requestBody" in operation:
        yield from (400, 413, 415)


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

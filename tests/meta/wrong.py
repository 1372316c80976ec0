"""Bad input, made from the document: each a variation of one good request, with what the answer must say."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.meta.operations import Json, Operation, resolve

TWO_MEGABYTES = 2 * 1024 * 1024
# What a client sends must not show in a log.
MARKER = "marker-7f3a"


class Wrong(NamedTuple):
    """`field` is what `errors` must name; None where the request is refused before any field is read."""

    name: str
    status: int
    field: str | None
    body: bytes | None = None
    content_type: str = "application/json"
    query: tuple[tuple[str, str], ...] = ()


def wrong_bodies(good: Json, schema: Json) -> Iterator[Wrong]:
    """Variations of the body `good`, which `schema` describes."""
    yield Wrong("broken JSON", 400, None, json.dumps(good).encode()[:-1] + b",")
    yield Wrong("no JSON at all", 400, None, b"\xff\xfe")
    yield Wrong("nothing", 400, None, b"")
    yield Wrong("wrong content type", 415, None, json.dumps(good).encode(), "text/plain")
    yield Wrong("2 MB", 413, None, json.dumps({**good, "padding": "x" * TWO_MEGABYTES}).encode())
    yield Wrong("not an object", 422, "body", b"[]")
    yield _varied("unknown field", "no_such_field", {**good, "no_such_field": MARKER})
    for name in schema["required"]:
        yield _varied("missing", name, {key: value for key, value in good.items() if key != name})
    for name, field in schema["properties"].items():
        for what, value in _wrong_values(field):
            yield _varied(what, name, {**good, name: value})


def wrong_queries(operation: Operation) -> Iterator[Wrong]:
    yield _asked("unknown", "no_such_field", MARKER)
    for name, schema in operation.queries.items():
        yield _asked("NUL", name, "a\0b")
        yield Wrong(f"{name}: twice", 422, name, query=((name, "1"), (name, "2")))
        for what, value in _wrong_texts(schema):
            yield _asked(what, name, value)
        if schema.get("type") != "string" or "format" in schema or "enum" in schema:
            yield _asked("null", name, "null")
        if name == "after":
            yield _asked("no cursor", name, "nonsense")
            yield _asked("cursor of nothing", name, "e30")


def _varied(what: str, field: str, body: Json) -> Wrong:
    return Wrong(f"{field}: {what}", 422, field, json.dumps(body).encode())


def _asked(what: str, field: str, value: str) -> Wrong:
    return Wrong(f"{field}: {what}", 422, field, query=((field, value),))


def _wrong_values(schema: Json) -> Iterator[tuple[str, Any]]:
    options = [resolve(each) for each in schema.get("anyOf", [schema])]
    kinds = {each.get("type", "string") for each in options}
    yield "wrong type", {} if "object" not in kinds else 1
    if "null" not in kinds:
        yield "null", None
    for option in options:
        match option.get("type", "string"):
            case "string":
                yield "number", 7
                yield "NUL", "a\0b"
                yield from _wrong_texts(option)
            case "integer":
                yield "text", "7"
                yield "fraction", 1.5
                yield "absurd", 10**30
                yield from ((f"bound {each}", each) for each in _beyond(option))
            case "array":
                yield "wrong item", [{}]
                yield "NUL in an item", ["a\0b"]


def _wrong_texts(schema: Json) -> Iterator[tuple[str, str]]:
    if "maxLength" in schema:
        yield "too long", "x" * (schema["maxLength"] + 1)
    if schema.get("minLength"):
        yield "empty", ""
    if "enum" in schema or "format" in schema or "pattern" in schema:
        yield "not of the kind", " "
    if schema.get("format") == "date-time":
        yield "a year", "2026"
        yield "an instant", "1767225600.5"
    if schema.get("type") == "integer":
        yield "no number", "many"
        yield "absurd", str(10**30)
        yield from ((f"bound {each}", str(each)) for each in _beyond(schema))


def _beyond(schema: Json) -> list[int]:
    low, high = schema.get("minimum"), schema.get("maximum")
    return [*([] if low is None else [low - 1]), *([] if high is None else [high + 1])]

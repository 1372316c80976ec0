"""The operations of the public document, as the tests walk them."""

from typing import Any, NamedTuple

import msgspec

from chassis.openapi.merge import operations_of
from gateway.document import DOCUMENT as FILE

Json = dict[str, Any]


class Operation(NamedTuple):
    """`path` has its parameters in braces; `body` is the schema of the request body, with no reference at its top.

    `answers` has the headers of each status, in small letters, and `described` what is said of it.
    """

    id: str
    method: str
    path: str
    is_open: bool
    body: Json | None
    queries: dict[str, Json]
    answers: dict[int, frozenset[str]]
    described: dict[int, str]
    parameters: list[Json]

    @property
    def statuses(self) -> frozenset[int]:
        return frozenset(self.answers)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


DOCUMENT: Json = msgspec.json.decode(FILE.read_bytes())


def resolve(part: Json) -> Json:
    """The component that a reference means, such as a schema; itself if it is none."""
    while "$ref" in part:
        _, kind, name = part["$ref"].rsplit("/", 2)
        part = DOCUMENT["components"][kind][name]
    return part


def _read(method: str, path: str, spec: Json) -> Operation:
    content = spec.get("requestBody", {}).get("content", {}).get("application/json")
    parameters = [resolve(each) for each in spec.get("parameters", [])]
    queries = {each["name"]: each["schema"] for each in parameters if each["in"] == "query"}
    body = resolve(content["schema"]) if content else None
    told = {int(status): resolve(answer) for status, answer in spec["responses"].items()}
    answers = {status: _headers(answer) for status, answer in told.items()}
    described = {status: answer["description"] for status, answer in told.items()}
    is_open = spec.get("security") == []
    return Operation(
        spec["operationId"], method.upper(), path, is_open, body, queries, answers, described, parameters
    )


def _headers(answer: Json) -> frozenset[str]:
    return frozenset(name.lower() for name in answer.get("headers", {}))


OPERATIONS = [_read(*each) for each in operations_of(DOCUMENT["paths"])]

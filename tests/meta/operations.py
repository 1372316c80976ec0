"""The operations of the public document, as the tests walk them."""

from typing import Any, NamedTuple

import msgspec

from chassis.openapi.merge import operations_of
from gateway.document import DOCUMENT as FILE

Json = dict[str, Any]


class Operation(NamedTuple):
    """`path` has its parameters in braces; `body` is the schema of the request body, with no reference at its top."""

    id: str
    method: str
    path: str
    is_open: bool
    body: Json | None
    queries: dict[str, Json]
    statuses: frozenset[int]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


DOCUMENT: Json = msgspec.json.decode(FILE.read_bytes())


def resolve(schema: Json) -> Json:
    """The schema that a reference means; itself if it is none."""
    while "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _read(method: str, path: str, spec: Json) -> Operation:
    content = spec.get("requestBody", {}).get("content", {}).get("application/json")
    queries = {each["name"]: each["schema"] for each in spec.get("parameters", []) if each["in"] == "query"}
    body = resolve(content["schema"]) if content else None
    statuses = frozenset(map(int, spec["responses"]))
    return Operation(spec["operationId"], method.upper(), path, spec.get("security") == [], body, queries, statuses)


OPERATIONS = [_read(*each) for each in operations_of(DOCUMENT["paths"])]

"""What one app says of its routes: the paths of its visible ones, and the models of all."""

import inspect
from typing import Any, NamedTuple

import msgspec
from quart import Quart
from quart_schema import QuartSchema
from quart_schema.openapi import PATH_RE, QUART_SCHEMA_HIDDEN_ATTRIBUTE, OpenAPIProvider
from werkzeug.routing import BaseConverter, Rule, UUIDConverter

from chassis.openapi.shared import UNCHANGED, headers, refer
from chassis.problems import MEDIA_TYPE, ProblemBody

Json = dict[str, Any]

_REF_TEMPLATE = "#/components/schemas/{name}"


class Description(NamedTuple):
    """`paths` by path and method in small letters; `schemas` by the name of the model."""

    paths: dict[str, Json]
    schemas: Json


def describe(app: Quart) -> Description:
    """The hidden routes give their models too: a composed view refers to them. The merge drops those unused."""
    provider = _Provider(app, QuartSchema())
    paths: dict[str, Json] = {}
    schemas: Json = {}
    for rule in app.url_map.iter_rules():
        described, models = provider.build_paths(rule)
        schemas.update(models)
        if not getattr(app.view_functions[rule.endpoint], QUART_SCHEMA_HIDDEN_ATTRIBUTE, False):
            for path, operations in described.items():
                paths.setdefault(path, {}).update(operations)
    return Description(paths, schemas)


def to_braces(rule: str) -> str:
    """The path of a routing rule, as the document has it: /v1/rooms/<uuid:room_id> is /v1/rooms/{room_id}."""
    return PATH_RE.sub(r"{\1}", rule)


class _Provider(OpenAPIProvider):
    """quart-schema's own loses the models inside a model, and knows neither formats nor defaults nor a 204."""

    def build_paths(self, rule: Rule) -> tuple[Json, Json]:
        handler = self._app.view_functions[rule.endpoint]
        paths, schemas = super().build_paths(rule)
        for operations in paths.values():
            for operation in operations.values():
                operation.setdefault("tags", [_tag(rule.endpoint)])
                operation["responses"].update(_plain_responses(handler))
                if getattr(handler, "may_lack_body", False):
                    operation["requestBody"]["required"] = False
                _add_sent(operation["responses"], getattr(handler, "sends", {}))
                operation["summary"], operation["description"] = _summary(inspect.getdoc(handler) or "")
        return paths, {**schemas, **_components(ProblemBody)[1]}

    def operation_id(self, _method: str, _path: str, func: Any) -> str:
        name: str = func.__name__
        return name

    def build_path_parameter(self, name: str, converter: BaseConverter) -> Json:
        parameter: Json = super().build_path_parameter(name, converter)
        if isinstance(converter, UUIDConverter):
            parameter["schema"] = {"type": "string", "format": "uuid"}
        return parameter

    def build_querystring_parameters(self, model: Any) -> tuple[list[Json], Json]:
        return _parameters(model, "query")

    def build_headers_parameters(self, model: Any) -> tuple[list[Json], Json]:
        parameters, schemas = _parameters(model, "header")
        return [{**each, "name": _header(each["name"])} for each in parameters], schemas

    def build_request_body(self, model: Any, _source: Any) -> tuple[Json, Json]:
        schema, schemas = _components(model)
        return {"required": True, "content": {"application/json": {"schema": schema}}}, schemas

    def build_response_object(self, model: Any, _headers: Any) -> tuple[Json, Json]:
        schema, schemas = _components(model)
        description = inspect.cleandoc(schemas.get(getattr(model, "__name__", ""), {}).get("description", ""))
        response: Json = {"description": description, "content": {"application/json": {"schema": schema}}}
        if "version" in getattr(model, "__struct_fields__", ()):
            response["headers"] = headers(["ETag"])
        return response, schemas


def _header(field: str) -> str:
    return field.replace("_", "-").title().replace("Tasksync", "TaskSync")


def _components(model: Any) -> tuple[Json, Json]:
    (schema,), schemas = msgspec.json.schema_components([model], ref_template=_REF_TEMPLATE)
    return schema, schemas


def _parameters(model: Any, place: str) -> tuple[list[Json], Json]:
    """The fields of `model` as parameters in `place`, and the models inside it."""
    _, schemas = _components(model)
    own = schemas.pop(model.__name__)
    return [_parameter(place, name, schema, own["required"]) for name, schema in own["properties"].items()], schemas


def _parameter(place: str, name: str, schema: Json, required: list[str]) -> Json:
    """Neither a query string nor a header has a null: what may be left out is not what may be null."""
    options = [option for option in schema.get("anyOf", []) if option != {"type": "null"}]
    if len(options) == 1:
        schema = options[0]
    schema = {key: value for key, value in schema.items() if not (key == "default" and value is None)}
    parameter: Json = {"name": name, "in": place, "required": name in required, "schema": schema}
    if description := schema.pop("description", ""):
        parameter["description"] = description
    return parameter


def _plain_responses(handler: Any) -> Json:
    """What `answers_nothing`, `keepable`, `answers_events` and `refuses` say."""
    found: Json = {"204": {"description": "Done."}} if getattr(handler, "answers_nothing", False) else {}
    if getattr(handler, "is_keepable", False):
        found["304"] = refer("responses", UNCHANGED)
    if getattr(handler, "answers_events", False):
        found["200"] = {
            "description": "Server-Sent Events, without end.",
            # Without a schema: to one program it is of the text, to another of each event in it.
            "content": {"text/event-stream": {}},
        }
    for status, when in getattr(handler, "refusals", {}).items():
        found[str(status)] = problem_response(when)
    return found


def _add_sent(responses: dict[int | str, Json], sent: dict[str, str]) -> None:
    """What `sends` says."""
    headers = {name: {"description": what, "schema": {"type": "string"}} for name, what in sent.items()}
    for status, response in responses.items():
        if headers and str(status).startswith("2"):
            response["headers"] = {**response.get("headers", {}), **headers}


def problem_response(when: str) -> Json:
    schema = {"$ref": _REF_TEMPLATE.format(name=ProblemBody.__name__)}
    return {"description": when, "content": {MEDIA_TYPE: {"schema": schema}}}


def _summary(text: str) -> tuple[str, str]:
    """The first sentence, without its full stop, and the rest."""
    first, _, rest = text.partition("\n")
    sentence, _, more = first.partition(". ")
    return sentence.removesuffix("."), f"{more}\n{rest}".strip()


def _tag(endpoint: str) -> str:
    """The blueprint's name, for people."""
    return endpoint.rpartition(".")[0].replace("_", " ").capitalize() or "Other"

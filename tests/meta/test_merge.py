"""The document of two sample apps."""

from typing import Any

import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate
from quart import Blueprint
from quart_schema import hide

from chassis.bodies import answers
from chassis.openapi.describe import describe
from chassis.openapi.merge import MergeError, merge
from tests.meta.sample import make_app, owns_trees, views_forest

INFO = {"title": "Sample", "version": "1"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    apps = [make_app("forests", views_forest), make_app("trees", owns_trees)]
    merged = merge(INFO, [describe(app) for app in apps], {("GET", "/v1/forest")})
    decoded: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(merged))
    return decoded


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    validate(document, cls=OpenAPIV31SpecValidator)


def test_models_inside_models_are_there(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["Tree"]["properties"]["leaves"]["items"] == {"$ref": "#/components/schemas/Leaf"}
    assert schemas["Leaf"]["required"] == ["color"]
    assert schemas["NewTree"]["additionalProperties"] is False


def test_a_view_refers_to_the_shape_of_its_owner(document: dict[str, Any]) -> None:
    best = document["components"]["schemas"]["Forest"]["properties"]["best"]
    assert best == {"anyOf": [{"$ref": "#/components/schemas/Tree"}, {"type": "null"}]}


def test_a_query_has_defaults_and_no_null(document: dict[str, Any]) -> None:
    color, limit, after, *_ = document["paths"]["/v1/forest"]["get"]["parameters"]
    assert color == {"name": "color", "in": "query", "required": True, "schema": {"type": "string"}}
    assert limit["description"] == "How many."
    assert limit["schema"] == {"type": "integer", "minimum": 1, "default": 50}
    assert after["schema"] == {"type": "string", "maxLength": 512}
    assert not after["required"]


def test_problems_follow_from_what_is_taken_and_who_may_ask(document: dict[str, Any]) -> None:
    always = {"422", "429", "502", "503", "504"}
    post = document["paths"]["/v1/trees"]["post"]
    assert set(post["responses"]) == {"201", "400", "401", "403", "408", "409", "413", "415", *always}
    assert post["responses"]["409"]["description"] == "There is one of that name."
    assert "application/problem+json" in post["responses"]["409"]["content"]
    delete = document["paths"]["/v1/trees/{tree_id}"]["delete"]
    assert set(delete["responses"]) == {"204", "401", "403", "404", "408", "413", *always}
    assert "content" not in delete["responses"]["204"]
    view = document["paths"]["/v1/forest"]["get"]
    assert set(view["responses"]) == {"200", *always}


def test_sign_in_is_the_rule_and_open_operations_the_exception(document: dict[str, Any]) -> None:
    assert document["security"] == [{"bearer": []}]
    assert document["paths"]["/v1/forest"]["get"]["security"] == []
    assert "security" not in document["paths"]["/v1/trees"]["post"]


def test_operations_are_named_tagged_and_described(document: dict[str, Any]) -> None:
    post = document["paths"]["/v1/trees"]["post"]
    assert (post["operationId"], post["tags"]) == ("plant_tree", ["Trees"])
    assert (post["summary"], post["description"]) == ("Plant a tree", "It grows.\n\nIn the end it falls.")
    assert post["requestBody"]["required"] is True
    assert post["responses"]["201"]["headers"].keys() > {"ETag", "Request-Id"}
    tree_id, *_ = document["paths"]["/v1/trees/{tree_id}"]["delete"]["parameters"]
    assert tree_id["schema"] == {"type": "string", "format": "uuid"}


def test_hidden_routes_stay_hidden(document: dict[str, Any]) -> None:
    assert document["paths"]["/v1/trees/{tree_id}"].keys() == {"delete"}


def other_trees(blueprint: Blueprint) -> None:
    class Tree(msgspec.Struct):
        height: int

    @blueprint.get("/v1/tall")
    @answers(Tree)
    async def view_tall() -> None: ...


def test_models_of_one_name_must_be_one_shape() -> None:
    descriptions = [describe(make_app("trees", owns_trees)), describe(make_app("tall", other_trees))]
    with pytest.raises(MergeError, match="different models of the name Tree"):
        merge(INFO, descriptions, ())


def test_a_shape_must_be_of_one_service() -> None:
    apps = [make_app("forests", views_forest), make_app("trees", owns_trees), make_app("tall", other_trees)]
    with pytest.raises(MergeError, match="different models of the name Tree"):
        merge(INFO, [describe(app) for app in apps], ())


def test_a_model_that_only_hidden_routes_have_is_left_out() -> None:
    hidden = make_app("tall", other_trees)
    for handler in hidden.view_functions.values():
        hide(handler)
    merged = merge(INFO, [describe(hidden), describe(make_app("trees", owns_trees))], ())
    assert "leaves" in merged["components"]["schemas"]["Tree"]["properties"]


def test_a_shape_that_nobody_documents_is_refused() -> None:
    with pytest.raises(MergeError, match="nobody documents the model Tree"):
        merge(INFO, [describe(make_app("forests", views_forest))], ())


def test_one_operation_has_one_home() -> None:
    with pytest.raises(MergeError, match="POST /v1/trees"):
        merge(INFO, [describe(make_app(name, owns_trees)) for name in ("one", "two")], ())


def test_an_open_operation_that_nobody_documents_is_refused() -> None:
    with pytest.raises(MergeError, match="/v1/nowhere"):
        merge(INFO, [describe(make_app("trees", owns_trees))], {("GET", "/v1/nowhere")})

"""Every public route has a policy, a rate class and an entry in the document; no inner route is public by mistake."""

from typing import get_args

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate
from quart import Quart

from chassis.openapi.__main__ import create_app, generate
from chassis.openapi.describe import to_braces
from chassis.passport import OPEN_PATHS
from gateway import web
from gateway.document import DOCUMENT as FILE
from gateway.policies.limits import Rate
from gateway.routes import ROUTES
from keys.roles import BY_ACTION
from tests.meta.examples import BODIES
from tests.meta.operations import DOCUMENT, OPERATIONS
from tests.system import SERVICES

INNER = [name for name in SERVICES if name != "gateway"]
PUBLIC = {(route.method, to_braces(route.path)): route for route in ROUTES}
# What the gateway serves beside the API.
OF_THE_CLIENT = {("GET", to_braces(path)) for path in (*web.PAGES, web.FILES)}
ABOUT_ITSELF = {("GET", path) for path in (*OPEN_PATHS, "/openapi.json", "/docs", "/docs/{name}")} | OF_THE_CLIENT

Endpoint = tuple[str, str]


def endpoints(app: Quart) -> set[Endpoint]:
    return {
        (method, to_braces(rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


@pytest.fixture(scope="module")
def apps() -> dict[str, Quart]:
    return {name: create_app(name) for name in SERVICES}


def test_each_public_route_has_a_right_that_keys_knows_and_a_rate_class() -> None:
    assert len(PUBLIC) == len(ROUTES)
    for route in ROUTES:
        assert route.right in {"public", "self", *BY_ACTION}, route
        assert route.rate in get_args(Rate), route
        assert route.service in SERVICES, route
        assert route.method == "GET" or not route.by_cookie, route


def test_the_gateway_serves_its_table_and_nothing_else(apps: dict[str, Quart]) -> None:
    assert endpoints(apps["gateway"]) == set(PUBLIC) | ABOUT_ITSELF


def test_the_document_has_each_public_route_and_nothing_else() -> None:
    assert {(each.method, each.path) for each in OPERATIONS} == set(PUBLIC)
    open_operations = {(each.method, each.path) for each in OPERATIONS if each.is_open}
    assert open_operations == {key for key, route in PUBLIC.items() if route.right == "public"}


@pytest.mark.parametrize("service", INNER)
def test_an_inner_route_is_public_through_the_gateway_or_internal(apps: dict[str, Quart], service: str) -> None:
    for method, path in endpoints(apps[service]):
        if path in OPEN_PATHS or path.startswith("/internal/"):
            continue
        assert PUBLIC[method, path].service in {service, "gateway"}, path


def test_what_is_forwarded_is_served(apps: dict[str, Quart]) -> None:
    for key, route in PUBLIC.items():
        assert key in endpoints(apps[route.service])


def test_the_document_is_what_the_services_say() -> None:
    assert generate(list(SERVICES)) == FILE.read_bytes(), "run `make openapi`"


def test_the_document_is_valid() -> None:
    validate(DOCUMENT, cls=OpenAPIV31SpecValidator)


def test_each_operation_with_a_body_has_an_example() -> None:
    assert {each.id for each in OPERATIONS if each.body} == set(BODIES)

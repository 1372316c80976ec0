"""What docs/api.md says is so."""

import re
from pathlib import Path

import pytest

from gateway.document import DOCUMENT as FILE
from tests.meta.operations import DOCUMENT, OPERATIONS, Json, resolve
from tests.system import SERVICES

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "api.md").read_text()
TEXT = FILE.read_text()
# Where a problem is made: Problem(409, "code", ...), unauthorized("...", "code").
_MADE = re.compile(r'Problem\(\s*\d{3},\s*"(?P<code>\w+)"|unauthorized\([^()]*,\s*"(?P<token>\w+)"\)')
# Between services only: no client gets them.
INNER = {"no_grant", "not_the_owner", "no_passport"}
# No operation promises it.
FAULTS = {"internal"}


def made_codes() -> set[str]:
    sources = [path for name in ("chassis", *SERVICES) for path in (ROOT / name).rglob("*.py")]
    matches = [match for path in sources for match in _MADE.finditer(path.read_text())]
    return {match["code"] or match["token"] for match in matches} - INNER


def lists_within(operations: Json) -> list[str]:
    """The names of the lists in the answer to GET, where that is none itself."""
    content = operations.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
    fields = resolve(content.get("application/json", {}).get("schema", {})).get("properties", {})
    options = [(name, resolve(each)) for name, part in fields.items() for each in part.get("anyOf", [part])]
    return [name for name, option in options if {"items", "next"} <= option.get("properties", {}).keys()]


@pytest.mark.parametrize("code", sorted(made_codes()))
def test_the_guide_has_each_code(code: str) -> None:
    assert re.search(rf"^\|.*`{code}`", GUIDE, re.MULTILINE), f"{code} is missing in docs/api.md"


@pytest.mark.parametrize("code", sorted(made_codes() - FAULTS))
def test_the_document_has_each_code(code: str) -> None:
    assert f"`{code}`" in TEXT, f"{code} is missing in /openapi.json"


def test_the_guide_has_the_bounds_of_each_list() -> None:
    limits = [each.queries["limit"] for each in OPERATIONS if "limit" in each.queries]
    words = " ".join(GUIDE.split())
    for default, most in {(limit["default"], limit["maximum"]) for limit in limits}:
        assert f"{default} unless given, and at most {most}" in words


def test_the_guide_tells_how_each_list_in_a_view_goes_on() -> None:
    rows = [line.replace("{id}", "{}") for line in GUIDE.splitlines() if line.startswith("| `GET")]
    found = [(path, name) for path, operation in DOCUMENT["paths"].items() for name in lists_within(operation)]
    assert len(found) >= 7
    for path, name in found:
        call = f"`GET {re.sub('{.*?}', '{}', path)}`"
        assert any(row.startswith(f"| {call}") and f"`{name}`" in row for row in rows), f"{name} of {call}"


def test_each_time_is_documented_as_one() -> None:
    fields = [
        (name, field, part)
        for name, schema in DOCUMENT["components"]["schemas"].items()
        for field, part in schema.get("properties", {}).items()
        if re.fullmatch(r"\w+_at|at|since", field)
    ]
    assert len(fields) > 20
    for name, field, part in fields:
        (text,) = [each for each in part.get("anyOf", [part]) if each["type"] != "null"]
        assert text.get("format") == "date-time", f"{name}.{field}"


def test_codes_are_found() -> None:
    assert {"forbidden", "not_found", "wrong_credentials", "rate_limited"} <= made_codes()

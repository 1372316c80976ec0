"""What a 422 says of bad input: the field by its name, and beside it what is wrong."""

from typing import Annotated

import msgspec
import pytest

from chassis.bodies import Body, decode_body
from chassis.problems import FieldError, Problem


class Tag(Body):
    label: Annotated[str, msgspec.Meta(pattern="^[a-z]+$")]


class Thing(Body):
    name: str
    tags: list[Tag] = msgspec.field(default_factory=list)


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        (b'{"name": "a", "more": 1}', "more", "unknown field"),
        (b'{"name": "a", "`more`": 1}', "`more`", "unknown field"),
        (b'{"name": "a", "tags": [{"label": "x", "more": 1}]}', "tags[0].more", "unknown field"),
        (b'{"name": "a", "tags": [{}]}', "tags[0].label", "missing required field"),
        (b'{"name": "a", "tags": [{"label": "5"}]}', "tags[0].label", "Expected `str` of the form in the document"),
        (b'{"name": 1}', "name", "Expected `str`, got `int`"),
        (b"[]", "body", "Expected `object`, got `array`"),
    ],
)
def test_it_names_the_field_beside_what_is_wrong_with_it(body: bytes, field: str, message: str) -> None:
    with pytest.raises(Problem) as caught:
        decode_body(body, msgspec.json.Decoder(Thing))
    assert (caught.value.errors, caught.value.detail) == ((FieldError(field, message),), f"{field}: {message}")

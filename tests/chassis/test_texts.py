"""Names that people can tell from each other and from nothing, in any script."""

import re

import pytest

from chassis.texts import GAPLESS, NAME, VISIBLE

# Among them a flag, and marks that Persian, Hindi and Hebrew need.
_GOOD = [
    "Ada",
    "Ольга",
    "阿达",
    "ع\u200cر",
    "क\u094d\u200dष",
    "דוד\u200f (Ltd)",
    "👩\u200d🚀",
    "❤\ufe0f",
    "🏴\U000e0067",
    "5",
]
_TURNED = [
    "Ada \u202enimda",
    "\u2066Ada",
    "Ada\u2069",
    "\u202aAda\u202c",
    "Ada\u2028",
    "Ada\u0085",
    "A\nda",
    "A\x7fda",
]
_BLANK = [" ", "\u200b", "\u200e \u2060", "\u3164", "\u2800", "\u00ad", "\ufe0f", "\u200d\u200d", "\ufeff", "\u00a0"]


@pytest.mark.parametrize("text", _GOOD)
def test_a_name_in_any_script_is_one(text: str) -> None:
    assert re.search(NAME, text)
    assert re.search(VISIBLE, text)


@pytest.mark.parametrize("text", [*_TURNED, *_BLANK, ""], ids=ascii)
def test_what_shows_nothing_or_turns_what_follows_is_no_name(text: str) -> None:
    assert not re.search(NAME, text)


@pytest.mark.parametrize("text", _BLANK, ids=ascii)
def test_what_shows_nothing_is_blank_and_a_gap(text: str) -> None:
    assert not re.search(VISIBLE, text)
    assert not re.search(GAPLESS, f"a{text}b")

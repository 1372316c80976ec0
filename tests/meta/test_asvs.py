"""docs/asvs.md speaks of each control of ASVS 5.0.0, levels 1 and 2, once, and names nothing that is not there."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "asvs.md").read_text()
# Of each section, the numbers of its controls of the levels 1 and 2.
CONTROLS = """
    1.1 1-2, 1.2 1-9, 1.3 1-11, 1.4 1-3, 1.5 1-2, 2.1 1-3, 2.2 1-3, 2.3 1-4, 2.4 1-1, 3.2 1-2, 3.3 1-4, 3.4 1-6,
    3.5 1-5, 3.7 1-2, 4.1 1-3, 4.2 1-1, 4.3 1-2, 4.4 1-4, 5.1 1-1, 5.2 1-3, 5.3 1-2, 5.4 1-3, 6.1 1-3, 6.2 1-12,
    6.3 1-4, 6.4 1-4, 6.5 1-5, 6.6 1-3, 6.8 1-4, 7.1 1-3, 7.2 1-4, 7.3 1-2, 7.4 1-5, 7.5 1-2, 7.6 1-2, 8.1 1-2,
    8.2 1-3, 8.3 1-1, 8.4 1-1, 9.1 1-3, 9.2 1-4, 10.1 1-2, 10.2 1-2, 10.3 1-4, 10.4 1-11, 10.5 1-5, 10.6 1-2,
    10.7 1-3, 11.1 1-2, 11.2 1-3, 11.3 1-3, 11.4 1-4, 11.5 1-1, 11.6 1-1, 12.1 1-3, 12.2 1-2, 12.3 1-4, 13.1 1-1,
    13.2 1-5, 13.3 1-2, 13.4 1-5, 14.1 1-2, 14.2 1-4, 14.3 1-3, 15.1 1-3, 15.2 1-3, 15.3 1-7, 16.1 1-1, 16.2 1-5,
    16.3 1-4, 16.4 1-3, 16.5 1-3, 17.1 1-1, 17.2 1-4, 17.3 1-2
"""
_SECTION = re.compile(r"(\d+\.\d+) (\d+)-(\d+)")
_ROW = re.compile(r"^\| (\d+\.\d+\.\d[^|]*) \|[^|]*\| (yes|part|no|n/a) \|", re.MULTILINE)
_RANGE = re.compile(r"(\d+\.\d+)\.(\d+) to \1\.(\d+)")


def numbers(section: str, first: str, last: str) -> list[str]:
    return [f"{section}.{number}" for number in range(int(first), int(last) + 1)]


def named() -> Counter[str]:
    """The controls at the beginning of the rows; "1.3.7 to 1.3.11" are five."""
    found: Counter[str] = Counter()
    for row in _ROW.finditer(TEXT):
        for part in row[1].split(", "):
            span = _RANGE.fullmatch(part)
            found.update(numbers(*span.groups()) if span else [part])
    return found


def test_each_control_is_spoken_of_once() -> None:
    expected = {number for span in _SECTION.finditer(CONTROLS) for number in numbers(*span.groups())}
    assert len(expected) == 253
    assert expected - set(named()) == set()
    assert {number for number, times in named().items() if times > 1} == set()


def test_each_file_that_is_named_is_there() -> None:
    paths = re.findall(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:yml|lock)|Dockerfile|\.\w+[.\w]*)`", TEXT)
    assert len(paths) > 100
    assert [path for path in paths if not (ROOT / path).exists()] == []

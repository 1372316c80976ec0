"""The quick start of the README, typed as it stands, gives the answers that it prints."""

import asyncio
import json
import re
import shutil
from asyncio.subprocess import PIPE, STDOUT
from typing import Any

import pytest

from launch.settings import ROOT
from tests.e2e.launched import Launched

_BLOCK = re.compile(r"^```(sh|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_VARYING = [
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
    (r'("(?:access_token|refresh_token|cursor)": ?)"[^"]*"', r'\1"…"'),
    # The first version of a member.
    (r'("version": ?)\d{13}', r"\1 0"),
]
_MARK = "---8<---"


def _blocks() -> list[tuple[str, str]]:
    """Each shell block of the quick start with the answer that follows it, if one does."""
    text = (ROOT / "README.md").read_text().split("## Quick start")[1].split("## Read on")[0]
    found: list[tuple[str, str]] = []
    for kind, content in _BLOCK.findall(text):
        found = [*found, (content, "")] if kind == "sh" else [*found[:-1], (found[-1][0], content)]
    return found


def _values(text: str) -> list[Any]:
    """The JSON values that stand in `text`, one after another, without what varies."""
    for pattern, name in _VARYING:
        text = re.sub(pattern, name, text)
    values: list[Any] = []
    while text := text.lstrip():
        value, end = json.JSONDecoder().raw_decode(text)
        values, text = [*values, value], text[end:]
    return values


@pytest.mark.skipif(shutil.which("curl") is None, reason="the quick start is typed with curl, which is not here")
async def test_the_quick_start_gives_what_it_prints(system: Launched) -> None:
    blocks = _blocks()
    assert sum(bool(answer) for _, answer in blocks) >= 4
    script = f"\necho; echo '{_MARK}'\n".join(code for code, _ in blocks)
    script = script.replace("http://127.0.0.1:8000", system.base)
    shell = await asyncio.create_subprocess_exec("sh", "-eu", stdin=PIPE, stdout=PIPE, stderr=STDOUT)
    output, _ = await shell.communicate(script.encode())
    assert shell.returncode == 0, output.decode()
    for (code, answer), given in zip(blocks, output.decode().split(_MARK), strict=True):
        assert _values(given) == _values(answer), code

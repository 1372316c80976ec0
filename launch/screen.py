"""What the person at the terminal sees: progress, and the one sentence of a failure."""

import contextlib
import sys
import time
from collections.abc import Iterable
from pathlib import Path

_STARTED = time.monotonic()


class LaunchError(Exception):
    """Nothing can run as it stands. The message is the whole of what the person reads: what is wrong, what to do."""


def say(text: str) -> None:
    """Prints `text`. A terminal that has gone away stops nothing."""
    with contextlib.suppress(OSError):
        print(text, flush=True)


def progress(text: str) -> None:
    """Prints one step with the seconds since the start."""
    say(f"  {time.monotonic() - _STARTED:5.1f} s  {text}")


def complain(text: str) -> None:
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr, flush=True)


def shown(path: Path) -> str:
    """The short form of a path that lies under the folder in which the person is."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def table(rows: Iterable[Iterable[str]]) -> str:
    """`rows` as aligned columns."""
    cells = [list(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells]
    return "\n".join(f"  {line.rstrip()}" for line in lines)


def tail(log: Path, lines: int = 3) -> str:
    """The last lines of a log, indented, each cut to a bearable length."""
    with contextlib.suppress(OSError), log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 8192))
        text = file.read().decode(errors="replace")
        found = [line for line in text.splitlines() if line.strip()][-lines:]
        return "".join(f"\n    {line[:300]}" for line in found)
    return ""

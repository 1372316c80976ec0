"""The files of the web client, read once, each also compressed.

All of them stand under the hash of all of them, so a browser keeps them for good and an upgrade shows at once; and
modules find each other by relative addresses, which are then of one build.
"""

import gzip
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

STATIC = Path(__file__).resolve().parent / "static"
_SHELL = STATIC / "index.html"
_ENTRY = STATIC / "app" / "main.js"
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
# Only what stands at the beginning of a statement: `import(…)` is loaded when it is needed.
_IMPORT = re.compile(r"""(?:^|;)(?:import|export)\b[^;'"()]*?["'](\.[^"']+)["']""", re.MULTILINE)


class File(NamedTuple):
    """`packed` is the body as gzip makes it."""

    body: bytes
    packed: bytes
    kind: str


@cache
def files() -> dict[str, File]:
    """By path below the folder of the build."""
    found = (path for path in sorted(STATIC.rglob("*")) if path.suffix in _KINDS)
    return {path.relative_to(STATIC).as_posix(): _read(path.read_bytes(), _KINDS[path.suffix]) for path in found}


@cache
def build() -> str:
    """The hash of all files and of the shell."""
    digest = hashlib.sha256(_SHELL.read_bytes())
    for name, file in files().items():
        digest.update(f"{name}\0{len(file.body)}\0".encode() + file.body)
    return digest.hexdigest()[:16]


@cache
def shell() -> File:
    """The page that all addresses of the client have. It names what is needed at once, so that it comes at once."""
    preloads = "\n".join(f'    <link rel="modulepreload" href="/web/{build()}/{name}">' for name in modules())
    text = _SHELL.read_text().replace("BUILD", build()).replace("    <!-- preloads -->", preloads)
    return _read(text.encode(), "text/html; charset=utf-8")


def modules() -> list[str]:
    """The entry and all that it imports, directly or not; not what it loads later."""
    seen: dict[Path, None] = {}
    waiting = [_ENTRY]
    while waiting:
        path = waiting.pop(0)
        if path not in seen:
            seen[path] = None
            waiting.extend(_imports(path))
    return [path.relative_to(STATIC).as_posix() for path in seen]


def _imports(path: Path) -> Iterator[Path]:
    return ((path.parent / found).resolve() for found in _IMPORT.findall(path.read_text()))


def _read(body: bytes, kind: str) -> File:
    # Without the time in it: the same file is the same bytes.
    return File(body, gzip.compress(body, 9, mtime=0), kind)

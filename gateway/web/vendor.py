"""`make vendor`: brings the pinned libraries of the web client from the npm registry, checked against their hashes.

What a browser loads lies in the repository, so that neither a build nor a start needs a network. To upgrade one,
change its version and its `dist.integrity` here, and run it again.
"""

import base64
import hashlib
import io
import re
import sys
import tarfile
import urllib.request
from pathlib import Path
from typing import NamedTuple

_REGISTRY = "https://registry.npmjs.org"
_SECONDS = 60.0
_BROWSER = Path(__file__).parent / "static" / "vendor"
_TESTS = Path(__file__).parents[2] / "tests" / "web" / "vendor"


class Package(NamedTuple):
    """`files` are those that are taken, by their names in the package; `ending` makes a module of what is none."""

    name: str
    version: str
    integrity: str
    files: dict[str, str]
    folder: Path = _BROWSER
    ending: str = ""


PACKAGES = (
    Package(
        "preact",
        "11.2.0",
        "sha512-/HfHI/7N84e6GrWBJ3J280z3mLaRJiDcSvj/A+y/4AbLnND/1UlGHe1sR6oYuTGwId0nP7dqDU9OnLxMPZ7xBg==",
        {"dist/preact.mjs": "preact.js", "hooks/dist/hooks.mjs": "hooks.js", "LICENSE": "preact.LICENSE"},
    ),
    Package(
        "htm",
        "3.1.1",
        "sha512-983Vyg8NwUE7JkZ6NmOqpCZ+sh1bKv2iYTlUkzlWmA5JD2acKoxd4KVxbMmxX/85mtfdnDmTFoNKcg5DGAvxNQ==",
        {"dist/htm.mjs": "htm.js", "LICENSE": "htm.LICENSE"},
    ),
    Package(
        "@preact/signals",
        "2.11.4",
        "sha512-Rb+5RPo9gWSaHtzJeauhHxiC8KP/IF2DEPkHPEOGOnuy2wnJzRqyeLRankUCYd6ADqtxS6GnWGv6Ie343d8aYw==",
        {"dist/signals.mjs": "signals.js", "LICENSE": "signals.LICENSE"},
    ),
    Package(
        "@preact/signals-core",
        "1.14.5",
        "sha512-vcRv7Ityz5JVmeiVqIluLFzT/PDS/AlhHUpw3/aUWqcVUs6bDGIPXE/6RSC4evBNWYvnniozg5Syfj33al3gkg==",
        {"dist/signals-core.mjs": "signals-core.js", "LICENSE": "signals-core.LICENSE"},
    ),
    Package(
        "marked",
        "18.2.1",
        "sha512-ii4bxCTCqqwpT86XZWgJNs+ZnAIZksmLGYMViWA7PDIXYIeNo1x6cDdX3JOip9NM/cI6p8z57FxliACboTruMA==",
        {"lib/marked.esm.js": "marked.js", "LICENSE": "marked.LICENSE"},
    ),
    Package(
        "dompurify",
        "3.4.18",
        "sha512-ofe3wI/uNm68HInABYFJYqQxRw1EaKAjNdrFVKqjUY+UZurvNd2L/HuQe097s/4RivWiZyP6tT7aoT8atjfhwg==",
        {"dist/purify.min.js": "purify.js", "LICENSE": "purify.LICENSE"},
        ending="export default globalThis.DOMPurify;\n",
    ),
    Package(
        "axe-core",
        "4.14.1",
        "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
        {"axe.min.js": "axe.js", "LICENSE": "axe.LICENSE"},
        folder=_TESTS,
    ),
)
# A browser finds modules by their addresses, and the packages name each other.
_ADDRESSES = {
    '"preact"': '"./preact.js"',
    '"preact/hooks"': '"./hooks.js"',
    '"@preact/signals-core"': '"./signals-core.js"',
}
_SOURCE_MAP = re.compile(r"\n?//# sourceMappingURL=\S+\s*$")


def take(package: Package) -> None:
    """Writes the files of `package`. Raises ValueError if what came is not what is pinned."""
    archive = _download(package)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for source, target in package.files.items():
            member = tar.extractfile(f"package/{source}")
            if member is None:
                raise ValueError(f"{package.name} has no file {source}")
            text = member.read().decode()
            (package.folder / target).write_text(_adapt(text, package) if target.endswith(".js") else text)


def _download(package: Package) -> bytes:
    base = package.name.rpartition("/")[2]
    url = f"{_REGISTRY}/{package.name}/-/{base}-{package.version}.tgz"
    with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310
        archive: bytes = answer.read()
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if found != package.integrity:
        raise ValueError(f"{url} has the hash {found}, and {package.integrity} is pinned")
    return archive


def _adapt(text: str, package: Package) -> str:
    text = _SOURCE_MAP.sub("", text)
    for name, address in _ADDRESSES.items():
        text = text.replace(f"from{name}", f"from{address}").replace(f"from {name}", f"from {address}")
    return f"{text.rstrip()}\n{package.ending}"


if __name__ == "__main__":
    for each in PACKAGES:
        take(each)
        sys.stdout.write(f"{each.name} {each.version}\n")

"""Both are files, read once: the document is generated (`make openapi`), the page is Swagger UI from its package."""

import hashlib
import importlib.util
from functools import cache
from pathlib import Path
from typing import NamedTuple

from quart import Blueprint, Response, request
from quart_schema import hide
from werkzeug.exceptions import NotFound

from gateway.policies.compression import VARIES, is_packable

_HERE = Path(__file__).parent
DOCUMENT = _HERE / "openapi.json"
# The page loads nothing from elsewhere and runs no script but these files. Swagger UI's style sheet holds its icons.
_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
}
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
}

blueprint = Blueprint("document", __name__)


@blueprint.get("/openapi.json")
@hide
async def get_document() -> Response:
    """The OpenAPI 3.1 document of the public API."""
    return await _send(DOCUMENT)


@blueprint.get("/docs")
@hide
async def get_docs() -> Response:
    """A page that shows the document and tries its calls; it needs no network."""
    return await _send(_HERE / "page" / "index.html")


@blueprint.get("/docs/<name>")
@hide
async def get_docs_file(name: str) -> Response:
    """One of the page's files."""
    if name not in _files():
        raise NotFound
    return await _send(_files()[name])


@cache
def _files() -> dict[str, Path]:
    # The package is found and not imported: its files are all that is used of it.
    spec = importlib.util.find_spec("swagger_ui")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package swagger-ui-py is not installed")
    swagger = Path(spec.origin).parent / "static"
    ours = [_HERE / "page" / name for name in ("docs.js", "docs.css")]
    theirs = [swagger / name for name in ("swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png")]
    return {path.name: path for path in (*ours, *theirs)}


class _File(NamedTuple):
    body: bytes
    kind: str
    etag: str


@cache
def _read(path: Path) -> _File:
    body = path.read_bytes()
    return _File(body, _KINDS[path.suffix], hashlib.sha256(body).hexdigest()[:32])


async def _send(path: Path) -> Response:
    """The file, or 304 when the client has it; a client asks each time, so that an upgrade shows at once."""
    file = _read(path)
    response = Response(file.body, content_type=file.kind, headers=_HEADERS)
    response.set_etag(file.etag, weak=True)
    await response.make_conditional(request)
    if response.status_code == 304 and is_packable(file.kind, len(file.body)):
        response.headers.add(*VARIES)
    return response

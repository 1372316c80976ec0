"""Where the web client is served: its pages, which are one shell, and the files of its build."""

from quart import Blueprint, Response, request
from quart_schema import hide
from werkzeug.exceptions import NotFound

from gateway.web.files import File, build, files, shell

# The paths that the client's router knows (`static/app/routes.js`). What is none of them stays a 404 of the API.
PAGES = (
    "/",
    "/sign-in",
    "/register",
    "/account",
    "/console",
    "/invite/<code>",
    "/rooms/<uuid:room_id>",
    "/rooms/<uuid:room_id>/<any(list,members,invites,activity,trash,settings):screen>",
    "/tasks/<uuid:task_id>",
)
FILES = "/web/<build_id>/<path:name>"
# No script and no style but our files, also none that a library would make from a text: what becomes HTML has been
# through the sanitizer, which is the one policy for that.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types dompurify",
    )
)
_FOR_GOOD = "public, max-age=31536000, immutable"

blueprint = Blueprint("web", __name__)


async def get_page(**_: object) -> Response:
    """The shell, which draws the screen of its address."""
    response = _send(shell())
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = _POLICY
    response.set_etag(f"{build()}-{response.content_encoding or 'plain'}")
    return await response.make_conditional(request)


for _number, _page in enumerate(PAGES):
    blueprint.add_url_rule(_page, f"page_{_number}", hide(get_page))


@blueprint.get(FILES)
@hide
async def get_file(build_id: str, name: str) -> Response:
    """A file of the build that is served; a page of another build is to be loaded again."""
    file = files().get(name)
    if file is None or build_id != build():
        raise NotFound
    response = _send(file)
    response.headers["Cache-Control"] = _FOR_GOOD
    return response


def _send(file: File) -> Response:
    is_packed = request.accept_encodings.quality("gzip") > 0
    response = Response(file.packed if is_packed else file.body, content_type=file.kind)
    if is_packed:
        response.content_encoding = "gzip"
    response.vary.add("Accept-Encoding")
    return response

"""Large answers are compressed for clients that take it.

Only what is read, and only under a weak ETag or none: a strong one names these bytes.
"""

import asyncio
import gzip

from quart import Quart, Response, request

_LEAST_BYTES = 1024
# Beyond this, others wait too long for the event loop.
_LARGE_BYTES = 64 * 1024
# The second level costs half as much again, and saves a few percent.
_LEVEL = 1


def register(app: Quart) -> None:
    @app.after_request
    async def compress(response: Response) -> Response:
        if not _is_worth_it(response):
            return response
        response.headers.add("Vary", "Accept-Encoding")
        if _takes_gzip():
            response.set_data(await _compress(await response.get_data(as_text=False)))
            response.headers["Content-Encoding"] = "gzip"
        return response


def _is_worth_it(response: Response) -> bool:
    return (
        response.status_code == 200
        and request.method in {"GET", "HEAD"}
        and response.content_type == "application/json"
        and (response.content_length or 0) >= _LEAST_BYTES
        and not response.headers.get("ETag", "W/").startswith('"')
        and "Content-Encoding" not in response.headers
    )


def _takes_gzip() -> bool:
    """`gzip` as a client names it, and no preference: what it takes with `q=0` it does not take."""
    return request.accept_encodings.quality("gzip") > 0


async def _compress(body: bytes) -> bytes:
    if len(body) > _LARGE_BYTES:
        return await asyncio.to_thread(gzip.compress, body, _LEVEL, mtime=0)
    return gzip.compress(body, _LEVEL, mtime=0)

"""Large answers are compressed for clients that take it.

Only what is read, and only under a weak ETag or none: a strong one names these bytes.
"""

import asyncio
import gzip
from collections.abc import Callable

from backports import zstd
from quart import Quart, Response, request

VARIES = ("Vary", "Accept-Encoding")
_LEAST_BYTES = 1024
# Beyond this, others wait too long for the event loop.
_LARGE_BYTES = 64 * 1024


def _gzip(body: bytes) -> bytes:
    # The second level costs half as much again, and saves a few percent.
    return gzip.compress(body, 1, mtime=0)


# Of those that a client likes as well, the first: it packs more tightly, and takes half the time.
_PACKINGS: dict[str, Callable[[bytes], bytes]] = {"zstd": zstd.compress, "gzip": _gzip}


def register(app: Quart) -> None:
    @app.after_request
    async def compress(response: Response) -> Response:
        if not _is_worth_it(response):
            return response
        response.headers.add(*VARIES)
        if packing := _choose():
            response.set_data(await _pack(packing, await response.get_data(as_text=False)))
            response.headers["Content-Encoding"] = packing
        return response


def is_packable(kind: str | None, length: int) -> bool:
    """Whether some get it compressed. The 304 in the place of such an answer has `VARIES` as well."""
    return length >= _LEAST_BYTES and kind == "application/json"


def _is_worth_it(response: Response) -> bool:
    return (
        response.status_code == 200
        and request.method in {"GET", "HEAD"}
        and is_packable(response.content_type, response.content_length or 0)
        and not response.headers.get("ETag", "W/").startswith('"')
        and "Content-Encoding" not in response.headers
    )


def _choose() -> str | None:
    """What the client likes best; what it takes with `q=0` it does not take."""
    taken = request.accept_encodings
    best = max(_PACKINGS, key=taken.quality)
    return best if taken.quality(best) > 0 and taken.quality(best) >= taken.quality("identity") else None


async def _pack(packing: str, body: bytes) -> bytes:
    pack = _PACKINGS[packing]
    return await asyncio.to_thread(pack, body) if len(body) > _LARGE_BYTES else pack(body)

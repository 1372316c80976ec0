"""Conditional writes: `If-Match` holds the version that the client has seen, as the `ETag` gave it.

@blueprint.patch("/v1/things/<uuid:thing_id>")
@conditional
@accepts(ThingEdit)
@answers(Thing)
async def edit_thing(edit: ThingEdit, thing_id: UUID) -> Thing:
    base = seen_version()
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Annotated, Any

import msgspec
from quart import request

from chassis.bodies import documents_headers, refuses
from chassis.problems import Problem, invalid

Handler = Callable[..., Awaitable[Any]]
# Of a resource, in the document: generated clients would take 32 bits for it, and that of a member needs more.
Version = Annotated[int, msgspec.Meta(extra_json_schema={"format": "int64"})]

# One: a version tells more than whether it is the newest, so a list of them would not say which is meant.
# A proxy that compresses what it passes on may have made it weak; it is the same version.
_ETAG = re.compile(r'(?:W/)?"(?P<version>[0-9]{1,18})"')


class VersionHeader(msgspec.Struct):
    """The header of a conditional write."""

    if_match: (
        Annotated[
            str,
            msgspec.Meta(
                pattern=r'^(\*|(W/)?"[0-9]{1,18}")$',
                description="The `ETag` of the resource as you have seen it. Where what this request changes was "
                "changed since, by anybody, it is refused with 412; other changes are kept.",
            ),
        ]
        | None
    ) = None


def conditional(handler: Handler) -> Handler:
    """Documents that the handler takes `If-Match`."""
    when = "The same `fields` were changed since (`conflict`); `current` is the resource as it is now."
    return documents_headers(VersionHeader)(refuses(412, when)(handler))


def seen_version() -> int | None:
    """The version in `If-Match`; None if any will do. Raises a 422 problem for what is no version."""
    text = request.headers.get("If-Match", "*").strip()
    if text == "*":
        return None
    match = _ETAG.fullmatch(text)
    if match is None:
        raise invalid("If-Match", "is not one ETag of this API")
    return int(match["version"])


def written_since(seen: int | None, current: int, versions: Mapping[str, int]) -> set[str]:
    """Which fields were written after version `seen` (None: it may be any), by the version in which each was last.

    All, if the resource has not come so far: its database was restored, and what came since is unseen.
    """
    if seen is None:
        return set()
    return {field for field, version in versions.items() if version > seen or seen > current}


def conflict(fields: Iterable[str], current: msgspec.Struct | None) -> Problem:
    """412: `fields` were changed since the version that the client has seen; `current` is None if it is gone."""
    names = sorted(fields)
    detail = f"Changed since the version you have seen: {', '.join(names)}."
    return Problem(412, "conflict", detail, fields=names, current=current)

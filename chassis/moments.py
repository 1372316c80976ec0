"""Times, each with a zone. Those that come in, in bodies, queries and cursors, are ones that can be told in any."""

from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta, UnsetType

from chassis.problems import invalid

# A time without a zone can be compared with no other.
Moment = Annotated[datetime, Meta(tz=True)]

# Room for any offset at both ends, so that a time can always be told in UTC.
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST = datetime(9999, 1, 1, tzinfo=UTC)


def check_moment(field: str, moment: datetime | UnsetType | None) -> None:
    """Raises a 422 problem on `field` for a time that no calendar needs."""
    if isinstance(moment, datetime) and not _EARLIEST <= moment < _LATEST:
        raise invalid(field, "lies outside the years 1900 to 9998")

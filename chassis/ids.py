"""Ids are UUIDs of version 7: they sort by the time they were made, so an index on them stays compact."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    return uuid7()

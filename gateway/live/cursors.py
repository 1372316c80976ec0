"""A client's cursor: a position in the feed of each service."""

from typing import NamedTuple

from chassis import pages
from chassis.feed import Position, positions

SERVICES = ("keys", "rooms", "tasks", "users")


class Cursor(NamedTuple):
    """How far each feed has been read."""

    keys: Position
    rooms: Position
    tasks: Position
    users: Position

    def at(self, service: str) -> Position:
        place: Position = getattr(self, service)
        return place

    def moved(self, **places: Position) -> "Cursor":
        return self._replace(**places)


def encode(cursor: Cursor) -> str:
    return pages.encode([str(place) for place in cursor])


def decode(text: str, field: str = "after") -> Cursor:
    """Raises a 422 problem on `field`."""
    places = pages.decode(text, tuple[str, str, str, str], field=field) or ()
    return Cursor(*(positions.parse(place, field) for place in places))

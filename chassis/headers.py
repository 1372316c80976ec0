"""The headers of a request, looked up by name: werkzeug's own go through all of them for each that is asked for."""

from functools import lru_cache
from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.exceptions import BadRequestKeyError

_LONGEST = 64


class ReceivedHeaders(Headers):
    """`pairs` have names in small letters; `client` is the address that Quart keeps beside them."""

    def __init__(self, pairs: list[tuple[bytes, bytes]], client: tuple[str, int] | None) -> None:
        super().__init__()
        self._list = [("Remote-Addr", client[0] if client else "<local>")]
        self._list += [(_name(name), value.decode("latin-1")) for name, value in pairs]
        # The first of each name counts, as it does in werkzeug.
        self._first = dict(reversed(self._list))

    def get(self, key: str, default: Any = None, type: Any = None) -> Any:  # type: ignore[override]  # noqa: A002
        """Most that is asked for is not there: an exception for each would cost more than the search."""
        value = self._first.get(key.title())
        return default if value is None else value if type is None else super().get(key, default, type)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key.title() in self._first

    def _get_key(self, key: str) -> str:
        try:
            return self._first[key.title()]
        except KeyError:
            raise BadRequestKeyError(key) from None


def _name(name: bytes) -> str:
    # Anybody can make up a long one, and it would be kept.
    return _remembered(name) if len(name) <= _LONGEST else _title(name)


def _title(name: bytes) -> str:
    return name.decode("latin-1").title()


_remembered = lru_cache(1024)(_title)

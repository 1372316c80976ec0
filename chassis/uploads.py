"""A request body that is too large is read to its end before it is refused.

A client that still sends when the connection closes sees a broken connection instead of the 413.
"""

from collections.abc import Generator
from typing import Any

from quart import Request
from quart.wrappers.request import Body
from werkzeug.exceptions import RequestEntityTooLarge

# Beyond so many times the limit nobody's answer is worth the reading.
_PATIENCE = 32


class PatientBody(Body):
    def __init__(self, expected_content_length: int | None, max_content_length: int | None) -> None:
        super().__init__(None, None)
        self._limit = max_content_length or 0
        self._size = 0
        if (expected_content_length or 0) > _PATIENCE * self._limit:
            self._size = self._limit + 1
            self.set_complete()

    @property
    def is_whole(self) -> bool:
        """Whether nothing more of it is to come."""
        return self._complete.is_set()

    def append(self, data: bytes) -> None:
        self._size += len(data)
        if self._size <= self._limit:
            super().append(data)
        elif self._size > _PATIENCE * self._limit:
            self.set_complete()

    def __await__(self) -> Generator[Any, None, Any]:
        data = yield from super().__await__()
        if self._size > self._limit:
            raise RequestEntityTooLarge
        return data


class PatientRequest(Request):
    body_class = PatientBody
    body: PatientBody

    async def get_data(self, *args: Any, **kwargs: Any) -> Any:
        """A body that is there needs no timer, and no task to wait for it."""
        if self.body.is_whole and kwargs == {"as_text": False} and not args:
            return await self.body
        return await super().get_data(*args, **kwargs)

"""How long a request may take. A client may ask for less time than the setting gives, never for more."""

import re

from quart import request

from chassis import deadlines
from chassis.problems import invalid

HEADER = "TaskSync-Timeout"
_SECONDS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")


def start_clock(seconds: float) -> None:
    """Starts the request's time: `seconds`, or less if its header says so. Raises a 422 or 504 problem."""
    given = request.headers.get(HEADER)
    if given is not None:
        seconds = min(seconds, _parse(given))
    deadlines.begin(seconds)


def _parse(text: str) -> float:
    if not _SECONDS.fullmatch(text) or not float(text):
        raise invalid(HEADER, "is not a number of seconds, such as 1.5")
    return float(text)

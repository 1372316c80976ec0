"""Looks over one service where it runs, with its own settings: a line each of what is wrong, and what to do."""

from typing import NamedTuple


class Finding(NamedTuple):
    """What was looked at. `wrong` is empty if it is well; else what is wrong, and `remedy` what to do about it."""

    subject: str
    wrong: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        return f"WRONG  {self.subject}: {self.wrong}. {self.remedy}" if self.wrong else f"ok     {self.subject}"

"""A place in a feed: `epoch.xid.seq`. Everything at or before it has been read."""

from typing import NamedTuple

from chassis.problems import Problem, invalid


class Position(NamedTuple):
    """`epoch` names the history of the database: another one begins when it is restored. `xid` is the transaction,
    and `seq` the change in it; the pair is the order of the feed."""

    epoch: str
    xid: int
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}.{self.xid}.{self.seq}"

    def reached(self, other: "Position") -> bool:
        """Whether what is at `other` has been read here."""
        return self.epoch == other.epoch and (self.xid, self.seq) >= (other.xid, other.seq)


def parse(text: str, field: str = "after") -> Position:
    """Raises a 422 problem on `field` for what is no position."""
    epoch, _, rest = text.partition(".")
    xid, _, seq = rest.partition(".")
    if not (epoch and xid.isdecimal() and seq.isdecimal() and len(text) <= 64):
        raise invalid(field, "is not a position of this feed")
    return Position(epoch, int(xid), int(seq))


def resync() -> Problem:
    """410: what is asked for is not kept any more, or is of another history. Nothing is left out in silence."""
    detail = "The changes after this cursor are not kept: load the view again, and go on from its cursor."
    return Problem(410, "resync", detail)

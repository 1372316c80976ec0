"""What a statement of PostgreSQL saw, as a `pg_snapshot` tells it: xmin:xmax:those under way.

Numbers of transactions that came to nothing are given out again after a crash. So what is kept of a snapshot goes no
further than the last transaction that wrote what it is about: that number is on the disk.
"""

# The rows of a copy may have numbers that are still to come.
_LAST = """coalesce((
               SELECT xid
               FROM {table}
               WHERE xid < pg_snapshot_xmax(pg_current_snapshot())
               ORDER BY xid DESC
               LIMIT 1
           ), '0')::text"""


def last_of(table: str) -> str:
    """The SQL of the number of the last transaction in `table` that is seen."""
    return _LAST.format(table=table)


def cut(snapshot: str, last: str) -> str:
    """The same, but that it has seen nothing after `last`."""
    lowest, highest, under_way = _parse(snapshot)
    end = int(last) + 1
    kept = ",".join(str(xid) for xid in under_way if xid < end)
    return f"{min(lowest, end)}:{min(highest, end)}:{kept}"


def saw(snapshot: str, xid: int) -> bool:
    """Whether that transaction is visible in it."""
    lowest, highest, under_way = _parse(snapshot)
    return xid < lowest or (xid < highest and xid not in under_way)


def _parse(snapshot: str) -> tuple[int, int, list[int]]:
    lowest, highest, under_way = snapshot.split(":")
    return int(lowest), int(highest), [int(xid) for xid in under_way.split(",") if xid]

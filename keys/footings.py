"""What rights were found to stand on lately, so that the next claim of the same person need not look first.

It decides nothing. A claim is made only while each membership is of the version that is remembered, and its user and
its room live; if one is not, all is found anew, and refused as ever.
"""

import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from quart import current_app

from chassis.database import Row
from keys import roles
from keys.client.models import Need, Role
from keys.rights import Footing, reaches
from keys.roles import Standing

EXTENSION = "tasksync.footings"
_MOST = 10_000
# A database that is restored counts its versions anew.
_KEPT_SECONDS = 10.0


class _Found(NamedTuple):
    footing: Footing
    role: Role
    until: float


class Footings:
    """Of one process. They are by user and room."""

    def __init__(self) -> None:
        self._found: OrderedDict[tuple[UUID, UUID], _Found] = OrderedDict()

    def keep(self, needs: Sequence[Need], rows: Sequence[Row], caller: UUID | None) -> None:
        """`rows` are the standings behind `needs`, on which something was made."""
        until = time.monotonic() + _KEPT_SECONDS
        for need, row in zip(needs, rows, strict=True):
            if caller is not None and need.user in {None, caller}:
                footing = Footing(row["member_id"], row["version"])
                self._found[caller, row["room_id"]] = _Found(footing, row["role"], until)
        while len(self._found) > _MOST:
            self._found.popitem(last=False)

    def recall(self, needs: Sequence[Need], user: UUID) -> dict[Footing, UUID] | None:
        """What all of `needs` stand on, and its rooms; None if that is to be found, as what hangs on a task is."""
        recalled = {}
        for need in needs:
            found = self._recall(need, user)
            if found is None:
                return None
            recalled[found] = need.on.id
        return recalled

    def _recall(self, need: Need, user: UUID) -> Footing | None:
        found = self._found.get((user, need.on.id))
        if found is None or found.until < time.monotonic() or not _is_plain(need, user):
            return None
        return found.footing if roles.allows(Standing(found.role), need.action) and reaches(need.on.id) else None


def current_footings() -> Footings:
    footings: Footings = current_app.extensions[EXTENSION]
    return footings


def _is_plain(need: Need, user: UUID) -> bool:
    return need.on.type == "room" and need.user in {None, user} and need.grants is None and need.membership is None

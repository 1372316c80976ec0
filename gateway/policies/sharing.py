"""Limits that all gateways hold together: each tells `users` who spent much, and learns what the others let through.

No request waits for it. While `users` is away each gateway goes by what it knows, and tells the rest later. A report
whose answer is lost is sent again, and may so count twice: that holds somebody back for a moment, and opens nothing.
"""

import msgspec

from chassis.peers import Peer
from gateway.policies.limits import Limits

SHARE_SECONDS = 0.5
_MOST = 500


class _Owed(msgspec.Struct):
    """For each in turn the seconds until the quota is whole again, over all gateways."""

    items: list[float]


class Sharing:
    """What `limits` of this gateway tells the others, and learns of them."""

    def __init__(self, limits: Limits, users: Peer) -> None:
        self._limits, self._users = limits, users

    async def share(self) -> None:
        """Asks nothing if nobody spent much. Raises the errors of `chassis.peers`."""
        told = self._limits.due(_MOST)
        if not told:
            return
        items = [(*each.key, each.seconds) for each in told]
        answer = await self._users.call("POST", "/internal/limits/spent", body=msgspec.json.encode({"items": items}))
        owed = self._users.decode(answer, _Owed)
        for spending, seconds in zip(told, owed.items, strict=True):
            self._limits.settle(spending, seconds)

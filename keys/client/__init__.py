"""What the other services know of Keys.

    access = await keys.require(Need(action="task.edit", on=task(task_id)))

    async with keys.referring(new=[task(id)], links=[...], needs=[...]) as claim:
        async with database.transaction() as connection:
            await claim.land(connection)
            await queries.insert_task(connection, ...)

    await keys.bury(room(id), needs=[...])

A read needs none of these: the gateway brings a grant, and `require_granted` verifies it on the spot.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from chassis.database import Database
from chassis.idempotency import BEFORE_REPLAY
from chassis.passport import PassportOffice
from chassis.peers import HttpTransport
from chassis.peers.streaming import LineStream
from chassis.service import Lifespan, connect_peer
from chassis.settings import DatabaseSettings, Secret
from keys.client import claims, follower, grants, stamps
from keys.client.claims import Claim
from keys.client.follower import Apply, Change, following
from keys.client.grants import allow_feed, granted_role, granted_rooms, is_granted, require_granted
from keys.client.hearing import Hearing
from keys.client.keys import EXTENSION, LINK_HEADER, NEED_HEADER, Keys, current_keys
from keys.client.models import (
    Access,
    ClaimBody,
    Grant,
    Link,
    Need,
    Node,
    Role,
    comment,
    roles_up_to,
    room,
    task,
    user,
)
from keys.client.sweeper import sweeping


class KeysSettings(DatabaseSettings, frozen=True, kw_only=True):
    """What a service that speaks with Keys reads besides its own."""

    keys_url: str
    grant_secret: Secret


class Connected(NamedTuple):
    """What an app needs to speak with Keys: hand each to `create_service`, and the app to `stamping`."""

    extensions: dict[str, object]
    transport: HttpTransport
    lifespans: list[Lifespan]
    stamping: Callable[..., None]


def connect_keys(service: str, settings: KeysSettings, database: Database, apply: Apply) -> Connected:
    """Connects `service` to Keys. `apply` removes its rows when what they refer to, or they themselves, went."""
    office = PassportOffice(service, settings.passport_secret)
    peer, transport = connect_peer("keys", settings.keys_url, office, settings)
    keys = Keys(peer, database)
    extensions: dict[str, object] = {
        EXTENSION: keys,
        BEFORE_REPLAY: keys.catch_up,
        grants.EXTENSION: grants.grant_seal(settings.grant_secret),
    }
    hearing = Hearing(LineStream("keys", settings.keys_url, office))
    extensions[grants.HEARING] = hearing
    lifespans = [
        hearing.run,
        keys.confirmations.run,
        keys.ahead.run,
        *sweeping(peer, database),
        following(peer, database, apply, hearing.news),
    ]
    return Connected(extensions, transport, lifespans, partial(stamps.register, peer=peer))


__all__ = [
    "LINK_HEADER",
    "NEED_HEADER",
    "Access",
    "Change",
    "Claim",
    "ClaimBody",
    "Connected",
    "Grant",
    "Keys",
    "KeysSettings",
    "Link",
    "Need",
    "Node",
    "Role",
    "allow_feed",
    "claims",
    "comment",
    "connect_keys",
    "current_keys",
    "follower",
    "granted_role",
    "granted_rooms",
    "is_granted",
    "require_granted",
    "roles_up_to",
    "room",
    "task",
    "user",
]

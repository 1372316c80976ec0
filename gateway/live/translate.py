"""What the services log, as clients are told of it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
from msgspec import Raw

from chassis.peers import Peer
from gateway.live.models import NOTHING, Change, Item, MemberRecord, Operation

_MEMBER_OPERATIONS: dict[str, Operation] = {"created": "create", "updated": "update", "dropped": "delete"}
_OWN_KINDS: dict[str, frozenset[str]] = {
    "rooms": frozenset({"room"}),
    "tasks": frozenset({"task", "comment"}),
    "users": frozenset({"account"}),
}
_PROFILES = 200


class _Named(msgspec.Struct):
    id: UUID


class _Profiles(msgspec.Struct):
    items: list[Raw]


def losses(service: str, items: Sequence[Item]) -> list[tuple[Item, Change]]:
    """The rights that were lost. Nobody need be asked for a name to tell of them."""
    if service != "keys":
        return []
    told = [(item, _of_keys(item, {})) for item in items if item.is_gone]
    return [(item, change) for item, change in told if change is not None]


async def translate(users: Peer, service: str, items: Sequence[Item]) -> list[tuple[Item, Change | None]]:
    """Each item with its change, or with None if it is nothing to clients.

    Raises the errors of `chassis.peers`: the names of members are asked of `users`.
    """
    if service != "keys":
        return [
            (item, _change(item, item.kind, item.id) if item.kind in _OWN_KINDS[service] else None) for item in items
        ]
    profiles = await _profiles(users, [item.user_id for item in items if item.user_id and not item.is_gone])
    return [(item, _of_keys(item, profiles)) for item in items]


def as_room(change: Change) -> Change:
    """A membership of one's own that came or went, told as its room."""
    return msgspec.structs.replace(change, kind="room", id=change.room_id, record=NOTHING)


def _change(item: Item, kind: str, entity: UUID, op: str | None = None, record: Raw | None = None) -> Change:
    return Change(
        room_id=item.room_id,
        kind=kind,  # type: ignore[arg-type]
        id=entity,
        op=op or item.op,  # type: ignore[arg-type]
        version=item.version,
        actor=item.actor,
        at=item.at,
        request_id=item.request_id,
        record=record or item.record,
    )


def _of_keys(item: Item, profiles: Mapping[UUID, Raw]) -> Change | None:
    if (item.kind, item.op) == ("room", "buried"):
        return _change(item, "room", item.id, "delete")
    if item.kind != "member" or item.user_id is None:
        return None
    op = _MEMBER_OPERATIONS[item.op]
    if item.is_gone:
        return _change(item, "member", item.user_id, op)
    profile = profiles.get(item.user_id)
    # Whose account is gone has a deletion coming.
    return None if profile is None else _change(item, "member", item.user_id, op, _member(item, profile))


def _member(item: Item, profile: Raw) -> Raw:
    link = msgspec.json.decode(item.record, type=MemberRecord)
    member = {"user": profile, "role": link.role, "since": link.since, "version": item.version}
    return Raw(msgspec.json.encode(member))


async def _profiles(users: Peer, ids: Sequence[UUID]) -> dict[UUID, Raw]:
    wanted, found = list(dict.fromkeys(ids)), dict[UUID, Raw]()
    for start in range(0, len(wanted), _PROFILES):
        params = {"ids": ",".join(map(str, wanted[start : start + _PROFILES]))}
        answer = await users.call("GET", "/internal/profiles", params=params)
        for raw in msgspec.json.decode(answer.body, type=_Profiles).items:
            found[msgspec.json.decode(raw, type=_Named).id] = raw
    return found

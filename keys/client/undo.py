"""What takes a change of a member back: Keys does it, rooms offers it to who joined, the gateway names the member."""

from uuid import UUID

import msgspec

from keys.client.models import Role


class _OfMember(msgspec.Struct, frozen=True, array_like=True):
    room_id: UUID
    user_id: UUID


class MemberCame(_OfMember, frozen=True, array_like=True, tag="came"):
    """Taken back by removing the member, if the membership is still this one, at this version."""

    link_id: UUID
    version: int


class RoleSet(_OfMember, frozen=True, array_like=True, tag="role"):
    """Taken back by the role of `before`, if the membership is still this one, at this version."""

    link_id: UUID
    version: int
    before: Role


class MemberWent(_OfMember, frozen=True, array_like=True, tag="went"):
    """Taken back by bringing the member in again, with the same role, unless they came back since or went again."""

    role: Role
    # None in a token of an older version.
    link_id: UUID | None = None


MemberWork = MemberCame | RoleSet | MemberWent
SERVICE = "keys"

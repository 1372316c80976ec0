"""Takes changes of membership back: each by the opposite change, with its rights and the rule of the last owner."""

from uuid import UUID

from chassis.database import Connection
from keys import membership
from keys.client.undo import MemberWent, MemberWork, RoleSet
from keys.models import MemberLink


async def take_back(connection: Connection, work: MemberWork, caller: UUID) -> MemberLink | None:
    """The member as it is then; None if it is none any more. Raises a 412 problem if others changed it since."""
    if isinstance(work, MemberWent):
        return await membership.add(connection, work.room_id, work.user_id, work.role, caller, undoing=work)
    room_id, user_id, seen = work.room_id, work.user_id, work.version
    if isinstance(work, RoleSet):
        return await membership.set_role(connection, room_id, user_id, work.before, caller, seen, link=work.link_id)
    await membership.remove(connection, room_id, user_id, caller, seen, link=work.link_id)
    return None

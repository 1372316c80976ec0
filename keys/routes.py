"""The table of contents of Keys."""

from typing import Annotated
from uuid import UUID

import msgspec
from quart import Blueprint, Response, request
from quart_schema import hide, tag

from chassis.bodies import accepts, answers, answers_nothing, asks, decode_body, read_json
from chassis.database import current_database
from chassis.idempotency import idempotent, kept_answer, remember
from chassis.metrics import routine
from chassis.passport import caller, current_passport
from chassis.problems import forbidden
from chassis.undo import current_undo, undoable
from chassis.versions import seen_version
from keys import ahead, burial, looks, membership, references, rights, roles, undo
from keys.client.ahead import AheadBody
from keys.client.confirming import Landed
from keys.client.grants import current_seal
from keys.client.keys import BuryBody, StampBody
from keys.client.models import Access, ClaimBody, Need, Shown, room
from keys.client.undo import MemberWork
from keys.footings import current_footings
from keys.models import (
    AccessQuery,
    Asked,
    ClaimsQuery,
    Explanation,
    LinkRole,
    Look,
    LookBody,
    MemberCount,
    MemberLink,
    MemberResult,
    MemberResults,
    MembershipPage,
    NamedMember,
    NewMemberLink,
    OpenClaims,
    PageQuery,
    Standings,
    UndoMember,
)
from keys.queries import claims, members, stamps
from keys.roles import RoleTable

blueprint = Blueprint("keys", __name__)
_needs = msgspec.json.Decoder(Annotated[list[Need], msgspec.Meta(min_length=1)])
_stamps = msgspec.json.Decoder(StampBody)
_asked = msgspec.json.Decoder(Annotated[list[Asked], msgspec.Meta(max_length=200)])


@blueprint.get("/v1/roles")
@tag(["Rights"])
@answers(RoleTable)
async def get_roles() -> RoleTable:
    """What each role may do."""
    return roles.TABLE


@blueprint.get("/v1/rooms/<uuid:room_id>/access")
@tag(["Rights"])
@asks(AccessQuery)
@answers(Explanation)
async def explain_access(query: AccessQuery, room_id: UUID) -> Explanation:
    """Whether a member may do an action in the room, and which link or rule decides it."""
    async with current_database().connection() as connection:
        await rights.find(connection, room(room_id), caller())
        return await rights.explain(connection, room(room_id), query.user or caller(), query.action)


@blueprint.post("/internal/looks")
@hide
@accepts(LookBody)
@answers(Look)
async def look(body: LookBody) -> Look:
    async with current_database().connection() as connection:
        return await looks.look(connection, body, caller(), current_seal())


@blueprint.get("/internal/memberships")
@hide
@asks(PageQuery)
@answers(MembershipPage)
async def list_memberships(query: PageQuery) -> MembershipPage:
    async with current_database().connection() as connection:
        return await looks.memberships(connection, query, caller(), current_seal())


@blueprint.get("/internal/rooms/<uuid:room_id>/counts")
@hide
@answers(MemberCount)
async def count_members(room_id: UUID) -> MemberCount:
    async with current_database().connection() as connection:
        await rights.find(connection, room(room_id), caller())
        return MemberCount(await members.count(connection, room_id))


@blueprint.post("/internal/rooms/<uuid:room_id>/members")
@hide
@undoable
@idempotent()
@accepts(NewMemberLink)
@answers(NamedMember, 201)
async def add_member(body: NewMemberLink, room_id: UUID) -> NamedMember:
    async with current_database().transaction() as connection:
        added = await membership.add(connection, room_id, body.user_id, body.role, caller())
        return await remember(connection, NamedMember(body.user, added.role, added.since, added.version))


@blueprint.get("/internal/answers")
@hide
async def find_answer() -> Response:
    """What the gateway asks before it composes a write that came with a key."""
    return await kept_answer()


@blueprint.post("/internal/undo")
@hide
@undoable
@idempotent()
@accepts(UndoMember)
@answers(MemberResults)
async def undo_change(body: UndoMember) -> MemberResults:
    work: MemberWork = current_undo().open(body.token, MemberWork)  # type: ignore[arg-type]
    async with current_database().transaction() as connection:
        left = await undo.take_back(connection, work, caller())
        member = None if left is None else NamedMember(body.user, left.role, left.since, left.version)
        return await remember(connection, MemberResults([MemberResult(member)]))


@blueprint.put("/internal/rooms/<uuid:room_id>/members/<uuid:user_id>")
@hide
@undoable
@accepts(LinkRole)
@answers(MemberLink)
async def set_role(body: LinkRole, room_id: UUID, user_id: UUID) -> MemberLink:
    seen = seen_version()
    async with current_database().transaction() as connection:
        return await membership.set_role(connection, room_id, user_id, body.role, caller(), seen)


@blueprint.delete("/v1/rooms/<uuid:room_id>/members/<uuid:user_id>")
@hide
@undoable
@answers_nothing
async def remove_member(room_id: UUID, user_id: UUID) -> None:
    seen = seen_version()
    async with current_database().transaction() as connection:
        await membership.remove(connection, room_id, user_id, caller(), seen)


@blueprint.post("/internal/needs")
@hide
@answers(Access)
async def check_needs() -> Access:
    needs = decode_body(await read_json(), _needs)
    async with current_database().transaction() as connection:
        return (await rights.require(connection, needs, caller()))[-1]


@blueprint.post("/internal/claims")
@hide
@accepts(ClaimBody)
@answers(Shown)
async def make_claim(body: ClaimBody) -> Shown | Response:
    passport, database = current_passport(), current_database()
    async with database.connection() if references.is_one_statement(body) else database.transaction() as connection:
        shown = await references.make(connection, body, passport.service, passport.user, current_footings())
    return shown or Response(status=204)


@blueprint.post("/internal/claims/ahead")
@hide
@accepts(AheadBody)
@answers_nothing
async def make_claims_ahead(body: AheadBody) -> None:
    async with current_database().connection() as connection:
        await ahead.make(connection, body.claims, current_passport().service, caller(), current_footings())


@blueprint.post("/internal/claims/<uuid:claim_id>/confirm")
@hide
@answers_nothing
async def confirm_claim(claim_id: UUID) -> None:
    body: bytes = await request.get_data(as_text=False)  # type: ignore[assignment]
    written = decode_body(body, _stamps).of if body else []
    async with current_database().connection() as connection:
        await claims.confirm(connection, [claim_id], written, current_passport().user)


@blueprint.post("/internal/claims/confirm")
@hide
@accepts(Landed)
@answers_nothing
async def confirm_claims(landed: Landed) -> None:
    """Of claims that show already, when their writes have been answered; those that were not used are given up."""
    async with current_database().connection() as connection:
        await claims.confirm(connection, landed.ids, [], None)
    if landed.unused:
        async with current_database().transaction() as connection:
            await claims.give_up(connection, landed.unused)


@blueprint.post("/internal/stamps")
@hide
@accepts(StampBody)
@answers_nothing
async def stamp_rooms(written: StampBody) -> None:
    async with current_database().connection() as connection:
        await stamps.stamp(connection, written.of)


@blueprint.post("/internal/standings")
@hide
@answers(Standings)
async def list_standings() -> Standings:
    """Roles for a gateway, of several callers at once, without grants: it shows what it remembers."""
    asked = decode_body(await read_json(), _asked)
    if current_passport().service != "gateway" or current_passport().user is not None:
        raise forbidden("standings")
    async with current_database().connection() as connection:
        rows = await stamps.standings(connection, [each.room_id for each in asked], [each.user for each in asked])
    return Standings([(row["role"], row["stamp"]) for row in rows])


@blueprint.delete("/internal/claims/<uuid:claim_id>")
@hide
@answers_nothing
async def give_up_claim(claim_id: UUID) -> None:
    async with current_database().transaction() as connection:
        await claims.give_up(connection, [claim_id])


@blueprint.get("/internal/claims")
@routine
@hide
@asks(ClaimsQuery)
@answers(OpenClaims)
async def list_open_claims(query: ClaimsQuery) -> OpenClaims:
    async with current_database().connection() as connection:
        return OpenClaims(await references.open_claims(connection, current_passport().service, query.older_than))


@blueprint.post("/internal/nodes/bury")
@hide
@accepts(BuryBody)
@answers_nothing
async def bury_node(body: BuryBody) -> None:
    passport = current_passport()
    async with current_database().transaction() as connection:
        if passport.user is None:
            await burial.bury_own(connection, body.node, passport.service)
        else:
            await burial.bury(connection, body.node, body.needs, passport.user, unused=body.unused)

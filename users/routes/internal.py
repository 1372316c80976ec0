"""What only the other services ask."""

from uuid import UUID

from quart import Blueprint
from quart_schema import hide

from chassis.bodies import accepts, answers, asks
from chassis.database import current_database
from chassis.metrics import routine
from chassis.passport import caller, current_passport
from chassis.problems import FieldError, forbidden, invalid, not_found
from keys.client import granted_rooms, is_granted
from users import personal_tokens, revocations, shared_limits
from users.limits import Subject, current_limits, spend
from users.models import (
    EmailBody,
    KeySet,
    Owed,
    Profile,
    Profiles,
    ProfilesQuery,
    Revocations,
    RevocationsQuery,
    SpentBody,
    TokenText,
    VerifiedToken,
)
from users.queries.accounts import list_profiles, lookup_email
from users.signing_keys import current_key_ring

blueprint = Blueprint("internal", __name__, url_prefix="/internal")
_PROFILES = 200


@blueprint.get("/keys")
@hide
@answers(KeySet)
async def get_keys() -> KeySet:
    """The public keys that verify access tokens."""
    return KeySet(await current_key_ring().published())


@blueprint.post("/tokens/verify")
@hide
@accepts(TokenText)
@answers(VerifiedToken)
async def verify_token(given: TokenText) -> VerifiedToken:
    """Whose personal access token this is; 401 for none."""
    return await personal_tokens.verify_token(given.token)


@blueprint.get("/revocations")
@routine
@hide
@asks(RevocationsQuery)
@answers(Revocations)
async def get_revocations(query: RevocationsQuery) -> Revocations:
    """The sessions and tokens that ended since the answer before."""
    async with current_database().connection() as connection:
        return await revocations.read_revocations(connection, query.after)


@blueprint.post("/limits/spent")
@hide
@accepts(SpentBody)
@answers(Owed)
async def count_spent(given: SpentBody) -> Owed:
    """What callers have spent at a gateway, told by itself; it learns what they owe over all gateways."""
    if current_passport().service != "gateway" or current_passport().user is not None:
        raise forbidden("limits")
    return Owed(await shared_limits.spend(given.items))


@blueprint.get("/profiles")
@hide
@asks(ProfilesQuery)
@answers(Profiles)
async def get_profiles(query: ProfilesQuery) -> Profiles:
    """Names by id; e-mail addresses too, if the request's grant holds `member.emails`."""
    ids = _parse_ids(query.ids)
    async with current_database().connection() as connection:
        return Profiles(await list_profiles(connection, ids, emails=is_granted("member.emails")))


@blueprint.post("/lookup")
@hide
@accepts(EmailBody)
@answers(Profile)
async def lookup(given: EmailBody) -> Profile:
    """Whose address this is, for who may add members somewhere; strictly limited: it tells who has an account."""
    granted_rooms("member.add")
    await spend(Subject(current_limits().lookup_account, str(caller())), account=caller())
    async with current_database().connection() as connection:
        profile = await lookup_email(connection, given.email)
    if profile is None:
        # Without the field it looks like a room that is gone.
        raise not_found("user", FieldError("email", "nobody has an account with this address"))
    return profile


def _parse_ids(text: str) -> list[UUID]:
    try:
        ids = [UUID(part) for part in text.split(",") if part]
    except ValueError:
        raise invalid("ids", "is not a list of ids") from None
    if len(ids) > _PROFILES:
        raise invalid("ids", f"more than {_PROFILES}")
    return ids

"""One's own account, its sessions and its personal access tokens."""

from uuid import UUID

from quart import Blueprint

from chassis import pages
from chassis.bodies import accepts, answers, answers_nothing, asks, refuses
from chassis.database import current_database
from chassis.idempotency import refuses_key
from chassis.passport import caller
from chassis.problems import not_found
from chassis.undo import undoable
from chassis.versions import conditional, seen_version
from users import account, personal_tokens
from users.clients import caller_session
from users.models import AccountChange, CreatedToken, NewToken, PageQuery, Sessions, Tokens, User
from users.queries import sessions, tokens
from users.trail import record

blueprint = Blueprint("account", __name__, url_prefix="/v1/me")


_FOR_SESSIONS = (
    "It takes a session (`session_required`), or a personal access token is not for it (`scope_too_small`, "
    "`token_too_narrow`)."
)


@blueprint.get("")
@answers(User)
async def get_account() -> User:
    """Read your account."""
    return await account.read_account()


@blueprint.patch("")
@undoable
@refuses(403, _FOR_SESSIONS)
@refuses(403, "`current_password` is wrong (`wrong_password`).")
@refuses(409, "The e-mail address has an account already (`email_taken`).")
@conditional
@accepts(AccountChange)
@answers(User)
async def change_account(change: AccountChange) -> User:
    """Change your account. A new e-mail address or password needs the current password and a signed-in session.

    A new password ends all other sessions, and stops the access tokens of this one: refresh to go on. Of an account,
    a new name is all that can be undone."""
    return await account.change_account(change, seen_version())


@blueprint.delete("")
@refuses(403, _FOR_SESSIONS)
@refuses(403, "The session was signed in to more than 15 minutes ago (`sign_in_again`).")
@refuses(409, "You are the last owner of a room that has other members (`last_owner`).")
@refuses(409, "A room of yours is just being made or changes hands (`pending`).")
@conditional
@answers_nothing
async def delete_account() -> None:
    """Delete your account, for good. This needs a session that was signed in to within the last 15 minutes."""
    await account.delete_account(seen_version())


@blueprint.get("/sessions")
@asks(PageQuery)
@answers(Sessions)
async def list_sessions(query: PageQuery) -> Sessions:
    """List where you are signed in, the newest first."""
    after = pages.decode(query.after, UUID)
    async with current_database().connection() as connection:
        rows = await sessions.list_sessions(connection, caller(), caller_session(), after, query.limit)
    return Sessions(*pages.cut(rows, query.limit, lambda row: row.id))


@blueprint.delete("/sessions")
@answers_nothing
async def end_sessions() -> None:
    """Sign out everywhere, here as well. The tokens of all sessions stop within a second."""
    # This one is the last to end, so that it can be asked for again if it is cut short.
    for but in (caller_session(), None):
        await account.end_sessions(caller(), but=but)
    record("sessions.ended", caller())


@blueprint.delete("/sessions/<uuid:session_id>")
@answers_nothing
async def end_session(session_id: UUID) -> None:
    """Sign out of one session. Its tokens stop within a second."""
    caller_session()
    async with current_database().connection() as connection:
        if not await sessions.end_session(connection, caller(), session_id):
            raise not_found("session")
    record("session.ended", caller())


@blueprint.get("/tokens")
@asks(PageQuery)
@answers(Tokens)
async def list_tokens(query: PageQuery) -> Tokens:
    """List your personal access tokens, the newest first."""
    caller_session()
    after = pages.decode(query.after, UUID)
    async with current_database().connection() as connection:
        rows = await tokens.list_tokens(connection, caller(), after, query.limit)
    return Tokens(*pages.cut(rows, query.limit, lambda row: row.id))


@blueprint.post("/tokens")
@refuses_key("the answer holds a secret, which is not kept")
@refuses(409, "You have 100 tokens already, without those that expired (`too_many_tokens`).")
@accepts(NewToken)
@answers(CreatedToken, 201)
async def create_token(new: NewToken) -> CreatedToken:
    """Create a personal access token. The answer shows its `token` this once.

    `read` allows what only reads, `write` what changes; with `rooms` it works in those rooms alone."""
    caller_session()
    created = await personal_tokens.create_token(caller(), new)
    record("token.created", caller())
    return created


@blueprint.delete("/tokens/<uuid:token_id>")
@answers_nothing
async def revoke_token(token_id: UUID) -> None:
    """Revoke a personal access token. It stops within a second."""
    caller_session()
    async with current_database().connection() as connection:
        if not await tokens.end_token(connection, caller(), token_id):
            raise not_found("token")
    record("token.ended", caller())

"""One's own account: reading, changing and removing it."""

from uuid import UUID

from msgspec import UNSET

from chassis.database import Connection, current_database
from chassis.feed import note_written
from chassis.ids import new_id
from chassis.passport import caller
from chassis.problems import Problem, invalid, unauthorized
from chassis.undo import offer_undo
from chassis.versions import conflict, written_since
from keys.client import current_keys
from keys.client import user as user_node
from users import changes
from users.clients import caller_session
from users.models import AccountChange, Renamed, User
from users.passwords import current_passwords, refuse_common
from users.queries import accounts, sessions, tokens
from users.queries.accounts import PasswordHash, Secrets
from users.sessions import STOPPABLE_SECONDS, keep_up, spend_login, spend_registration
from users.trail import record, warn

# An account is removed only by who signed in just now, not by who found a signed-in device.
_SIGNED_IN_SECONDS = 900
_PAGE = 200
# Few have more: each sign-in with the password makes one, and it lasts for 30 days.
_SESSIONS = 1000


async def read_account() -> User:
    async with current_database().connection() as connection:
        user = await accounts.find_account(connection, caller())
    if user is None:
        raise _gone()
    return user


async def change_account(change: AccountChange, seen: int | None) -> User:
    """Raises a 412 problem if what it changes was changed after the version `seen` (None: whatever was changed)."""
    if change.email is not UNSET or change.password is not UNSET:
        return await _change_secrets(change, seen)
    if change.name is UNSET:
        return await read_account()
    async with current_database().transaction() as connection:
        return await rename(connection, caller(), change.name, seen)


async def rename(connection: Connection, account_id: UUID, name: str, seen: int | None) -> User:
    """Raises a 412 problem if the name was written after the version `seen` (None: whatever was changed)."""
    before = await _refuse_collisions(connection, account_id, seen, {"name"})
    if name == before.name:
        return before
    user = await accounts.change_account(connection, account_id, name=name)
    if user is None:
        raise _gone()
    await changes.updated(connection, user)
    offer_undo(lambda: Renamed(before.name, user.version))
    return user


async def delete_account(seen: int | None) -> None:
    """Keys refuses with 409 while the account is the last owner of a room with other members."""
    account_id, session_id = caller(), caller_session()
    async with current_database().transaction() as connection:
        await _refuse_collisions(connection, account_id, seen, {"name", "email", "password"})
        fresh = await sessions.is_fresh(connection, account_id, session_id, _SIGNED_IN_SECONDS)
    if not fresh:
        raise Problem(403, "sign_in_again", "To delete the account, sign in again, and use the new session.")
    await current_keys().bury(user_node(account_id), needs=[])
    is_left = True
    while is_left:
        async with current_database().transaction() as connection:
            is_left = await remove_account(connection, account_id)
    record("account.deleted", account_id)


async def remove_account(connection: Connection, account_id: UUID) -> bool:
    """Removes the account with its sessions and tokens, if it is still there; its access tokens stop.

    What may be many goes page by page. Returns whether more is left to do.
    """
    await accounts.lock_account(connection, account_id)
    if await _end_page(connection, account_id) == _SESSIONS:
        return True
    if await tokens.end_tokens(connection, account_id, _PAGE) == _PAGE:
        return True
    await accounts.delete_account(connection, account_id)
    note_written(account_id)
    return await changes.forget(connection, account_id, _PAGE) == _PAGE


async def end_sessions(account_id: UUID, *, but: UUID | None, keep: int = 0) -> None:
    """Ends the sessions of the account, page by page, except `but` and the newest `keep` of the others."""
    ended = _SESSIONS
    while ended == _SESSIONS:
        async with current_database().transaction() as connection:
            await accounts.lock_account(connection, account_id)
            ended = await _end_page(connection, account_id, but, keep)


async def _end_page(connection: Connection, account_id: UUID, but: UUID | None = None, keep: int = 0) -> int:
    return await sessions.end_others(
        connection, account_id, but=but, access_seconds=STOPPABLE_SECONDS, keep=keep, limit=_SESSIONS
    )


async def _change_secrets(change: AccountChange, seen: int | None) -> User:
    account_id, session_id = caller(), caller_session()
    known = await _check_password(account_id, change)
    email = None if change.email is UNSET else change.email
    hashed = await _hash_new(change, known)
    if email is not None and email.lower() != known.email.lower():
        await spend_registration(email, account_id)
    name = None if change.name is UNSET else change.name
    named = {field for field in ("name", "email", "password") if getattr(change, field) is not UNSET}
    if hashed is not None:
        # Beyond a page they go before: all in the one transaction might take longer than a statement may.
        await end_sessions(account_id, but=session_id, keep=_SESSIONS)
    async with current_database().transaction() as connection:
        await _refuse_collisions(connection, account_id, seen, named)
        user = await accounts.change_account(
            connection, account_id, verified=known.hashed, name=name, email=email, hashed=hashed
        )
        if user is None:
            raise _wrong_password()
        await changes.updated(connection, user)
        if hashed is not None:
            await _end_others(connection, account_id, session_id)
    for field in named - {"name"}:
        record("email.changed" if field == "email" else "password.changed", account_id)
    return user


async def _refuse_collisions(connection: Connection, account_id: UUID, seen: int | None, named: set[str]) -> User:
    """Locks the account, and returns it. Raises a 412 problem if a field of `named` was written after `seen`."""
    locked = await accounts.lock_account(connection, account_id)
    if locked is None:
        raise _gone()
    if collisions := written_since(seen, locked.user.version, {field: locked.versions[field] for field in named}):
        raise conflict(collisions, locked.user)
    return locked.user


async def _check_password(account_id: UUID, change: AccountChange) -> Secrets:
    if change.current_password is UNSET:
        raise invalid("current_password", "is needed to change the e-mail address or the password")
    async with current_database().connection() as connection:
        known = await accounts.find_secrets(connection, account_id)
    if known is None:
        raise _gone()
    attempt = await spend_login(known.email, account_id)
    async with attempt.answered():
        matches = await current_passwords().verify(known.hashed, change.current_password)
    if not matches:
        warn("password.wrong", account_id)
        raise _wrong_password()
    await attempt.forgive()
    kept = await keep_up(PasswordHash(account_id, known.hashed), change.current_password)
    if kept is None:
        raise _wrong_password()
    return known._replace(hashed=kept.hashed)


async def _hash_new(change: AccountChange, known: Secrets) -> str | None:
    if change.password is UNSET:
        return None
    email = known.email if change.email is UNSET else change.email
    name = known.name if change.name is UNSET else change.name
    refuse_common(change.password, email=email, name=name)
    return await current_passwords().hash(change.password)


async def _end_others(connection: Connection, account_id: UUID, session_id: UUID) -> None:
    """After a new password: all other sessions end, and this one goes on with its refresh token alone."""
    renamed = new_id()
    await sessions.rename_session(connection, account_id, session_id, renamed)
    await sessions.end_others(connection, account_id, but=renamed, access_seconds=STOPPABLE_SECONDS)


def _gone() -> Problem:
    return unauthorized("This account does not exist any more.")


def _wrong_password() -> Problem:
    return Problem(403, "wrong_password", "The current password is wrong.")

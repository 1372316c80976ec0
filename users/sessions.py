"""Sessions: signing up and in, refreshing, and what ends them."""

from uuid import UUID

from chassis.database import Connection, current_database
from chassis.ids import new_id
from chassis.problems import Problem, unauthorized
from keys.client import current_keys
from keys.client import user as user_node
from users import access_tokens, refresh_tokens
from users.clients import client_device, client_network
from users.limits import Attempt, Subject, current_limits, spend
from users.models import Credentials, NewAccount, SignedIn, User
from users.passwords import current_passwords, is_outdated, refuse_common
from users.queries import accounts, sessions
from users.queries.accounts import PasswordHash
from users.queries.sessions import Family
from users.refresh_tokens import RefreshToken
from users.signing_keys import current_key_ring
from users.trail import record, warn

# A session ends when it was not used for the first, and at the latest after the second.
IDLE_DAYS, DAYS = 30, 180
# Within this a token used twice is a client whose answer was lost, as long as the token's successor is unused.
_RETRY_SECONDS = 10
# An access token may live for so long after its session was last used: a retry got it, and a clock is behind.
STOPPABLE_SECONDS = _RETRY_SECONDS + access_tokens.LIFE_SECONDS + access_tokens.SKEW_SECONDS


async def register(new: NewAccount) -> SignedIn:
    attempt = await spend_registration(new.email)
    async with attempt.answered():
        return await _register(new)


async def _register(new: NewAccount) -> SignedIn:
    refuse_common(new.password, email=new.email, name=new.name)
    hashed = await current_passwords().hash(new.password)
    account_id, session_id, token = new_id(), new_id(), refresh_tokens.new_token()
    async with current_keys().referring(new=[user_node(account_id)]) as claim:
        async with current_database().transaction() as connection:
            await claim.land(connection)
            await accounts.insert_account(connection, account_id, new.email, new.name, hashed)
            user = await _open(connection, PasswordHash(account_id, hashed), session_id, token)
    record("account.registered", account_id)
    return await _signed_in(user, session_id, token)


async def login(given: Credentials) -> SignedIn:
    attempt = await spend_login(given.email)
    async with attempt.answered():
        async with current_database().connection() as connection:
            known = await accounts.find_password_hash(connection, given.email)
        matches = await current_passwords().verify(known.hashed if known else None, given.password)
    if known is None or not matches:
        warn("password.wrong", known.account_id if known else None)
        raise _wrong_credentials()
    await attempt.forgive()
    kept = await keep_up(known, given.password)
    if kept is None:
        raise _wrong_credentials()
    session_id, token = new_id(), refresh_tokens.new_token()
    async with current_database().transaction() as connection:
        user = await _open(connection, kept, session_id, token)
    record("session.opened", user.id)
    return await _signed_in(user, session_id, token)


async def refresh(text: str) -> SignedIn:
    token = refresh_tokens.parse(text)
    if token is None:
        raise _bad_refresh_token()
    await _spend_refresh(token)
    async with current_database().transaction() as connection:
        family = await sessions.lock_family(connection, token, fresh_seconds=_RETRY_SECONDS)
        successor = await _use(connection, family, token) if family else None
        user = await accounts.find_account(connection, family.account_id) if family else None
    if family is None or successor is None or user is None:
        raise _bad_refresh_token()
    return await _signed_in(user, family.id, successor)


async def keep_up(known: PasswordHash, password: str) -> PasswordHash | None:
    """The same password under today's parameters, if they have risen; None if it is not the account's any more."""
    if not is_outdated(known.hashed):
        return known
    hashed = await current_passwords().hash(password)
    async with current_database().connection() as connection:
        if await accounts.rehash(connection, known, hashed):
            return PasswordHash(known.account_id, hashed)
        latest = await accounts.find_secrets(connection, known.account_id)
    # Most likely another sign-in was quicker to hash the same password again.
    if latest is None or not await current_passwords().verify(latest.hashed, password):
        return None
    return PasswordHash(known.account_id, latest.hashed)


async def spend_login(email: str, account: UUID | None = None) -> Attempt:
    """Counts an attempt to guess the password of `email`. Raises a 429 problem. `account` as in `spend`."""
    limits = current_limits()
    return await spend(
        Subject(limits.login_account, email.lower()), Subject(limits.login_address, client_network()), account=account
    )


async def spend_registration(email: str, account: UUID | None = None) -> Attempt:
    """Counts a request that tells whether `email` has an account. Raises a 429 problem. `account` as in `spend`."""
    limits = current_limits()
    return await spend(
        Subject(limits.register_account, email.lower()),
        Subject(limits.register_address, client_network()),
        account=account,
    )


async def _spend_refresh(token: RefreshToken) -> None:
    async with current_database().connection() as connection:
        owner = await sessions.find_owner(connection, token)
    limits = current_limits()
    name = str(owner) if owner else token.family.hex()
    await spend(
        Subject(limits.refresh_account, name), Subject(limits.refresh_address, client_network()), account=owner
    )


async def _use(connection: Connection, family: Family, token: RefreshToken) -> RefreshToken | None:
    """The successor of `token`; None, and the end of the session, if it was used before and this is no retry."""
    if token.secret_hash == family.secret_hash:
        nonce = refresh_tokens.new_nonce()
        successor = token.successor(nonce)
        await sessions.rotate(connection, family.id, successor, nonce, idle_days=IDLE_DAYS, days=DAYS)
        return successor
    if token.secret_hash == family.previous_hash and family.fresh and family.nonce:
        return token.successor(family.nonce)
    await sessions.end_session(connection, family.account_id, family.id)
    warn("refresh_token.reused", family.account_id)
    return None


async def _open(connection: Connection, known: PasswordHash, session_id: UUID, token: RefreshToken) -> User:
    user = await sessions.open_session(
        connection, known.account_id, known.hashed, session_id, client_device(), token, days=IDLE_DAYS
    )
    if user is None:
        raise _wrong_credentials()
    return user


async def _signed_in(user: User, session_id: UUID, token: RefreshToken) -> SignedIn:
    key = await current_key_ring().signing_key()
    return SignedIn(
        user=user,
        access_token=access_tokens.issue(key, user.id, session_id),
        refresh_token=token.text(),
        expires_in=access_tokens.LIFE_SECONDS,
    )


def _wrong_credentials() -> Problem:
    return unauthorized("The e-mail address or the password is wrong.", "wrong_credentials")


def _bad_refresh_token() -> Problem:
    return unauthorized("This refresh token is not valid, or not any more; sign in again.", "invalid_refresh_token")

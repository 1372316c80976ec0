"""Personal access tokens: long-lived, narrowed by scopes and rooms, shown once, stored as hashes."""

import hashlib
import secrets
from uuid import UUID

from chassis.database import current_database
from chassis.ids import new_id
from chassis.problems import Problem, invalid, unauthorized
from users.models import CreatedToken, NewToken, VerifiedToken
from users.queries import accounts, tokens

# Tells a secret scanner, and the gateway, what it sees.
PREFIX = "tsp_"
_SHOWN = len(PREFIX) + 6
# All of them end with the account, and each gateway remembers for a while what ended.
MOST = 100


async def create_token(account_id: UUID, new: NewToken) -> CreatedToken:
    """Raises a 422 problem for a scope named twice, and a 409 problem at the most that an account may have."""
    if len(set(new.scopes)) < len(new.scopes):
        raise invalid("scopes", "names one twice")
    text = PREFIX + secrets.token_urlsafe(32)
    async with current_database().transaction() as connection:
        # Those made at the same time are counted one after the other.
        if await accounts.lock_account(connection, account_id) is None:
            raise unauthorized("This account does not exist any more.")
        token = await tokens.insert_token(connection, account_id, new_id(), new, text[:_SHOWN], _hash(text), MOST)
    if token is None:
        raise Problem(409, "too_many_tokens", f"You have {MOST} tokens already; revoke one of them first.")
    return CreatedToken(**{name: getattr(token, name) for name in token.__struct_fields__}, token=text)


async def verify_token(text: str) -> VerifiedToken:
    """Whose it is. Raises a 401 problem for one that is unknown, expired or ended."""
    async with current_database().connection() as connection:
        found = await tokens.verify_token(connection, _hash(text))
    if found is None:
        raise invalid_token()
    return found


def invalid_token() -> Problem:
    return unauthorized("This token is not valid, or not any more.", "invalid_token")


def _hash(text: str) -> bytes:
    # 256 random bits need no slow hash, and a lookup by hash tells nothing by its time.
    return hashlib.sha256(text.encode()).digest()

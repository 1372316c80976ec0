"""The trail of an account: a line in the log for each sign-in, done or refused, and each change of what signs in.

A line says who (the account's id), from where (the network that the limits count), when, and in which request. It
holds no e-mail address and no secret.
"""

from typing import Literal
from uuid import UUID

from chassis.logs import get_log
from users.clients import client_network

_log = get_log("trail")

Done = Literal[
    "account.registered",
    "account.deleted",
    "email.changed",
    "password.changed",
    "session.opened",
    "session.ended",
    "sessions.ended",
    "token.created",
    "token.ended",
]
Refused = Literal["password.wrong", "refresh_token.reused", "limit.reached"]


def record(event: Done, account: UUID) -> None:
    _log.info(event, account=str(account), client=client_network())


def warn(event: Refused, account: UUID | None, **more: object) -> None:
    """What may be an attack. `account` is None if it is not known, or there is none of that address."""
    _log.warning(event, account=str(account) if account else None, client=client_network(), **more)

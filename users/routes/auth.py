"""Registering, signing in, refreshing and signing out."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

import msgspec
from quart import Blueprint, Response, g

from chassis.bodies import accepts, answers, answers_nothing, documents_headers, refuses
from chassis.database import current_database
from chassis.idempotency import refuses_key
from chassis.openapi import may_lack_body
from chassis.passport import caller
from users import sessions
from users.clients import caller_session
from users.models import Credentials, NewAccount, RefreshBody, SignedIn
from users.queries import sessions as queries
from users.trail import record

Handler = Callable[..., Awaitable[Any]]
blueprint = Blueprint("auth", __name__, url_prefix="/v1/auth")


class SessionHeader(msgspec.Struct):
    """The header of a browser's session."""

    tasksync_session: (
        Annotated[
            Literal["cookie"],
            msgspec.Meta(
                description="For web clients: the refresh token goes and comes in a cookie that no script can read, "
                "and is left out of the bodies."
            ),
        ]
        | None
    ) = None


def for_browsers(handler: Handler) -> Handler:
    """Documents what the gateway does around the handler for a browser's session."""
    when = "Another site made a browser send this (`other_site`)."
    return documents_headers(SessionHeader)(refuses(403, when)(handler))


@blueprint.after_request
async def add_headers(response: Response) -> Response:
    """Tokens are kept by no cache (RFC 6749), and the client learns where it stands."""
    response.headers["Cache-Control"] = "no-store"
    for name, value in g.get("ratelimit_headers", {}).items():
        response.headers.setdefault(name, value)
    return response


@blueprint.post("/register")
@for_browsers
@refuses_key("the answer holds a secret, which is not kept")
@refuses(409, "The e-mail address has an account already (`email_taken`).")
@accepts(NewAccount)
@answers(SignedIn, 201)
async def register(new: NewAccount) -> SignedIn:
    """Create an account and sign in to it."""
    return await sessions.register(new)


@blueprint.post("/login")
@for_browsers
@refuses_key("the answer holds a secret, which is not kept")
@refuses(401, "The e-mail address or the password is wrong (`wrong_credentials`).")
@accepts(Credentials)
@answers(SignedIn)
async def login(given: Credentials) -> SignedIn:
    """Sign in with e-mail and password. An unknown address and a wrong password get the same answer."""
    return await sessions.login(given)


@blueprint.post("/refresh")
@for_browsers
@refuses_key("the answer holds a secret, which is not kept")
@refuses(401, "The refresh token is not valid, or not any more (`invalid_refresh_token`).")
@may_lack_body
@accepts(RefreshBody)
@answers(SignedIn)
async def refresh(given: RefreshBody) -> SignedIn:
    """Refresh a session: a new access token, and the next refresh token. A reused refresh token ends the session.

    A retry within ten seconds, before the next token was used, gets the token of the lost answer again. With
    `TaskSync-Session: cookie` the token is taken from the cookie, and there need be no body."""
    return await sessions.refresh(given.refresh_token)


@blueprint.post("/logout")
@for_browsers
@refuses_key("signed out is signed out, however often it is asked")
@answers_nothing
async def logout() -> None:
    """Sign out of this session. Its tokens stop within a second."""
    async with current_database().connection() as connection:
        await queries.end_session(connection, caller(), caller_session())
    record("session.ended", caller())

"""Registering, signing in, refreshing and signing out."""

from quart import Blueprint, Response, g

from chassis.bodies import accepts, answers, answers_nothing, refuses
from chassis.database import current_database
from chassis.idempotency import refuses_key
from chassis.passport import caller
from users import sessions
from users.clients import caller_session
from users.models import Credentials, NewAccount, RefreshBody, SignedIn
from users.queries import sessions as queries

blueprint = Blueprint("auth", __name__, url_prefix="/v1/auth")


@blueprint.after_request
async def add_headers(response: Response) -> Response:
    """Tokens are kept by no cache (RFC 6749), and the client learns where it stands."""
    response.headers["Cache-Control"] = "no-store"
    for name, value in g.get("ratelimit_headers", {}).items():
        response.headers.setdefault(name, value)
    return response


@blueprint.post("/register")
@refuses_key("the answer holds a secret, which is not kept")
@refuses(409, "The e-mail address has an account already (`email_taken`).")
@accepts(NewAccount)
@answers(SignedIn, 201)
async def register(new: NewAccount) -> SignedIn:
    """Create an account and sign in to it."""
    return await sessions.register(new)


@blueprint.post("/login")
@refuses_key("the answer holds a secret, which is not kept")
@refuses(401, "The e-mail address or the password is wrong (`wrong_credentials`).")
@accepts(Credentials)
@answers(SignedIn)
async def login(given: Credentials) -> SignedIn:
    """Sign in with e-mail and password. An unknown address and a wrong password get the same answer."""
    return await sessions.login(given)


@blueprint.post("/refresh")
@refuses_key("the answer holds a secret, which is not kept")
@refuses(401, "The refresh token is not valid, or not any more (`invalid_refresh_token`).")
@accepts(RefreshBody)
@answers(SignedIn)
async def refresh(given: RefreshBody) -> SignedIn:
    """Refresh a session: a new access token, and the next refresh token. A reused refresh token ends the session.

    A retry within ten seconds, before the next token was used, gets the token of the lost answer again."""
    return await sessions.refresh(given.refresh_token)


@blueprint.post("/logout")
@refuses_key("signed out is signed out, however often it is asked")
@answers_nothing
async def logout() -> None:
    """Sign out of this session. Its tokens stop within a second."""
    async with current_database().connection() as connection:
        await queries.end_session(connection, caller(), caller_session())

"""Who is at the other end, as the gateway saw it. The passport makes these headers trusted."""

from uuid import UUID

from quart import request

from chassis.passport import current_passport
from chassis.problems import Problem
from chassis.ratelimits import network_of

ADDRESS_HEADER = "TaskSync-Client"
AGENT_HEADER = "TaskSync-Agent"
_AGENT_LENGTH = 200


def client_network() -> str:
    return network_of(request.headers.get(ADDRESS_HEADER, ""))


def client_device() -> str:
    return request.headers.get(AGENT_HEADER, "")[:_AGENT_LENGTH]


def caller_session() -> UUID:
    """The session that asks. Raises a 403 problem for a personal access token, which has none."""
    passport = current_passport()
    passport.require_user()
    if passport.session is None:
        raise Problem(403, "session_required", "Sign in for this: a personal access token may not do it.")
    return passport.session

"""Who is at the other end, as the gateway saw it. The passport makes these headers trusted."""

import ipaddress
from uuid import UUID

from quart import request

from chassis.passport import current_passport
from chassis.problems import Problem

ADDRESS_HEADER = "TaskSync-Client"
AGENT_HEADER = "TaskSync-Agent"
_AGENT_LENGTH = 200


def client_network() -> str:
    return network_of(request.headers.get(ADDRESS_HEADER, ""))


def network_of(address: str) -> str:
    """What is counted as one client address: of IPv6 the /64, which is what one customer has."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def client_device() -> str:
    return request.headers.get(AGENT_HEADER, "")[:_AGENT_LENGTH]


def caller_session() -> UUID:
    """The session that asks. Raises a 403 problem for a personal access token, which has none."""
    passport = current_passport()
    passport.require_user()
    if passport.session is None:
        raise Problem(403, "session_required", "Sign in for this: a personal access token may not do it.")
    return passport.session

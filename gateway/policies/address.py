"""Where a request comes from. Only a configured, trusted hop is believed about an address before it."""

from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from quart import request

Network = IPv4Network | IPv6Network


def address_reader(trusted: str) -> Callable[[], str]:
    """`trusted` are networks with commas between; empty trusts nobody. Raises ValueError for what is no network."""
    networks = [ip_network(part.strip()) for part in trusted.split(",") if part.strip()]

    def read() -> str:
        address = request.remote_addr or ""
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        while hops and _is_in(address, networks):
            address = hops.pop()
        return address

    return read


def _is_in(text: str, networks: list[Network]) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return any(address in network for network in networks)

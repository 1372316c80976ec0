"""What stands before this gateway. Only a configured, trusted hop is believed about who asked it, and how."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from quart import current_app, request

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

EXTENSION = "tasksync.proxies"


class Proxies:
    """`trusted` are networks with commas between; empty trusts nobody. Raises ValueError for what is no network."""

    def __init__(self, trusted: str = "") -> None:
        self._networks: list[Network] = [ip_network(part.strip()) for part in trusted.split(",") if part.strip()]

    def client_address(self) -> str:
        """Where the current request comes from: the first hop, from here on, that is not one of ours."""
        address = _parse(request.remote_addr or "")
        for hop in _hops():
            if hop is None or address is None or not self._trusts(address):
                break
            address = hop
        return "" if address is None else str(address)

    def is_https(self) -> bool:
        """Whether the client spoke https, with us or with a trusted proxy."""
        peer = _parse(request.remote_addr or "") if self._networks else None
        if peer is not None and self._trusts(peer):
            return request.headers.get("X-Forwarded-Proto", "").rpartition(",")[2].strip().lower() == "https"
        return request.scheme == "https"

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


def _hops() -> Iterator[Address | None]:
    """The nearest first. Of several headers, each goes on where the one before it ends."""
    for line in reversed(request.headers.getlist("X-Forwarded-For")):
        for hop in reversed(line.split(",")):
            yield _parse(hop.strip())


def _parse(text: str) -> Address | None:
    """An address, as proxies write it: with a port behind it or without."""
    host = text
    if text.startswith("["):
        host = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        host = text.partition(":")[0]
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address


def current_proxies() -> Proxies:
    proxies: Proxies = current_app.extensions[EXTENSION]
    return proxies

"""Where a request comes from: only a trusted hop is believed about the one before it."""

import pytest
from quart import Quart
from werkzeug.datastructures import Headers

from gateway.policies.proxies import Proxies

TRUSTED = "10.0.0.0/8, fd00::/8"


async def read(peer: str, *forwarded: str, trusted: str = TRUSTED) -> str:
    app = Quart("address")
    headers = Headers([("Remote-Addr", peer), *(("X-Forwarded-For", each) for each in forwarded)])
    async with app.test_request_context("/", headers=headers):
        return Proxies(trusted).client_address()


async def test_a_stranger_is_not_believed() -> None:
    assert await read("203.0.113.9", "198.51.100.1") == "203.0.113.9"
    assert await read("10.0.0.1", "198.51.100.1", trusted="") == "10.0.0.1"


async def test_a_peer_that_has_no_address_is_not_believed() -> None:
    """As one at a socket of the file system."""
    assert await read("<local>", "198.51.100.1") == ""


@pytest.mark.parametrize(("peer", "is_believed"), [("10.0.0.1", True), ("203.0.113.9", False), ("<local>", False)])
async def test_a_trusted_hop_alone_is_believed_about_https(peer: str, is_believed: bool) -> None:
    headers = {"Remote-Addr": peer, "X-Forwarded-Proto": "https"}
    async with Quart("address").test_request_context("/", headers=headers):
        assert Proxies(TRUSTED).is_https() is is_believed


async def test_a_trusted_hop_is_believed_about_the_one_before_it() -> None:
    assert await read("10.0.0.1", "198.51.100.1") == "198.51.100.1"
    assert await read("10.0.0.1", "198.51.100.1, 10.0.0.2") == "198.51.100.1"
    assert await read("fd00::1", "2001:db8::7") == "2001:db8::7"


async def test_what_the_client_put_in_front_is_not_believed() -> None:
    assert await read("10.0.0.1", "127.0.0.1, 198.51.100.1") == "198.51.100.1"


async def test_a_second_header_goes_on_where_the_first_ends() -> None:
    assert await read("10.0.0.1", "127.0.0.1", "198.51.100.1") == "198.51.100.1"


@pytest.mark.parametrize("hop", ["", "unknown", "_hidden", "198.51.100.1.7", "<script>"])
async def test_a_hop_that_is_no_address_is_none(hop: str) -> None:
    assert await read("10.0.0.1", hop) == "10.0.0.1"


async def test_a_hop_may_carry_its_port() -> None:
    assert await read("10.0.0.1", "198.51.100.1:4711") == "198.51.100.1"
    assert await read("10.0.0.1", "[2001:db8::7]:4711") == "2001:db8::7"


async def test_an_address_of_ip4_in_ip6_is_that_of_ip4() -> None:
    assert await read("::ffff:10.0.0.1", "198.51.100.1") == "198.51.100.1"


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(ValueError, match="localhost"):
        Proxies("localhost")

"""One trace goes through all hops and stands in their logs; what is no trace begins a new one."""

import asyncio

import pytest

from chassis.traces import HEADER, _continue
from tests.chassis.laboratory import until_logged
from tests.chassis.test_peers import OK, lab_beside

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
GIVEN = f"00-{TRACE}-{SPAN}-00"


@pytest.mark.parametrize("header", [GIVEN, f"cc-{TRACE}-{SPAN}-00-what-comes-later", f"cc-{TRACE}-{SPAN}-00"])
def test_a_trace_is_continued_with_a_span_of_our_own(header: str) -> None:
    trace = _continue(header)
    assert (trace.trace, trace.flags, len(trace.span)) == (TRACE, "00", 16)
    assert trace.span != SPAN


@pytest.mark.parametrize(
    "header",
    [
        "",
        "hello",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE}-{SPAN}-00-more",
        f"ff-{TRACE}-{SPAN}-00",
        f"00-{TRACE.upper()}-{SPAN}-00",
        f"00-{'0' * 32}-{SPAN}-00",
        f"00-{TRACE}-{'0' * 16}-00",
        f"00-{TRACE[1:]}-{SPAN}-00",
        f"{GIVEN}\n",
        f"{GIVEN}, {GIVEN}",
    ],
)
def test_what_is_no_trace_begins_a_new_one(header: str) -> None:
    trace = _continue(header)
    assert _continue(str(trace)).trace == trace.trace != TRACE
    assert trace.trace != _continue(header).trace


async def test_it_is_in_the_logs_and_goes_on_to_the_next_hop() -> None:
    heard: list[bytes] = []

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(OK)

    async with lab_beside(behave) as lab:
        await lab.call("GET", "/hop", headers={HEADER: GIVEN})
        await until_logged(lab, "hop.made", trace_id=TRACE)
        span = lab.logged("hop.made", trace_id=TRACE)[0]["span_id"]
        assert f"{HEADER}: 00-{TRACE}-{span}-00".encode() in heard[0].lower()

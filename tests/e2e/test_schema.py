"""The running system against its own document: generated requests, good and bad, with a token and without.

No answer is a 5xx, none has a status, content type, header or body that the document does not have, bad input is
refused, and nothing that needs a token is answered without one.
"""

import asyncio
import sys
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

import aiohttp

from chassis.ids import new_id
from tests.e2e.launched import Launched

# After these the token is no good for what follows. tests/meta calls them, and compares what they answer too.
ENDS_THE_SESSION = ("logout", "end_session", "end_sessions", "delete_account")
# What the schema cannot say is refused rightly: a cursor that no list gave, a user who is no member.
NOT_CHECKED = "positive_data_acceptance"


async def sign_up(system: Launched, http: aiohttp.ClientSession) -> str:
    body = {"email": f"{new_id()}@example.org", "name": "Ada", "password": "seven green kettles"}
    async with http.post(f"{system.base}/v1/auth/register", json=body) as answer:
        token: str = (await answer.json())["access_token"]
        return token


async def run_schemathesis(system: Launched, folder: Path, seconds: int, *options: str) -> None:
    """Raises AssertionError, with the whole output, unless all that it checks holds."""
    command = (sys.executable, "-m", "schemathesis.cli", "run", f"{system.base}/openapi.json", *options)
    bounds = ("--max-time", str(seconds), "--seed", "1", "--continue-on-failure", "--no-shrink")
    checks = ("--exclude-checks", NOT_CHECKED)
    process = await asyncio.create_subprocess_exec(*command, *bounds, *checks, cwd=folder, stdout=PIPE, stderr=STDOUT)
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()


async def test_what_the_document_says_holds_with_a_token(
    system: Launched, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    token = await sign_up(system, http)
    spared = [part for name in ENDS_THE_SESSION for part in ("--exclude-operation-id", name)]
    await run_schemathesis(system, tmp_path, 25, "-H", f"Authorization: Bearer {token}", *spared)
    async with http.get(f"{system.base}/v1/me", headers={"Authorization": f"Bearer {token}"}) as answer:
        assert answer.status == 200, "the token ended on the way, so that little was tested"


async def test_what_the_document_says_holds_without_a_token(system: Launched, tmp_path: Path) -> None:
    await run_schemathesis(system, tmp_path, 10)


async def test_chains_of_calls_hold_too(system: Launched, http: aiohttp.ClientSession, tmp_path: Path) -> None:
    """What one call made is used by the next: its links are found from the document."""
    token = await sign_up(system, http)
    spared = [part for name in ENDS_THE_SESSION for part in ("--exclude-operation-id", name)]
    options = ("-H", f"Authorization: Bearer {token}", "--phases", "stateful", *spared)
    await run_schemathesis(system, tmp_path, 15, *options)

"""The running system against its own document: generated requests, good and bad, with a token and without.

No answer is a 5xx, none has a status, content type, header or body that the document does not have, bad input is
refused, and nothing that needs a token is answered without one.
"""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path
from types import ModuleType
from typing import Any

import aiohttp

from chassis.ids import new_id
from launch.settings import ROOT
from tests.e2e import patience, strangers
from tests.e2e.launched import Launched

Json = dict[str, Any]
# After these the token is no good for what follows. tests/meta calls them, and compares what they answer too.
ENDS_THE_SESSION = ("logout", "end_session", "end_sessions", "delete_account")
SIGNS_IN = ("register", "login", "refresh")
# What the schema cannot say is refused rightly: a cursor that no list gave, a user who is no member.
NOT_CHECKED = "positive_data_acceptance"
# These take what is sent in a chain for what was generated; tests/e2e/strangers.py has rules of its own.
NOT_CHECKED_IN_CHAINS = ("ensure_resource_availability", "negative_data_rejection", "use_after_free")
# A stream does not end.
STREAMS = "/events$"


async def sign_up(system: Launched, http: aiohttp.ClientSession) -> Json:
    body = {"email": f"{new_id()}@example.org", "name": "Ada", "password": "seven green kettles"}
    async with http.post(f"{system.base}/v1/auth/register", json=body) as answer:
        signed_in: Json = await answer.json()
        return signed_in


async def run_schemathesis(
    system: Launched,
    folder: Path,
    seconds: int,
    *options: str,
    unchecked: str = NOT_CHECKED,
    hooks: ModuleType = patience,
    **environ: str,
) -> None:
    """Raises AssertionError, with the whole output, unless all that it checks holds. `hooks` reads `environ`."""
    command = (sys.executable, "-m", "schemathesis.cli", "run", f"{system.base}/openapi.json", *options)
    bounds = ("--max-time", str(seconds), "--seed", "1", "--continue-on-failure", "--no-shrink")
    checks = ("--exclude-checks", unchecked)
    hooked = {"SCHEMATHESIS_HOOKS": hooks.__name__, "PYTHONPATH": str(ROOT), **environ}
    process = await asyncio.create_subprocess_exec(
        *command, *bounds, *checks, cwd=folder, env={**os.environ, **hooked}, stdout=PIPE, stderr=STDOUT
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()


async def test_what_the_document_says_holds_with_a_token(
    system: Launched, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    token = (await sign_up(system, http))["access_token"]
    spared = [part for name in ENDS_THE_SESSION for part in ("--exclude-operation-id", name)]
    await run_schemathesis(system, tmp_path, 20, "-H", f"Authorization: Bearer {token}", *spared)
    async with http.get(f"{system.base}/v1/me", headers={"Authorization": f"Bearer {token}"}) as answer:
        assert answer.status == 200, "the token ended on the way, so that little was tested"


async def test_what_the_document_says_holds_without_a_token(system: Launched, tmp_path: Path) -> None:
    await run_schemathesis(system, tmp_path, 10)


async def test_chains_of_calls_hold_and_stay_within_their_account(
    system: Launched, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    """What one call made is used by the next: its links are found from the document. A stranger tries each first."""
    owner, stranger = await sign_up(system, http), await sign_up(system, http)
    signed_in = {"Authorization": f"Bearer {owner['access_token']}"}
    async with http.post(f"{system.base}/v1/rooms", json={"name": "Elsewhere"}, headers=signed_in) as answer:
        other_room = (await answer.json())["id"]
    environ = {
        "CHAINS_BASE": system.base,
        "CHAINS_USER": owner["user"]["id"],
        "CHAINS_OWNER": owner["access_token"],
        "CHAINS_STRANGER": stranger["access_token"],
        "CHAINS_OTHER_ROOM": other_room,
    }
    spared = [part for name in (*ENDS_THE_SESSION, *SIGNS_IN) for part in ("--exclude-operation-id", name)]
    options = (
        "-H",
        f"Authorization: {signed_in['Authorization']}",
        "--phases",
        "stateful",
        "--exclude-path-regex",
        STREAMS,
        *spared,
    )
    unchecked = ",".join((NOT_CHECKED, *NOT_CHECKED_IN_CHAINS))
    # By number, not by time: on a slow machine it takes longer, and proves as much.
    options = (*options, "--max-examples", "12")
    await run_schemathesis(system, tmp_path, 40, *options, unchecked=unchecked, hooks=strangers, **environ)
    tally = json.loads((tmp_path / strangers.TALLY).read_text())
    assert sum(times > 0 for times in tally["stranger"].values()) > 10, tally
    assert min(sum(tally[rule].values()) for rule in ("deleted", "failed", "parent")) > 0, tally

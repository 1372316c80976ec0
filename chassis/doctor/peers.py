"""Whether the other services can be reached, take our passports, and have the same time."""

import asyncio
from uuid import uuid4

import msgspec

from chassis.doctor import Finding
from chassis.doctor.http import ask
from chassis.passport import HEADER, PassportOffice
from chassis.settings import PREFIX, ServiceSettings

# A passport is good for 30 seconds; a header tells the time in whole ones.
_CLOCK_SECONDS = 5.0


async def look_at_peers(service: str, settings: ServiceSettings) -> list[Finding]:
    office = PassportOffice(service, settings.passport_secret)
    urls = {
        name.removesuffix("_url"): value
        for name, value in msgspec.structs.asdict(settings).items()
        if name.endswith("_url") and str(value).startswith("http")
    }
    return list(await asyncio.gather(*(_look_at(service, office, peer, url) for peer, url in urls.items())))


async def _look_at(service: str, office: PassportOffice, peer: str, url: str) -> Finding:
    subject = f"{service}: reaches {peer}"
    # Nothing has that name: who takes the passport says so, and who does not says that first.
    path = f"/internal/{uuid4().hex}"
    answer = await asyncio.to_thread(ask, url, path, {HEADER: office.issue()})
    if answer is None:
        return Finding(subject, f"nothing answers at {url}", f"Start {peer}, or correct {PREFIX}_{peer.upper()}_URL.")
    if abs(answer.clock) > _CLOCK_SECONDS:
        return Finding(
            subject, f"its clock is {answer.clock:+.0f} s off", "Run a time service (NTP) on both machines."
        )
    if answer.status == 401:
        return Finding(subject, "it does not take our passport", f"Give both the same {PREFIX}_PASSPORT_SECRET.")
    return Finding(subject)

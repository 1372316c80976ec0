"""`python -m chassis.doctor SERVICE...` looks over services, and exits with 1 if anything is wrong."""

import asyncio
import os
import sys

from chassis.doctor import Finding
from chassis.doctor.database import look_at_database
from chassis.doctor.machine import look_at_disk, look_at_port, look_at_secrets
from chassis.doctor.peers import look_at_peers
from chassis.service import find_app
from chassis.settings import DatabaseSettings, ServiceSettings, SettingsError, load


async def examine(service: str) -> list[Finding]:
    """All that can be said of `service` with the environment as it is."""
    module = find_app(service)
    if module is None:
        return [Finding(service, "there is no such service here", "Name one of users, rooms, tasks, keys, gateway.")]
    try:
        settings: ServiceSettings = load(module.Settings, service, os.environ)
    except SettingsError as error:
        return [Finding(f"{service}: settings", str(error), "Set them; .env.example says what each one is.")]
    findings = [Finding(f"{service}: settings"), look_at_secrets(service, settings), look_at_disk(service)]
    findings.append(await look_at_port(service, settings))
    if isinstance(settings, DatabaseSettings):
        findings += await look_at_database(service, settings)
    return findings + await look_at_peers(service, settings)


def main(services: list[str]) -> int:
    if not services:
        print("usage: python -m chassis.doctor SERVICE...", file=sys.stderr)
        return 2
    wrong = 0
    for service in services:
        for finding in asyncio.run(examine(service)):
            print(finding, flush=True)
            wrong += bool(finding.wrong)
    print("Nothing is wrong." if not wrong else f"{wrong} things are wrong.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

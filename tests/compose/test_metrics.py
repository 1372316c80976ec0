"""Who scrapes: the gateway with its token alone, the services from inside; and what the alerts ask for is there."""

import re

from launch.settings import ROOT
from tests.compose.engine import Compose
from tests.compose.job import Work

_SCRAPE = """
import sys, urllib.request
token, *hosts = sys.argv[1:]
for host in hosts:
    request = urllib.request.Request(f"http://{host}:8000/metrics", headers={"Authorization": f"Bearer {token}"})
    print(urllib.request.urlopen(request).read().decode())
"""


async def test_what_the_alerts_ask_for_is_scraped(compose: Compose, work: Work) -> None:
    token = (compose.secrets / "metrics_token").read_text()
    hosts = ["gateway", "users", "rooms", "tasks", "keys"]
    scraped = await compose("exec", "-T", "gateway", "python", "-c", _SCRAPE, token, *hosts)
    there = set(re.findall(r"^# TYPE (\w+)", scraped, re.MULTILINE))
    alerts = (ROOT / "deploy" / "alerts.yml").read_text()
    asked = set(re.findall(r"\b(\w+_(?:total|bucket|backlog|seconds))\b[{\[) ]", alerts))
    assert asked
    assert {name.removesuffix("_bucket") for name in asked} <= there


async def test_without_the_token_there_are_no_metrics(work: Work) -> None:
    status, _ = await work.owner.send("GET", "/metrics")
    assert status == 404


async def test_a_request_is_followed_through_all_services_by_its_id(compose: Compose, work: Work) -> None:
    async with work.owner.http.get(
        f"{work.owner.base}/v1/rooms/{work.room}", headers={"Authorization": f"Bearer {work.owner.token}"}
    ) as answer:
        assert answer.status == 200
        request = answer.headers["Request-Id"]
    logged = await compose("logs", "--no-log-prefix", "--since", "1m")
    lines = [line for line in logged.splitlines() if request in line]
    services = {found[1] for line in lines if (found := re.search(r'"service": ?"(\w+)"', line))}
    assert {"gateway", "keys"} <= services, lines

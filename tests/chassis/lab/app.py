"""The lab service. `TASKSYNC_PEER_URL` names another lab, to hop to."""

from quart import Quart

from chassis.database import Database
from chassis.passport import PassportOffice
from chassis.service import connect_peer, create_service
from chassis.settings import DatabaseSettings
from tests.chassis.lab.routes import PEER, blueprint


class Settings(DatabaseSettings, frozen=True, kw_only=True):
    peer_url: str = "http://127.0.0.1:9"


def create_app(settings: Settings) -> Quart:
    office = PassportOffice("lab", settings.passport_secret)
    peer, transport = connect_peer("peer", settings.peer_url, office, settings)
    return create_service(
        "lab",
        settings,
        [blueprint],
        database=Database(settings, "lab"),
        transports=[transport],
        extensions={PEER: peer},
    )

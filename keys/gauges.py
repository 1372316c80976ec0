"""What waits in Keys, as a metric: a cascade or a claim that stays there is somebody's to look at."""

from prometheus_client import Gauge

from chassis.database import Database
from keys.queries import burials


def create_backlog_gauge() -> Gauge:
    """To be registered with the app's metrics."""
    return Gauge("keys_backlog", "What waits to be drained or settled", ["kind"], registry=None)


async def measure_backlog(database: Database, gauge: Gauge) -> None:
    """Counts what is left to drain and what nobody has settled; each count is a small index."""
    async with database.connection() as connection:
        counts = await burials.backlog(connection)
    for kind, count in counts.items():
        gauge.labels(kind).set(count)

"""Taking writes back."""

from quart import Blueprint
from quart_schema import hide

from chassis.bodies import accepts, answers
from chassis.database import Connection, current_database
from chassis.idempotency import idempotent, remember
from chassis.passport import caller
from chassis.undo import Undo
from tasks import inverses, steps
from tasks.models import Results
from tasks.steps import Step, StepFailed, Written
from tasks.undo import read_token, undoable

blueprint = Blueprint("undo", __name__)


@blueprint.post("/v1/undo")
@hide
@undoable
@idempotent()
@accepts(Undo)
@answers(Results)
async def undo(body: Undo) -> Results:
    """Take back a write of tasks and comments. Of a batch all is taken back, the last operation first."""
    recorded = read_token(body.token)
    async with current_database().connection() as connection:
        logged = await inverses.find_changes(connection, recorded)

    async def plan() -> list[Step]:
        async with current_database().connection() as connection:
            return await inverses.plan(connection, logged, caller())

    async def finish(connection: Connection, written: list[Written]) -> Results:
        return await remember(connection, steps.to_results(written))

    try:
        return await steps.perform(logged[0].room_id, plan, finish)
    except StepFailed as failed:
        raise failed.problem from failed

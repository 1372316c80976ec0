"""Taking writes back."""

from quart import Blueprint

from chassis.bodies import accepts, answers, refuses
from chassis.database import Connection, current_database
from chassis.idempotency import idempotent, remember
from chassis.passport import caller
from tasks import inverses, steps
from tasks.models import Results, Undo
from tasks.steps import Step, StepFailed, Written
from tasks.undo import open_token, undoable

blueprint = Blueprint("undo", __name__)


@blueprint.post("/v1/undo")
@undoable
@idempotent()
@refuses(409, "Somebody whom this names is gone (`reference_gone`).")
@refuses(412, "Others changed the same `fields` since; `current` is the resource as it is now.")
@accepts(Undo)
@answers(Results)
async def undo(body: Undo) -> Results:
    """Take back one of your writes of tasks and comments, within ten minutes. What it created goes into the trash.

    It takes the rights that the opposite write takes. Of a batch all is taken back, the last operation first. The
    answer carries a token too: with it the write is done again.
    """
    recorded = open_token(body.token)
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

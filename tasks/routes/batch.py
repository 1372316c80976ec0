"""Many writes in one call."""

from uuid import UUID

from quart import Blueprint

from chassis.bodies import accepts, answers, refuses
from chassis.database import Connection, current_database
from chassis.idempotency import idempotent, remember
from chassis.passport import caller
from tasks import assigning, batch, steps
from tasks.batch.operations import Batch
from tasks.models import Results
from tasks.steps import Step, StepFailed, Written
from tasks.undo import undoable

blueprint = Blueprint("batch", __name__)


@blueprint.post("/v1/rooms/<uuid:room_id>/batch")
@undoable
@idempotent()
@refuses(409, "Somebody whom an operation names is gone (`reference_gone`), or is just being assigned (`pending`).")
@refuses(409, "Others assigned the same people meanwhile (`already_linked`): ask again.")
@refuses(422, assigning.STRANGER)
@refuses(412, "The same `fields` were changed since `if_match` (`conflict`); `current` is the resource as it is now.")
@accepts(Batch)
@answers(Results)
async def run_batch(asked: Batch, room_id: UUID) -> Results:
    """Do up to 100 operations on the tasks and comments of a room, all or none.

    A problem is that of the first operation that could not be done, and `index` says which, from 0; but a `ref` or a
    comment that is not there comes before a right that is missing and who is no member, and that before all else.
    What is no such operation is refused before any is tried, without an `index`: `errors` names it, as
    `operations[1].title`. Each takes the right that it takes by itself.
    """

    async def plan() -> list[Step]:
        async with current_database().connection() as connection:
            return await batch.plan(connection, room_id, asked.operations, caller())

    async def finish(connection: Connection, written: list[Written]) -> Results:
        return await remember(connection, steps.to_results(written))

    try:
        carry_out = steps.rehearse if asked.dry_run else steps.perform
        return await carry_out(room_id, plan, finish)
    except StepFailed as failed:
        raise batch.explain(failed, asked.operations) from failed

"""Taking a new name back. Nothing else of an account can be undone: it takes a password, or is a secret."""

from quart import Blueprint
from quart_schema import hide

from chassis.bodies import accepts, answers
from chassis.database import current_database
from chassis.idempotency import idempotent, remember, take_key
from chassis.passport import caller
from chassis.undo import Undo, current_undo, undoable
from users import account
from users.models import AccountResult, AccountResults, Renamed

blueprint = Blueprint("undo", __name__)


@blueprint.post("/v1/undo")
@hide
@undoable
@idempotent()
@accepts(Undo)
@answers(AccountResults)
async def undo_write(body: Undo) -> AccountResults:
    """Take back a new name."""
    work = current_undo().open(body.token, Renamed)
    async with current_database().transaction() as connection:
        await take_key(connection)
        renamed = await account.rename(connection, caller(), work.name, work.version)
        return await remember(connection, AccountResults([AccountResult(renamed)]))

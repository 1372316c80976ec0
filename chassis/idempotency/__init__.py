"""Writes that are done once, however often they are sent: `Idempotency-Key`.

It is the header of draft-ietf-httpapi-idempotency-key-header.

@blueprint.post("/v1/rooms/<uuid:room_id>/things")
@idempotent()
@accepts(NewThing)
@answers(Thing, 201)
async def create_thing(new: NewThing, room_id: UUID) -> Thing:
    ...  # the right first: who has lost it meanwhile gets no answer again
    async with current_database().transaction() as connection:
        await take_key(connection)
        return await remember(connection, await queries.insert_thing(connection, new))

A key is its caller's, and the answer is kept in the write's own transaction: it is there if and only if the write is.
Without the header `take_key` and `remember` do nothing. What writes with one statement takes its connection from
`keyed`, which begins a transaction only where there is a key.
"""

from chassis.idempotency.attempts import keep_headers, keyed, remember, take_key
from chassis.idempotency.handlers import (
    BEFORE_REPLAY,
    documents_key,
    idempotent,
    inner_headers,
    kept_answer,
    refuses_key,
)
from chassis.idempotency.storage import MIGRATION, prune, pruning

__all__ = [
    "BEFORE_REPLAY",
    "MIGRATION",
    "documents_key",
    "idempotent",
    "inner_headers",
    "keep_headers",
    "kept_answer",
    "keyed",
    "prune",
    "pruning",
    "refuses_key",
    "remember",
    "take_key",
]

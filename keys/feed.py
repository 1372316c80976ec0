"""The changes of Keys: for the services whose rows follow them, and for who is shown a room."""

from chassis.feed import Log

LOG = Log(
    columns="""room_id, user_id, kind, entity_id AS id, op, version, actor, at, request_id, before,
               after::text AS record""",
    topics=("room_id", "user_id"),
)

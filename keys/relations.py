"""The relations, as data: one row each, with its ON DELETE rules in SQL's own words.

Adding one is adding a row here, and what docs/references.md says of its owner and of the audit.
"""

from typing import Literal

import msgspec

from keys.client.models import NodeType, Relation

# What becomes of the link, and of the source's row, when the target is deleted.
OnTarget = Literal["cascade", "set null", "link goes"]
# ... when the source is deleted. `restrict last owner`: refused while others are in a room without another owner.
OnSource = Literal["link goes", "restrict last owner"]


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """`requires`: the source or target user must also be a member of the room, and loses this link with that."""

    relation: Relation
    source: tuple[NodeType, ...]
    target: NodeType
    attributes: tuple[str, ...] = ()
    on_target: OnTarget
    on_source: OnSource = "link goes"
    requires: Relation | None = None


RULES = (
    Rule(
        relation="member",
        source=("user",),
        target="room",
        attributes=("role",),
        on_target="link goes",
        on_source="restrict last owner",
    ),
    Rule(relation="in_room", source=("task",), target="room", on_target="cascade"),
    Rule(relation="on_task", source=("comment",), target="task", on_target="cascade"),
    Rule(relation="assignee", source=("task",), target="user", on_target="set null", requires="member"),
    Rule(relation="author", source=("task", "comment"), target="user", on_target="set null"),
)
BY_NAME: dict[str, Rule] = {rule.relation: rule for rule in RULES}

# Which service holds the rows of a type of node.
OWNERS: dict[NodeType, str] = {"user": "users", "room": "rooms", "task": "tasks", "comment": "tasks"}

"""What the operations of one batch share: the room, who asks, and what has been created so far."""

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from msgspec import UNSET, UnsetType

from chassis.problems import invalid
from keys.client import Link, Need, Node, room, user

Pair = tuple[UUID, UUID]


@dataclass
class Scope:
    """`standing` are the links of the assignments that stand, by task and user, of those that are asked about."""

    room_id: UUID
    actor: UUID
    standing: dict[Pair, UUID]
    _created: set[Node] = field(default_factory=set)
    _named: dict[str, Node] = field(default_factory=dict)
    _assigned: set[Pair] = field(default_factory=set)

    def create(self, node: Node, ref: str | None) -> Node:
        self._created.add(node)
        if ref is not None:
            if ref in self._named:
                raise invalid("ref", "names an earlier operation already")
            self._named[ref] = node
        return node

    def creates(self, node: Node) -> bool:
        return node in self._created

    def find(self, kind: Literal["task", "comment"], name: str, at: str) -> Node:
        """The task or comment that the field `at` names. Raises a 422 problem if it is none."""
        try:
            node = self._named.get(name) or Node(kind, UUID(name))
        except ValueError:
            raise invalid(at, "is neither an id nor the ref of an earlier operation") from None
        if node.type != kind:
            raise invalid(at, f"names a {node.type}")
        return node

    def find_anchor(self, name: str | UnsetType, at: str) -> UUID | UnsetType:
        return UNSET if isinstance(name, UnsetType) else self.find("task", name, at).id

    def needs(self, node: Node, *actions: str) -> tuple[Need, ...]:
        """What it takes to do `actions` on `node`. Keys does not know yet what is created here: the room decides.

        A comment that is created here is the caller's own, so whoever may create it may do the rest.
        """
        if not self.creates(node):
            return tuple(Need(action=action, on=node) for action in actions)
        known = ["comment.create"] if node.type == "comment" else actions
        return tuple(Need(action=action, on=room(self.room_id)) for action in known)

    def authorship(self, node: Node) -> Link:
        return Link(relation="author", source=node, target=user(self.actor))

    def take_turn(self, node: Node, user_id: UUID, at: str) -> UUID | None:
        """The link that assigns the task to the user. Raises a 422 problem where the batch has changed it already."""
        pair = node.id, user_id
        if pair in self._assigned:
            raise invalid(at, "is assigned or unassigned twice in this batch")
        self._assigned.add(pair)
        return self.standing.get(pair)

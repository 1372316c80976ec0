"""Keys against a small model of the same rules: whatever happened, every door gives the model's answer."""

import asyncio
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test

from keys import roles
from keys.client import Need, Node, Role, room, user
from tests.keys.claiming import PEOPLE, ROOMS, Claiming, people, rooms
from tests.keys.model import Model
from tests.seeds import add_room, add_user
from tests.system import System

# The services of this process draw from it too, in their own thread.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module")

_ACTIONS = [right.action for right in roles.RIGHTS if not right.action.startswith("comment")]
any_role = st.sampled_from(roles.LADDER)


class Machine(Claiming):
    steps = 0

    @initialize()
    def begin(self) -> None:
        self.users = [self.wait(add_user(self.system)) for _ in range(PEOPLE)]
        self.rooms = [self.wait(add_room(self.system, self.users[number])) for number in range(ROOMS)]
        self.model = Model([{number: "owner"} for number in range(ROOMS)])
        for place in range(ROOMS):
            self.begin_with_a_task(place)

    @rule(place=rooms, by=people, person=people, role=any_role)
    def bring_in(self, place: int, by: int, person: int, role: Role) -> None:
        body = {"user_id": self.users[person], "role": role}
        status = self.ask("POST", f"/internal/rooms/{self.rooms[place]}/members", by, body).status
        expected = self.model.status(place, by, "member.add", role)
        if expected == 200:
            expected = 404 if person in self.model.gone else 409 if self.model.role(place, person) else 201
        assert status == expected
        members = self.model.members[place]
        if status == 201 and members is not None:
            members[person] = role

    @rule(place=rooms, by=people, person=people, role=any_role)
    def set_role(self, place: int, by: int, person: int, role: Role) -> None:
        path = f"/internal/rooms/{self.rooms[place]}/members/{self.users[person]}"
        status = self.ask("PUT", path, by, {"role": role}).status
        assert status == self._set_role(place, by, person, role)

    def _set_role(self, place: int, by: int, person: int, role: Role) -> int:
        own, present, members = self.model.role(place, by), self.model.role(place, person), self.model.members[place]
        refused = self.model.status(place, by, "member.role", role)
        if refused != 200 or own is None or members is None:
            return refused
        if present is None:
            return 404
        if not roles.may_grant(own, present):
            return 403
        if present == "owner" != role and "owner" not in self.model.others(place, person).values():
            return 409
        members[person] = role
        return 200

    @rule(place=rooms, by=people, person=people)
    def take_out(self, place: int, by: int, person: int) -> None:
        status = self.ask("DELETE", f"/v1/rooms/{self.rooms[place]}/members/{self.users[person]}", by).status
        assert status == self._take_out(place, by, person)

    def _take_out(self, place: int, by: int, person: int) -> int:
        own, present = self.model.role(place, by), self.model.role(place, person)
        refused = self.model.status(place, by, "room.view" if by == person else "member.remove")
        if refused != 200 or own is None:
            return refused
        if present is None:
            return 404
        if not roles.may_grant(own, present):
            return 403
        others = self.model.others(place, person)
        if present == "owner" and others and "owner" not in others.values():
            return 409
        self.model.leaves(place, person)
        if not others:
            self.model.members[place] = None
        return 204

    @rule(place=rooms, by=people)
    def delete_room(self, place: int, by: int) -> None:
        expected = self.model.status(place, by, "room.delete")
        status = self._bury(room(self.rooms[place]), "room.delete", by)
        assert status == (204 if expected == 200 else expected)
        if expected == 200:
            self.model.members[place] = None

    def _bury(self, node: Node, action: str, by: int) -> int:
        body = {"node": node, "needs": [Need(action=action, on=node)]}
        return self.ask("POST", "/internal/nodes/bury", by, body, f"{node.type}s").status

    @rule(person=people)
    def delete_account(self, person: int) -> None:
        body = {"node": user(self.users[person]), "needs": []}
        owned = [place for place in range(ROOMS) if self.model.role(place, person) == "owner"]
        stuck = [
            place for place in owned if (left := self.model.others(place, person)) and "owner" not in left.values()
        ]
        status = self.ask("POST", "/internal/nodes/bury", person, body, "users").status
        assert status == (409 if stuck else 204)
        if stuck:
            return
        self.model.gone.add(person)
        for place in range(ROOMS):
            if self.model.role(place, person):
                self.model.leaves(place, person)
                if place in owned and not self.model.members[place]:
                    self.model.members[place] = None

    @invariant()
    def every_door_agrees(self) -> None:
        person, place = self.steps % PEOPLE, self.steps % ROOMS
        mine = {self.rooms[place] for place in range(ROOMS) if self.model.role(place, person)}
        listed = self.ask("GET", "/internal/memberships", person).json()["items"]
        assert {UUID(each["room_id"]) for each in listed} == mine
        self._look(place, person)
        self.check_references(person)
        self.steps += 1

    def teardown(self) -> None:
        """In the end Keys hears of each claim, as from a sweeper; and then what it says is right, too."""
        while self.open:
            self._settle(0, 0, confirms=len(self.open) % 2 == 0)
            self.every_door_agrees()

    def _look(self, place: int, person: int) -> None:
        """A look, a check and an explanation of one action, and the list of members."""
        action = _ACTIONS[self.steps % len(_ACTIONS)]
        node = room(self.rooms[place])
        expected = self.model.status(place, person, action)
        assert self.ask("POST", "/internal/needs", person, [Need(action=action, on=node)]).status == expected
        seen = self.ask("POST", "/internal/looks", person, {"on": node, "actions": [action], "members": {}})
        assert seen.status == expected
        params = f"?action={action}"
        explained = self.ask("GET", f"/v1/rooms/{self.rooms[place]}/access{params}", person)
        assert explained.status == (404 if expected == 404 else 200)
        if expected == 200:
            members = {UUID(each["user_id"]): each["role"] for each in seen.json()["members"]["items"]}
            assert members == {self.users[each]: role for each, role in (self.model.members[place] or {}).items()}
            assert seen.json()["role"] == self.model.role(place, person)


async def test_keys_agrees_with_the_model(system: System) -> None:
    Machine.system, Machine.loop = system, asyncio.get_running_loop()
    bounds = settings(
        max_examples=16,
        stateful_step_count=20,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, Machine, settings=bounds)

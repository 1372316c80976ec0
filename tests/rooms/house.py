"""A room with one person of each role, one stranger, and what they ask of the service."""

from dataclasses import dataclass
from typing import Any, get_args
from uuid import UUID

from keys.client import Role
from tests.seeds import add_member, add_user, grant
from tests.system import Reply, System


@dataclass
class House:
    system: System
    room: UUID
    people: dict[str, UUID]

    @property
    def path(self) -> str:
        return f"/v1/rooms/{self.room}"

    async def ask(self, who: str, method: str, path: str, **options: Any) -> Reply:
        """As the person with this role, or the `stranger`."""
        return await self.system.call("rooms", method, path, user=self.people[who], **options)

    async def read(self, who: str, path: str, *actions: str) -> Reply:
        """With the grant that the gateway would bring."""
        return await self.ask(who, "GET", path, headers=grant(self.people[who], self.room, actions=actions))

    async def room_now(self) -> dict[str, Any]:
        reply = await self.read("owner", self.path, "room.view")
        assert reply.status == 200, reply.body
        answer: dict[str, Any] = reply.json()
        return answer

    async def invite(self, who: str = "owner", *, role: Role = "viewer", **wishes: Any) -> str:
        """The code of a new invite."""
        made = await self.ask(who, "POST", f"{self.path}/invites", json={"role": role, **wishes})
        assert made.status == 201, made.body
        code: str = made.json()["code"]
        return code

    async def newcomer(self, name: str) -> None:
        """Somebody who is in no room."""
        self.people[name] = await add_user(self.system)

    async def role_of(self, who: str) -> str | None:
        """What Keys knows; None for no member."""
        body = {"on": {"type": "room", "id": str(self.room)}, "actions": ["room.view"]}
        reply = await self.system.call("keys", "POST", "/internal/looks", user=self.people[who], json=body)
        return reply.json()["role"] if reply.status == 200 else None

    async def demote(self, who: str) -> None:
        """Makes an editor of them."""
        path = f"/internal/rooms/{self.room}/members/{self.people[who]}"
        reply = await self.system.call("keys", "PUT", path, user=self.people["owner"], json={"role": "editor"})
        assert reply.status == 200, reply.body

    async def uses(self, code: str) -> int:
        items = (await self.read("owner", f"{self.path}/invites", "invite.view")).json()["items"]
        uses: int = next(item["uses"] for item in items if item["code"] == code)
        return uses


async def build_house(system: System) -> House:
    owner = await add_user(system)
    made = await system.call("rooms", "POST", "/v1/rooms", user=owner, json={"name": "Kitchen"})
    assert made.status == 201, made.body
    room = UUID(made.json()["id"])
    people = {role: await add_member(system, room, role) for role in get_args(Role) if role != "owner"}
    return House(system, room, {**people, "owner": owner, "stranger": await add_user(system)})

"""A room with a task, a comment and an invite; an owner, a viewer and a stranger. Made over the public API."""

from typing import Any

from chassis.ids import new_id
from tests.meta.operations import Operation
from tests.system import Reply, System

PASSWORD = "seven green kettles"
# One machine asks all of it, within seconds.
QUOTAS = {
    f"TASKSYNC_USERS_{name}_PER_{subject}": "1000000"
    for name in ("LOGIN", "REGISTER", "REFRESH", "LOOKUP")
    for subject in ("ACCOUNT", "ADDRESS")
}


class World:
    """`ids` are the values of path parameters by name, and what example bodies name in braces."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.ids: dict[str, str] = {}
        self.tokens: dict[str, str] = {}

    async def call(self, who: str | None, method: str, path: str, **options: Any) -> Reply:
        """A request to the gateway by `who`: "owner", "viewer", "stranger", or None without a token."""
        headers = dict(options.pop("headers", {}))
        if who is not None:
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        return await self.system.request("gateway", method, path, headers=headers, **options)

    def path(self, operation: Operation) -> str:
        return operation.path.format(**self.ids)

    async def make(self, who: str | None, method: str, path: str, **json: Any) -> Any:
        reply = await self.call(who, method, path, json=json)
        assert reply.status in {200, 201}, reply.body
        return reply.json()

    async def register(self, name: str) -> str:
        """Registers `name`, and returns the account's id."""
        self.ids[f"{name}_email"] = email = f"{name}-{new_id().hex}@example.org"
        made = await self.make(None, "POST", "/v1/auth/register", email=email, name=name, password=PASSWORD)
        self.tokens[name] = made["access_token"]
        self.ids["refresh_token"] = made["refresh_token"]
        return str(made["user"]["id"])


async def make_world(system: System) -> World:
    world = World(system)
    ids = world.ids
    for name in ("stranger", "viewer", "owner"):
        ids[f"{name}_id"] = await world.register(name)
    ids["user_id"] = ids["viewer_id"]
    room = await world.make("owner", "POST", "/v1/rooms", name="Kitchen")
    ids["room_id"] = room["id"]
    path = f"/v1/rooms/{room['id']}"
    await world.make("owner", "POST", f"{path}/members", email=ids["viewer_email"], role="viewer")
    ids["code"] = (await world.make("owner", "POST", f"{path}/invites", role="viewer"))["code"]
    task = await world.call("owner", "POST", f"{path}/tasks", json={"title": "Boil water"})
    ids["task_id"], ids["other_undo_token"] = task.json()["id"], task.headers["TaskSync-Undo"]
    comment = await world.call(
        "owner", "POST", f"/v1/tasks/{ids['task_id']}/comments", json={"body": "Which kettle?"}
    )
    ids["comment_id"], ids["undo_token"] = comment.json()["id"], comment.headers["TaskSync-Undo"]
    ids["cursor"] = comment.headers["TaskSync-Cursor"]
    ids["token_id"] = (await world.make("owner", "POST", "/v1/me/tokens", name="Script", scopes=["read"]))["id"]
    ids["session_id"] = (await world.call("owner", "GET", "/v1/me/sessions")).json()["items"][0]["id"]
    return world

"""What an account's calls have made, for the calls that come after them."""

from collections import defaultdict
from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

Json = dict[str, Any]
# Method, path and body of a request.
Call = tuple[str, str, Json | None]


class Made(NamedTuple):
    """What an operation makes: the path parameter that names it, how one is made anew, and how one is used."""

    parameter: str
    path: str
    body: Json
    method: str
    used: str
    use: Json | None = None

    def name_of(self, answer: Json) -> str:
        return str(answer["code" if self.parameter == "code" else "id"])


MADE = {
    "create_room": Made("room_id", "/v1/rooms", {"name": "Made anew"}, "GET", "/v1/rooms/{}"),
    "create_token": Made(
        "token_id", "/v1/me/tokens", {"name": "Made anew", "scopes": ["read"]}, "DELETE", "/v1/me/tokens/{}"
    ),
    "create_invite": Made("code", "/v1/rooms/{room_id}/invites", {"role": "viewer"}, "POST", "/v1/invites/{}"),
    "create_task": Made("task_id", "/v1/rooms/{room_id}/tasks", {"title": "Made anew"}, "GET", "/v1/tasks/{}"),
    "create_comment": Made(
        "comment_id", "/v1/tasks/{task_id}/comments", {"body": "Made anew"}, "PATCH", "/v1/comments/{}", {"body": "?"}
    ),
}
MAKERS = {made.parameter: name for name, made in MADE.items()}


class Belongings:
    """`make` sends a POST and returns what it made; `user` is the account's id."""

    def __init__(self, user: str, make: Callable[[str, Json], Json]) -> None:
        self._make, self._random = make, Random(1)
        self._alive: dict[str, list[str]] = defaultdict(list, user_id=[user])
        self._parents: dict[str, Json] = {}
        self._operations: dict[str, str] = {}
        self._trash: list[str] = []
        self.undo = self.cursor = ""

    def fill(self, operation: str, ids: Json) -> Json:
        """`ids` of what is there: where there is none of such a name, another that is, with the parents it has."""
        if operation == "restore_task" and self._trash:
            return {"task_id": self._trash[-1]}
        filled: Json = {}
        for parameter, value in reversed(ids.items()):
            if parameter not in filled and (parameter in MAKERS or parameter in self._alive):
                filled[parameter] = value if value in self._alive[parameter] else self.pick(parameter)
                filled = {**self._parents.get(filled[parameter], {}), **filled}
        return {name: filled.get(name, value) for name, value in ids.items()}

    def pick(self, parameter: str) -> str:
        if not self._alive[parameter]:
            made = MADE[MAKERS[parameter]]
            parents = {name: self.pick(name) for name in MAKERS if f"{{{name}}}" in made.path}
            answer = self._make(made.path.format(**parents), made.body)
            if "request_id" in answer:
                return self._pick_elsewhere(parameter, parents, answer)
            self.learn(MAKERS[parameter], parents, answer)
        return self._random.choice(self._alive[parameter][-3:])

    def _pick_elsewhere(self, parameter: str, parents: Json, problem: Json) -> str:
        """An undo has taken away what it was to be made in: so that is not there any more."""
        assert parents, problem
        assert problem["status"] == 404, problem
        for name in parents.values():
            self.lose(name)
        return self.pick(parameter)

    def learn(self, operation: str, parents: Json, answer: Json) -> None:
        """`answer` is what `operation` on `parents` has answered."""
        if operation == "restore_task":
            self._trash.remove(answer["id"])
            self._alive["task_id"].append(answer["id"])
        elif operation in MADE:
            name = MADE[operation].name_of(answer)
            self._alive[MADE[operation].parameter].append(name)
            self._parents[name], self._operations[name] = parents, operation

    def lose(self, name: str) -> list[Call]:
        """`name` is not there any more, nor what was under it. Returns calls that would use what is lost."""
        operation = self._operations.get(name)
        if operation is None or name not in self._alive[MADE[operation].parameter]:
            return []
        made = MADE[operation]
        self._alive[made.parameter].remove(name)
        if operation == "create_task":
            self._trash.append(name)
        under = [each for each, parents in self._parents.items() if name in parents.values()]
        uses = [use for each in under for use in self.lose(each)]
        return [(made.method, made.used.format(name), made.use), *uses]

"""Read by schemathesis: what an account does in a chain of calls, a stranger tries first; and four rules hold.

A stranger reaches nothing. Nothing deleted is used. A create that failed leaves nothing. No child is reached through
another parent. Where no link gave a call an id that is there, it gets one that an earlier call has made. The tokens
come in the environment; what was tried goes into the file TALLY, so that a run that tried nothing does not pass.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import requests
import schemathesis
from schemathesis import Case, CheckContext, HookContext, Response

from tests.e2e.belongings import Belongings, Call, Json

BASE, OWNER, STRANGER, OTHER_ROOM, USER = (
    os.environ.get(f"CHAINS_{name}", "") for name in ("BASE", "OWNER", "STRANGER", "OTHER_ROOM", "USER")
)
TALLY = "tally.json"
# An invite is for whoever has its code.
FOR_WHO_KNOWS = {"redeem_invite"}
HIDDEN = {401, 403, 404}
# What the schema cannot say is left out: whose cursor it is, who is a member, what was sent before, what it may take.
UNSAID = {"after", "assignee", "assignees", "If-Match", "Idempotency-Key", "TaskSync-Timeout"}
# Shorter texts may stand in any answer by chance.
TELLING = 12

AnyCase = Case[Any]
session = requests.Session()
tried: dict[str, requests.Response] = {}
astray: dict[str, requests.Response] = {}
lists: dict[str, list[Any]] = {}
known: set[str] = set()
tally: dict[str, Counter[str]] = {rule: Counter() for rule in ("stranger", "deleted", "failed", "parent")}


def send(token: str, method: str, path: str, body: Json | None = None) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return session.request(method, BASE + path, headers=headers, json=body, timeout=30)


def make(path: str, body: Json) -> Json:
    made: Json = send(OWNER, "POST", path, body).json()
    return made


belongings = Belongings(USER, make)


def name_of(case: AnyCase) -> str:
    return str(case.operation.definition.raw["operationId"])


@schemathesis.hook
def before_call(_context: HookContext, case: AnyCase, _options: dict[str, Any]) -> None:
    """The stranger goes before the owner: what the owner deletes is still there to be found."""
    name = name_of(case)
    case.path_parameters = belongings.fill(name, case.path_parameters or {})
    for container in (case.query, case.headers, case.body):
        if isinstance(container, MutableMapping):
            for unsaid in UNSAID:
                container.pop(unsaid, None)
    case.body = bodies().get(name, case.body)
    if name == "list_changes":
        case.query = {"after": belongings.cursor}
    if name == "undo" or (case.path_parameters and name not in FOR_WHO_KNOWS):
        sent = case.as_transport_kwargs(base_url=BASE)
        sent["headers"]["Authorization"] = f"Bearer {STRANGER}"
        tried[case.id] = session.request(**sent, timeout=30)
    if through := elsewhere(name, case.path_parameters):
        astray[case.id] = send(OWNER, *through)
    if makes_one_of_a_list(case):
        lists[case.id] = read_list(case.formatted_path)


def bodies() -> dict[str, Json]:
    """Of what refers to something in its body."""
    return {
        "undo": {"token": belongings.undo},
        "move_task": {"status": "doing"},
        "run_batch": {"operations": [{"op": "create_task", "title": "In a batch"}]},
    }


def elsewhere(name: str, ids: Json) -> Call | None:
    """The same through a room that is not the parent; tasks are named within a room by a batch alone."""
    if name == "revoke_invite":
        return "DELETE", f"/v1/rooms/{OTHER_ROOM}/invites/{ids['code']}", None
    operations: dict[str, Json] = {
        "edit_task": {"title": "Astray"},
        "delete_task": {},
        "create_comment": {"body": "?"},
    }
    if name not in operations:
        return None
    operation = {"op": name, "task": ids["task_id"], **operations[name]}
    return "POST", f"/v1/rooms/{OTHER_ROOM}/batch", {"operations": [operation]}


def makes_one_of_a_list(case: AnyCase) -> bool:
    return case.method == "POST" and "get" in case.operation.schema.raw_schema["paths"][case.path]


def read_list(path: str) -> list[Any]:
    """All of its pages, or how it was refused."""
    items: list[Any] = []
    after = ""
    while True:
        answer = send(OWNER, "GET", f"{path}?limit=200{after}")
        if not answer.ok:
            return [answer.status_code]
        items += answer.json()["items"]
        if answer.json()["next"] is None:
            return items
        after = f"&after={answer.json()['next']}"


@schemathesis.check
class OfTwoAccounts:
    """The four rules. A complaint is an AssertionError."""

    def after_response(self, _context: CheckContext, response: Response, case: AnyCase) -> None:
        name, done = name_of(case), 200 <= response.status_code < 300
        if case.id in tried:
            judge_stranger(tried.pop(case.id), name, done)
        if case.id in astray:
            reply = astray.pop(case.id)
            assert reply.status_code in {404, 422}, f"through another room: {reply.status_code} {reply.text}"
            tally["parent"][name] += done
        before = lists.pop(case.id, None)
        if before is not None and 400 <= response.status_code < 500:
            assert read_list(case.formatted_path) == before, f"a refused {name} left something"
            tally["failed"][name] += 1
        learn(name, case, response)

    def after_run(self, _context: CheckContext) -> None:
        Path(TALLY).write_text(json.dumps(tally))


def judge_stranger(reply: requests.Response, name: str, done: bool) -> None:
    """The input of what was done is good; of bad input a stranger may be told before that there is nothing to see."""
    refused = reply.status_code in HIDDEN if done else 400 <= reply.status_code < 500
    assert refused, f"a stranger got {reply.status_code} {reply.text}"
    found = {text for text in known if text in reply.text}
    assert not found, f"a stranger is told {found}"
    tally["stranger"][name] += done


def learn(name: str, case: AnyCase, response: Response) -> None:
    """What the answer has that nobody else may know, what has been made, and what is gone."""
    ids = case.path_parameters or {}
    if response.status_code == 404:
        for each in ids.values():
            belongings.lose(each)
    if not 200 <= response.status_code < 300:
        return
    belongings.undo = (response.headers.get("tasksync-undo") or [belongings.undo])[0]
    if response.status_code != 204:
        belongings.cursor = response.json().get("cursor", belongings.cursor)
        known.update(texts(response.json()))
        belongings.learn(name, ids, response.json())
    elif name in {"delete_room", "delete_task", "delete_comment", "revoke_invite", "revoke_token"}:
        for use in belongings.lose(ids[case.path.rpartition("{")[2].rstrip("}")]):
            reply = send(OWNER, *use)
            assert reply.status_code == 404, f"after {name}, {use}: {reply.status_code} {reply.text}"
            tally["deleted"][name] += 1


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts(item)
    elif isinstance(value, str) and len(value) >= TELLING:
        yield value

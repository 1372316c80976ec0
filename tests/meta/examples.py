"""For each operation that takes a body, one that is good; and what must have happened before an operation works.

Names in braces are filled in from the world.
"""

from typing import Any

from tests.meta.operations import Json
from tests.meta.world import PASSWORD

BODIES: dict[str, Json] = {
    "register": {"email": "new-{room_id}@example.org", "name": "New", "password": PASSWORD},
    "login": {"email": "{owner_email}", "password": PASSWORD},
    "refresh": {"refresh_token": "{refresh_token}"},
    "change_account": {"name": "Owner of the kitchen"},
    "create_token": {"name": "Another script", "scopes": ["read", "write"], "rooms": ["{room_id}"]},
    "create_room": {"name": "Garden", "description": "Where things grow."},
    "change_room": {"name": "Big kitchen"},
    "add_member": {"email": "{stranger_email}", "role": "contributor"},
    "set_role": {"role": "editor"},
    "create_invite": {"role": "viewer", "expires_in": 3600, "max_uses": 3},
    "create_task": {"title": "Pour tea", "due_at": "2030-01-01T12:00:00Z", "assignees": ["{viewer_id}"]},
    "edit_task": {"title": "Boil more water", "priority": "high"},
    "move_task": {"status": "doing"},
    "run_batch": {
        "operations": [{"op": "create_comment", "task": "{task_id}", "body": "Is it hot?"}],
        "dry_run": False,
    },
    "undo": {"token": "{undo_token}"},
    "create_comment": {"body": "The blue one."},
    "edit_comment": {"body": "Which kettle, the blue one?"},
}

QUERIES: dict[str, dict[str, str]] = {
    "explain_access": {"action": "task.edit"},
    "list_changes": {"after": "{cursor}"},
}

# Method and path of what goes before.
BEFORE: dict[str, tuple[str, str]] = {
    "restore_task": ("DELETE", "/v1/tasks/{task_id}"),
    # The last owner of a room with other members stays.
    "delete_account": ("DELETE", "/v1/rooms/{room_id}/members/{viewer_id}"),
    "unassign_task": ("PUT", "/v1/tasks/{task_id}/assignees/{user_id}"),
}

# Who may, where it is not the owner of the room.
BY_OTHERS = {"redeem_invite": "stranger"}


def fill(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, str):
        return value.format(**ids)
    if isinstance(value, dict):
        return {key: fill(item, ids) for key, item in value.items()}
    return [fill(item, ids) for item in value] if isinstance(value, list) else value

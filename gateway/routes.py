"""The public API: every operation, who answers it, and which right it takes."""

from gateway.table import Route
from gateway.views.activity import list_activity, list_history
from gateway.views.changes import list_changes, sync
from gateway.views.events import stream_all, stream_room
from gateway.views.members import add_member, list_members, remove_member, set_role
from gateway.views.room import get_room_view
from gateway.views.rooms import get_home, list_rooms
from gateway.views.task import get_task_view
from gateway.views.undo import undo

_ROOM = "/v1/rooms/<uuid:room_id>"
_TASK = "/v1/tasks/<uuid:task_id>"
_COMMENT = "/v1/comments/<uuid:comment_id>"

ROUTES = (
    Route("POST", "/v1/auth/register", "users", "public", "sign_in"),
    Route("POST", "/v1/auth/login", "users", "public", "sign_in"),
    Route("POST", "/v1/auth/refresh", "users", "public", "sign_in"),
    Route("POST", "/v1/auth/logout", "users", "self", "write"),
    Route("GET", "/v1/me", "users", "self", "read"),
    Route("PATCH", "/v1/me", "users", "self", "write"),
    Route("DELETE", "/v1/me", "users", "self", "write"),
    Route("GET", "/v1/me/sessions", "users", "self", "read"),
    Route("DELETE", "/v1/me/sessions", "users", "self", "write"),
    Route("DELETE", "/v1/me/sessions/<uuid:session_id>", "users", "self", "write"),
    Route("GET", "/v1/me/tokens", "users", "self", "read"),
    Route("POST", "/v1/me/tokens", "users", "self", "write"),
    Route("DELETE", "/v1/me/tokens/<uuid:token_id>", "users", "self", "write"),
    Route("GET", "/v1/me/home", "gateway", "self", "read", get_home),
    Route("GET", "/v1/rooms", "gateway", "self", "read", list_rooms),
    Route("POST", "/v1/rooms", "rooms", "self", "write"),
    Route("GET", _ROOM, "gateway", "room.view", "read", get_room_view),
    Route("PATCH", _ROOM, "rooms", "room.edit", "write"),
    Route("DELETE", _ROOM, "rooms", "room.delete", "write"),
    Route("GET", f"{_ROOM}/members", "gateway", "room.view", "read", list_members),
    Route("POST", f"{_ROOM}/members", "gateway", "member.add", "write", add_member),
    Route("PUT", f"{_ROOM}/members/<uuid:user_id>", "gateway", "member.role", "write", set_role),
    Route("DELETE", f"{_ROOM}/members/<uuid:user_id>", "gateway", "member.remove", "write", remove_member),
    Route("GET", f"{_ROOM}/invites", "rooms", "invite.view", "read"),
    Route("POST", f"{_ROOM}/invites", "rooms", "invite.create", "write"),
    Route("DELETE", f"{_ROOM}/invites/<code>", "rooms", "invite.revoke", "write"),
    Route("POST", "/v1/invites/<code>", "rooms", "self", "write"),
    Route("GET", f"{_ROOM}/access", "keys", "room.view", "read"),
    Route("GET", "/v1/roles", "keys", "self", "read"),
    Route("GET", f"{_ROOM}/tasks", "tasks", "room.view", "read"),
    Route("POST", f"{_ROOM}/tasks", "tasks", "task.create", "write"),
    Route("POST", f"{_ROOM}/batch", "tasks", "room.view", "write"),
    Route("GET", f"{_ROOM}/trash", "tasks", "trash.view", "read"),
    Route("GET", f"{_ROOM}/activity", "gateway", "room.view", "read", list_activity),
    Route("GET", f"{_ROOM}/changes", "gateway", "room.view", "read", list_changes),
    Route("GET", f"{_ROOM}/events", "gateway", "room.view", "read", stream_room, by_cookie=True),
    Route("GET", "/v1/sync", "gateway", "self", "read", sync),
    Route("GET", "/v1/events", "gateway", "self", "read", stream_all, by_cookie=True),
    Route("GET", _TASK, "gateway", "room.view", "read", get_task_view),
    Route("PATCH", _TASK, "tasks", "task.edit", "write"),
    Route("DELETE", _TASK, "tasks", "task.delete", "write"),
    Route("POST", f"{_TASK}/restore", "tasks", "task.restore", "write"),
    Route("POST", f"{_TASK}/move", "tasks", "task.move", "write"),
    Route("PUT", f"{_TASK}/assignees/<uuid:user_id>", "tasks", "task.assign", "write"),
    Route("DELETE", f"{_TASK}/assignees/<uuid:user_id>", "tasks", "task.assign", "write"),
    Route("GET", f"{_TASK}/history", "gateway", "room.view", "read", list_history),
    Route("POST", "/v1/undo", "gateway", "self", "write", undo),
    Route("GET", f"{_TASK}/comments", "tasks", "room.view", "read"),
    Route("POST", f"{_TASK}/comments", "tasks", "comment.create", "write"),
    Route("PATCH", _COMMENT, "tasks", "comment.edit", "write"),
    Route("DELETE", _COMMENT, "tasks", "comment.delete", "write"),
)

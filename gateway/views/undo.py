"""Taking writes back: the token names the service that does it."""

import msgspec
from quart import Response, request
from quart_schema import tag

from chassis.bodies import accepts, answers, refuses
from chassis.idempotency import documents_key, inner_headers
from chassis.passport import current_passport
from chassis.problems import Problem
from chassis.undo import Undo, current_undo, documents_undo
from gateway.forwarding import pass_on, to_response
from gateway.grants import granted
from gateway.services import current_services, look
from gateway.table import Route
from gateway.views.members import kept_answer, naming_collided, profile_of
from gateway.views.models import Undone
from keys.client import room
from keys.client.undo import SERVICE, MemberCame, MemberWent, MemberWork

_work: msgspec.msgpack.Decoder[MemberWork] = msgspec.msgpack.Decoder(MemberWork)


@tag(["Undo"])
@documents_undo
@documents_key
@refuses(404, "What was written is not there any more, or you may not see it.")
@refuses(409, "Somebody whom this names is gone (`reference_gone`), or the last owner (`last_owner`).")
@refuses(409, "A room is in use by now (`in_use`), or the same is being done right now (`pending`).")
@refuses(409, "Others assigned the same people meanwhile (`already_linked`): ask again.")
@refuses(412, "The same `fields` were changed since (`conflict`); `current` is the resource as it is now.")
@accepts(Undo)
@answers(Undone)
async def undo(body: Undo) -> Response:
    """Take back one of your writes, within ten minutes. What it created goes into the trash, or goes.

    It takes the rights that the opposite write takes. Of a batch all is taken back, the last operation first. The
    answer carries a token too: with it the write is done again.
    """
    token = current_undo().look(body.token)
    if token.service == SERVICE:
        work = _work.decode(token.work)
        return await granted(lambda: _undo_member(body.token, work))
    # As for the calls of the account itself.
    if token.service == "users" and current_passport().rooms is not None:
        raise Problem(403, "token_too_narrow", "This token is for some rooms alone, and not for the account.")
    data: bytes = await request.get_data(as_text=False)  # type: ignore[assignment]
    route = Route("POST", "/v1/undo", token.service, "self", "write")
    return await pass_on(route, {}, data, request.headers.get("Content-Type", ""))


async def _undo_member(text: str, work: MemberWork) -> Response:
    """Composed as the change itself: the link from Keys, the name from users."""
    key, profile = await inner_headers(), None
    if not isinstance(work, MemberCame):
        right = "member.add" if isinstance(work, MemberWent) else "member.role"
        seen = await look(room(work.room_id), right, "member.emails")
        if kept := await kept_answer(key):
            return kept
        profile = await profile_of(work.user_id, seen)
    body = msgspec.json.encode({"token": text, "user": profile})
    async with naming_collided(work.room_id):
        return to_response(await current_services().keys.call("POST", "/internal/undo", body=body, headers=key))

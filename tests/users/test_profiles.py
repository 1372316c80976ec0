"""What others learn of a user: the name, and the e-mail address only with a grant for it."""

import pytest

from chassis.ids import new_id
from tests.system import System
from tests.users.people import Person, new_email, register


async def test_names_are_for_every_passport(system: System, ada: Person) -> None:
    eve = await register(system, name="Eve")
    ids = ",".join(str(each) for each in (ada.id, eve.id, new_id()))
    reply = await system.call("users", "GET", "/internal/profiles", params={"ids": ids})
    assert reply.json() == {"items": [{"id": str(ada.id), "name": "Ada"}, {"id": str(eve.id), "name": "Eve"}]}


async def test_addresses_need_a_grant_for_them(system: System, ada: Person) -> None:
    eve = await register(system)
    for actions, expected in (((), None), (("room.view",), None), (("room.view", "member.emails"), ada.email)):
        params, grant = {"ids": str(ada.id)}, eve.grant(new_id(), *actions)
        reply = await eve.call("GET", "/internal/profiles", params=params, headers=grant)
        assert reply.json()["items"][0].get("email") == expected
    stolen = eve.grant(new_id(), "member.emails")
    reply = await ada.call("GET", "/internal/profiles", params={"ids": str(eve.id)}, headers=stolen)
    assert "email" not in reply.json()["items"][0]


@pytest.mark.parametrize("ids", ["x", ",".join(str(new_id()) for _ in range(201))])
async def test_what_is_no_list_of_at_most_200_ids_is_refused(system: System, ids: str) -> None:
    reply = await system.call("users", "GET", "/internal/profiles", params={"ids": ids})
    assert (reply.status, reply.json()["errors"][0]["field"]) == (422, "ids")


async def test_an_address_is_looked_up_only_to_add_a_member(system: System, ada: Person) -> None:
    eve = await register(system)
    body = {"email": ada.email.upper()}
    assert (await eve.call("POST", "/internal/lookup", json=body)).status == 403
    wrong = eve.grant(new_id(), "room.view")
    assert (await eve.call("POST", "/internal/lookup", json=body, headers=wrong)).status == 403
    right = eve.grant(new_id(), "member.add")
    found = await eve.call("POST", "/internal/lookup", json=body, headers=right)
    assert (found.status, found.json()) == (200, {"id": str(ada.id), "name": "Ada"})
    missing = await eve.call("POST", "/internal/lookup", json={"email": new_email()}, headers=right)
    assert (missing.status, missing.code, missing.json()["errors"][0]["field"]) == (404, "not_found", "email")

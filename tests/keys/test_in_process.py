"""The client library against Keys inside this process: the whole protocol, and not one socket between them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import msgspec
import pytest

from chassis.database import Database
from chassis.ids import new_id
from chassis.inprocess import AppTransport
from chassis.passport import Passport, PassportOffice
from chassis.peers import AnsweredBadly, Peer, Refused
from chassis.problems import Problem
from chassis.settings import load
from keys import references
from keys.app import Settings, create_app
from keys.client import Keys, Link, Need, Node, room, user
from keys.client.claims import MIGRATION, Claim, landed_claims
from keys.client.confirming import Confirmations
from keys.client.models import ClaimBody
from keys.client.sweeper import prune, sweep
from tests.postgres import Postgres
from tests.system import SECRETS


class Office(PassportOffice):
    """Passports of the rooms service, in the name of one user."""

    def __init__(self, passport: Passport) -> None:
        super().__init__("rooms", SECRETS["TASKSYNC_PASSPORT_SECRET"])
        self._passport = passport

    def forward(self) -> str:
        return self.issue(self._passport.user)


@pytest.fixture
async def owner(postgres: Postgres) -> AsyncIterator[tuple[Peer, Passport]]:
    """Keys in this process, with one user known to it, as the rooms service reaches it."""
    async with postgres.clone("keys") as url:
        environ = {**SECRETS, "TASKSYNC_KEYS_DATABASE_URL": url, "TASKSYNC_KEYS_BIND": "127.0.0.1:0"}
        environ["TASKSYNC_USERS_URL"] = "http://127.0.0.1:9"
        app = create_app(load(Settings, "keys", environ))
        async with app.test_app():
            passport = Passport(service="rooms", user=new_id(), expires=0)
            yield Peer("keys", AppTransport(app), Office(passport)), passport


@pytest.fixture
async def database(database: Database) -> Database:
    """The owner's: a clone of that of Keys, with the table that owners have in place of that of Keys."""
    async with database.connection() as connection:
        await connection.execute("DROP TABLE claims CASCADE")
        await connection.execute(MIGRATION)
    return database


@pytest.fixture
def peer(owner: tuple[Peer, Passport]) -> Peer:
    return owner[0]


async def test_a_row_gets_its_references_and_its_rights(owner: tuple[Peer, Passport], database: Database) -> None:
    peer, passport = owner
    keys, place = Keys(peer, database), room(new_id())
    with pytest.raises(Refused, match="404"):
        await keys.require(Need(action="room.view", on=place))
    me = await _register(peer, passport)
    member = Link(relation="member", source=me, target=place, role="owner")
    async with keys.referring(new=[place], links=[member]) as held:
        async with database.transaction() as connection:
            await held.land(connection)
    assert (await keys.require(Need(action="room.delete", on=place))).role == "owner"
    await keys.bury(place, needs=[Need(action="room.delete", on=place)])
    with pytest.raises(Refused, match="404"):
        await keys.require(Need(action="room.view", on=place))


async def test_what_has_landed_is_seen_before_its_lease_is_over_and_what_may_land_yet_is_left(
    peer: Peer, database: Database
) -> None:
    landed, late = await _claim_room(peer), await _claim_room(peer)
    async with database.transaction() as connection:
        await landed.land(connection)
    await sweep(peer, database, age=60)
    assert await _open(peer) == [landed.id, late.id]
    await sweep(peer, database, age=0)
    assert await _open(peer) == [late.id]
    async with database.transaction() as connection:
        await late.land(connection)
    await sweep(peer, database, age=0)
    assert await _open(peer) == []


async def test_what_was_given_up_never_lands(peer: Peer, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lease is over: Keys forgets its references, so a row that comes late must not."""
    with monkeypatch.context() as patch:
        patch.setattr(references, "LEASE_SECONDS", -1.0)
        late = await _claim_room(peer)
    await sweep(peer, database)
    assert await _open(peer) == []
    with pytest.raises(Problem) as refused:
        async with database.transaction() as connection:
            await late.land(connection)
    assert (refused.value.status, refused.value.code) == (503, "claim_expired")


async def test_a_claim_that_cannot_be_settled_keeps_no_other_from_it(
    peer: Peer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.connection() as connection:
        bad, good = await _claim_room(peer), await _claim_room(peer)
        for claim in (bad, good):
            await claim.land(connection)
    send = peer.call

    async def call(method: str, path: str, **options: Any) -> Any:
        if str(bad.id) in path:
            raise AnsweredBadly("keys", "answered 500")
        return await send(method, path, **options)

    monkeypatch.setattr(peer, "call", call)
    with pytest.raises(AnsweredBadly):
        await sweep(peer, database, age=0)
    assert await _open(peer) == [bad.id]


async def test_what_has_landed_is_not_forgotten_before_keys_has_heard_of_it(
    peer: Peer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else, when Keys was away for a day, it would be told that the row never came."""
    async with database.connection() as connection:
        with monkeypatch.context() as patch:
            patch.setattr(references, "LEASE_SECONDS", -90_000.0)
            claim = await _claim_room(peer)
        await claim.land(connection)
        await connection.execute("UPDATE claims SET at = now() - interval '25 hours'")
    await prune(peer, database)
    assert await landed_claims(database, [claim.id]) == {claim.id}
    await sweep(peer, database)
    await prune(peer, database)
    assert await landed_claims(database, [claim.id]) == set()


async def test_what_keys_may_hold_after_an_answer_that_was_lost_is_given_up_without_the_sweeper(
    peer: Peer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, send = list[UUID](), peer.call

    async def call(method: str, path: str, **options: Any) -> Any:
        answer = await send(method, path, **options)
        if path == "/internal/claims":
            held.append(msgspec.json.decode(options["body"], type=ClaimBody).id)
            raise AnsweredBadly("keys", "was cut off")
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(peer, "call", call)
        with pytest.raises(AnsweredBadly, match="cut off"):
            async with Keys(peer, database).referring(new=[room(new_id())]):
                pass
    async with asyncio.timeout(20):
        while await _open(peer):
            await asyncio.sleep(0.01)
    async with database.connection() as connection:
        # It is fenced, too: a row of it that comes late must not.
        with pytest.raises(Problem, match="too long"):
            await Claim(held[0]).land(connection)


@pytest.mark.parametrize("has_landed", [True, False])
async def test_a_write_that_fails_is_settled_before_it_is_told_as_its_row_says(
    owner: tuple[Peer, Passport], database: Database, has_landed: bool
) -> None:
    peer, passport = owner
    place = room(new_id())
    member = Link(relation="member", source=await _register(peer, passport), target=place, role="owner")

    async def fail() -> None:
        async with Keys(peer, database).referring(new=[place], links=[member]) as held:
            if has_landed:
                async with database.transaction() as connection:
                    await held.land(connection)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await _open(peer) == []
    asked = Keys(peer, database).require(Need(action="room.view", on=place))
    if has_landed:
        assert (await asked).role == "owner"
    else:
        with pytest.raises(Refused, match="404"):
            await asked


async def test_what_cannot_be_settled_either_is_left_to_the_sweeper_and_the_failure_is_told(
    peer: Peer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = peer.call

    async def call(method: str, path: str, **options: Any) -> Any:
        if method == "DELETE":
            raise AnsweredBadly("keys", "answered 500")
        return await send(method, path, **options)

    with monkeypatch.context() as patch:
        patch.setattr(peer, "call", call)
        with pytest.raises(ZeroDivisionError):
            async with Keys(peer, database).referring(new=[room(new_id())]) as held:
                raise ZeroDivisionError
    assert await _open(peer) == [held.id]


async def test_what_shows_already_is_confirmed_at_the_latest_when_the_service_ends(
    peer: Peer, database: Database
) -> None:
    made = user(new_id())
    as_users = Peer("keys", peer._transport, PassportOffice("users", SECRETS["TASKSYNC_PASSPORT_SECRET"]))
    keys = Keys(as_users, database)
    async with keys.confirmations.run():
        async with keys.referring(new=[made]) as held:
            async with database.transaction() as connection:
                await held.land(connection)
        assert await _open(as_users) == [held.id]
    assert await _open(as_users) == []


async def test_a_confirmation_that_the_end_of_the_service_cuts_off_is_sent_again(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, sent, send = asyncio.Event(), list[bytes](), peer.call

    async def call(method: str, path: str, *, body: bytes) -> object:
        if not began.is_set():
            began.set()
            await asyncio.Event().wait()
        sent.append(body)
        return await send(method, path, body=body)

    monkeypatch.setattr(peer, "call", call)
    confirmations, claim = Confirmations(peer), new_id()
    async with confirmations.run():
        confirmations.add(claim)
        await began.wait()
    assert [msgspec.json.decode(body) for body in sent] == [{"ids": [str(claim)]}]


async def _claim_room(peer: Peer) -> Claim:
    claim = Claim(new_id())
    body = ClaimBody(id=claim.id, nodes=[room(claim.id)], links=[], needs=[])
    await peer.call("POST", "/internal/claims", body=msgspec.json.encode(body))
    return claim


async def _register(peer: Peer, passport: Passport) -> Node:
    """The caller, as `users` makes them known."""
    me, claim = user(passport.require_user()), new_id()
    as_users = PassportOffice("users", SECRETS["TASKSYNC_PASSPORT_SECRET"]).issue()
    body = msgspec.json.encode(ClaimBody(id=claim, nodes=[me], links=[], needs=[]))
    await peer.call("POST", "/internal/claims", body=body, passport=as_users)
    await peer.call("POST", f"/internal/claims/{claim}/confirm", passport=as_users)
    return me


async def _open(peer: Peer) -> list[UUID]:
    answer = await peer.call("GET", "/internal/claims", params={"older_than": "0"})
    return [UUID(each["id"]) for each in msgspec.json.decode(answer.body)["items"]]

"""A sealed value opens only for who has the secret, for its purpose, in its time; so does a passport."""

import string
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec
import pytest

from chassis.ids import new_id
from chassis.passport import HEADER, Passport, PassportOffice
from chassis.seals import Seal, Sealed, SealError
from tests.chassis.laboratory import OFFICE, Lab
from tests.system import SECRETS

SECRET = SECRETS["TASKSYNC_PASSPORT_SECRET"]


class Ticket(Sealed, frozen=True, kw_only=True):
    seat: int


class Voucher(Sealed, frozen=True, kw_only=True):
    seat: str


def ticket(seconds: float = 10) -> Ticket:
    return Ticket(seat=7, expires=time.time() + seconds)


SEAL = Seal("secret", "ticket", Ticket)


def test_what_is_sealed_opens_as_it_was() -> None:
    value = ticket()
    assert SEAL.open(SEAL.seal(value)) == value


def test_an_expired_value_does_not_open() -> None:
    with pytest.raises(SealError, match="expired"):
        SEAL.open(SEAL.seal(ticket(-0.001)))


@pytest.mark.parametrize(
    "other",
    [Seal("another secret", "ticket", Ticket), Seal("secret", "voucher", Ticket), Seal("secret", "voucher", Voucher)],
)
def test_another_secret_or_purpose_opens_nothing(other: Seal[Ticket]) -> None:
    with pytest.raises(SealError):
        other.open(SEAL.seal(ticket()))


def test_the_border_of_purpose_and_secret_cannot_be_moved() -> None:
    with pytest.raises(SealError):
        Seal("b", "a\0", Ticket).open(Seal("\0b", "a", Ticket).seal(ticket()))


_LETTERS = string.ascii_letters + string.digits + "-_"


def test_no_single_changed_character_opens() -> None:
    text = SEAL.seal(ticket())
    for place, old in enumerate(text):
        for new in set(_LETTERS if place == len(text) - 1 else "AB") - {old}:
            with pytest.raises(SealError):
                SEAL.open(text[:place] + new + text[place + 1 :])


@pytest.mark.parametrize("text", ["", ".", "a", "a.b", "\0", "ö.ö", "=" * 100, "." * 100, "a" * 100_000])
def test_garbage_does_not_open(text: str) -> None:
    with pytest.raises(SealError):
        SEAL.open(text)


def test_a_value_of_another_type_does_not_open() -> None:
    made = Seal("secret", "ticket", Voucher).seal(Voucher(seat="x", expires=time.time() + 10))
    with pytest.raises(SealError):
        SEAL.open(made)


async def status_with(lab: Lab, passport: str | None) -> tuple[int, str]:
    headers = {} if passport is None else {HEADER: passport}
    reply = await lab.request("GET", "/who", headers=headers)
    if reply.status == 401:
        assert reply.headers["WWW-Authenticate"].startswith("Bearer")
    return reply.status, reply.json().get("code", "")


def forge(**changes: object) -> str:
    """A passport with its payload changed and its signature kept."""
    payload, _, signature = OFFICE.issue().rpartition(".")
    fields = msgspec.msgpack.decode(urlsafe_b64decode(payload))
    return f"{urlsafe_b64encode(msgspec.msgpack.encode(fields | changes)).decode()}.{signature}"


@pytest.mark.parametrize(
    "passport",
    [
        None,
        "",
        "garbage",
        forge(user=str(new_id())),
        forge(expires=time.time() + 1000),
        PassportOffice("gateway", "another secret").issue(),
        Seal(SECRET, "grant", Passport).seal(Passport(service="gateway", expires=time.time() + 10)),
        Seal(SECRET, "passport", Passport).seal(Passport(service="gateway", expires=time.time() - 1)),
    ],
)
async def test_without_a_valid_passport_there_is_no_answer_but_401(lab: Lab, passport: str | None) -> None:
    assert await status_with(lab, passport) == (401, "no_passport")


@pytest.mark.parametrize("path", ["/who", "/none", "/things", "/livez/x", "/livez%2f..%2fwho"])
async def test_without_a_passport_all_paths_look_the_same(lab: Lab, path: str) -> None:
    assert (await lab.request("GET", path)).status == 401


async def test_a_passport_says_in_whose_name_a_service_asks(lab: Lab) -> None:
    user = new_id()
    reply = await lab.call("GET", "/who", user=user, request_id="r1")
    assert reply.json()["service"] == "gateway"
    assert (reply.json()["user"], reply.json()["request_id"]) == (str(user), "r1")


async def test_health_needs_no_passport(lab: Lab) -> None:
    for path in ("/livez", "/readyz", "/metrics"):
        assert (await lab.request("GET", path)).status == 200

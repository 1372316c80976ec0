"""The bodies of requests and answers."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chassis.bodies import Body
from chassis.moments import Moment
from chassis.pages import Cursor, Limit
from chassis.texts import GAPLESS, NAME
from chassis.versions import Version

# `$` would let a last line break pass in Python; `(?![\s\S])` is the end of the text in every dialect.
Email = Annotated[
    str,
    Meta(
        max_length=254,
        pattern=GAPLESS + r"[^@]+@[^@]+\.[^@]+(?![\s\S])",
        description="An e-mail address. Upper and lower case are the same.",
        examples=["ada@example.org"],
    ),
]
Name = Annotated[
    str,
    Meta(max_length=100, pattern=NAME, description="A name to show: not blank, on one line.", examples=["Ada"]),
]
NewPassword = Annotated[
    str,
    Meta(
        min_length=10,
        max_length=256,
        description="At least 10 characters, and none of the commonly used passwords.",
        examples=["seven green kettles"],
    ),
]
Password = Annotated[str, Meta(max_length=256)]
Scope = Literal["read", "write"]


class NewAccount(Body):
    """A new account."""

    email: Email
    name: Name
    password: NewPassword


class Credentials(Body):
    """What signs in."""

    email: Annotated[str, Meta(max_length=254)]
    password: Password


class RefreshBody(Body):
    """A refresh token, as the answer before gave it."""

    refresh_token: Annotated[str, Meta(max_length=256)]


class AccountChange(Body):
    """Only what is given changes. A new `email` or `password` needs the `current_password`."""

    name: Name | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    password: NewPassword | UnsetType = UNSET
    current_password: Password | UnsetType = UNSET


class User(msgspec.Struct, frozen=True, kw_only=True):
    """An account, as its owner sees it."""

    id: UUID
    name: str
    email: str
    created_at: Moment
    updated_at: Moment
    version: Version


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A session: `access_token` is good for `expires_in` seconds, `refresh_token` for one refresh.

    With `TaskSync-Session: cookie` the refresh token is in the cookie alone.
    """

    user: User
    access_token: str
    refresh_token: str | UnsetType = UNSET
    expires_in: int


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A place where the account is signed in; `current` is the one that asks."""

    id: UUID
    device: str
    signed_in_at: Moment
    used_at: Moment
    expires_at: Moment
    current: bool


class Sessions(msgspec.Struct, frozen=True):
    items: list[Session]
    next: str | None


class NewToken(Body):
    """A personal access token: what it may do, in which rooms (without `rooms`: in all), for how many seconds."""

    name: Name
    scopes: Annotated[list[Scope], Meta(min_length=1, max_length=2, extra_json_schema={"uniqueItems": True})]
    rooms: Annotated[list[UUID], Meta(min_length=1, max_length=50)] | None = None
    expires_in: Annotated[int, Meta(ge=60, le=366 * 86_400)] = 90 * 86_400


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A personal access token, without its secret; `prefix` is how it begins."""

    id: UUID
    name: str
    prefix: str
    scopes: list[Scope]
    rooms: list[UUID] | None
    created_at: Moment
    used_at: Moment | None
    expires_at: Moment


class CreatedToken(Token, frozen=True, kw_only=True):
    """A new token. `token` is shown this once."""

    token: str


class Tokens(msgspec.Struct, frozen=True):
    items: list[Token]
    next: str | None


class PageQuery(Body):
    """Which page of a list."""

    limit: Limit = 50
    after: Cursor | None = None


class TokenText(Body):
    """A personal access token to look up."""

    token: Annotated[str, Meta(max_length=256)]


class VerifiedToken(msgspec.Struct, frozen=True, kw_only=True):
    """Whose token it is, and what it may do; `rooms` of None is all rooms of the user."""

    id: UUID
    user: UUID
    scopes: list[Scope]
    rooms: list[UUID] | None
    expires_at: Moment


class ProfilesQuery(Body):
    """`ids` are at most 200 user ids with commas between."""

    ids: Annotated[str, Meta(max_length=200 * 37)]


class Profile(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A user, as others see them; `email` only for whom Keys granted it."""

    id: UUID
    name: str
    email: str | UnsetType = UNSET


class Profiles(msgspec.Struct, frozen=True):
    items: list[Profile]


class EmailBody(Body):
    """Whose account to look up."""

    email: Email


class RevocationsQuery(Body):
    """`after` is the `next` of the answer before; without it, all that still matters."""

    after: Annotated[str, Meta(max_length=8192)] | None = None


class Revocations(msgspec.Struct, frozen=True):
    """Ids of sessions and personal access tokens that ended. Ask on with `next`: at once if there is `more`."""

    items: list[UUID]
    next: str
    more: bool


class Spending(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What a caller has spent under a policy, as the seconds in which that much of a minute's quota comes back."""

    policy: Annotated[str, Meta(max_length=32)]
    caller: Annotated[str, Meta(max_length=100)]
    seconds: Annotated[float, Meta(ge=0, le=60)]


class SpentBody(Body):
    """What was spent at a gateway and not told before."""

    items: Annotated[list[Spending], Meta(max_length=1000)]


class Owed(msgspec.Struct, frozen=True):
    """For each in turn the seconds until the quota is whole again, over all gateways: at most 120."""

    items: list[float]


class KeySet(msgspec.Struct, frozen=True):
    """A JSON Web Key Set of public keys."""

    keys: list[dict[str, str]]


class Renamed(msgspec.Struct, frozen=True, array_like=True):
    """What takes a new name back: the name from before `version` of the account."""

    name: str
    version: int


class AccountResult(msgspec.Struct, frozen=True):
    """What an undo made of the account."""

    account: User


class AccountResults(msgspec.Struct, frozen=True):
    """As for other undone writes, a list."""

    results: list[AccountResult]

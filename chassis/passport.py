"""The passport: who asks, signed by the service that sends it, in one header of every inner request.

A service refuses a request without a valid one. `service` is the sender, `user` is in whose name it asks, or None.
"""

import time
from uuid import UUID

from quart import Quart, g, request

from chassis.logs import bind, current_request_id
from chassis.problems import unauthorized
from chassis.seals import Seal, Sealed, SealError

HEADER = "TaskSync-Passport"
NO_PASSPORT = "no_passport"
_LIFE_SECONDS = 30.0
# What an orchestrator and a scraper ask, with no passport, on the inner port.
OPEN_PATHS = frozenset({"/livez", "/readyz", "/metrics"})


class Passport(Sealed, frozen=True, kw_only=True):
    """`rooms` of None is all; otherwise the caller reaches these alone, as a narrow access token says."""

    service: str
    user: UUID | None = None
    session: UUID | None = None
    scopes: tuple[str, ...] = ()
    rooms: tuple[UUID, ...] | None = None
    request_id: str = ""

    def require_user(self) -> UUID:
        """The user in whose name this is asked; a 401 problem if there is none."""
        if self.user is None:
            raise unauthorized("Sign in first.")
        return self.user


class PassportOffice:
    """Issues the passports of one service and checks those that reach it."""

    def __init__(self, service: str, secret: str) -> None:
        self.service = service
        self._seal = Seal(secret, "passport", Passport)

    def issue(
        self,
        user: UUID | None = None,
        session: UUID | None = None,
        scopes: tuple[str, ...] = (),
        rooms: tuple[UUID, ...] | None = None,
    ) -> str:
        return self._seal.seal(
            Passport(
                service=self.service,
                user=user,
                session=session,
                scopes=scopes,
                rooms=rooms,
                request_id=current_request_id(),
                expires=time.time() + _LIFE_SECONDS,
            )
        )

    def forward(self) -> str:
        """A passport for the next hop, in the name of whoever asks here; of nobody outside a request."""
        passport: Passport | None = g.get("passport") if g else None
        if passport is None:
            return self.issue()
        return self.issue(passport.user, passport.session, passport.scopes, passport.rooms)

    def check(self, text: str | None) -> Passport:
        """Raises a 401 problem unless `text` is a valid passport."""
        try:
            return self._seal.open(text or "")
        except SealError:
            raise unauthorized("This port is for the services of TaskSync.", NO_PASSPORT) from None


def register(app: Quart, office: PassportOffice) -> None:
    """Lets only requests with a valid passport reach the handlers of `app`."""

    @app.before_request
    async def check_passport() -> None:
        if request.path in OPEN_PATHS:
            return
        g.passport = office.check(request.headers.get(HEADER))
        bind(request_id=g.passport.request_id)


def current_passport() -> Passport:
    passport: Passport = g.passport
    return passport


def caller() -> UUID:
    """The user in whose name the current request is made; a 401 problem if there is none."""
    return current_passport().require_user()

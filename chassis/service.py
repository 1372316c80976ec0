"""One call gives a service all that the house owes it: logs, problems, passport, pool, peers, health and metrics."""

import importlib
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from types import ModuleType
from typing import Any

from quart import Blueprint, Quart, request

from chassis import admission, deadlines, health, logs, metrics, passport, peers, problems, traces, undo
from chassis.admission import Admission
from chassis.app import App
from chassis.bodies import refuse_unasked
from chassis.database import EXTENSION as DATABASE
from chassis.database import Database
from chassis.passport import PassportOffice
from chassis.peers import HttpTransport, Peer
from chassis.settings import ServiceSettings

# What runs from a service's start to its end: background work, opened and closed with it.
Lifespan = Callable[[], AbstractAsyncContextManager[Any]]


def find_app(service: str) -> ModuleType | None:
    """Its module with `Settings` and `create_app`; None if no such service is here, as in the image of another."""
    module = f"{service}.app"
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name not in {service, module}:
            raise
        return None


def create_service(
    name: str,
    settings: ServiceSettings,
    blueprints: Iterable[Blueprint],
    *,
    database: Database,
    transports: Iterable[HttpTransport],
    lifespans: Iterable[Lifespan] = (),
    extensions: Mapping[str, object],
) -> Quart:
    """An inner service: it answers only to passports, and its `/readyz` names its database."""
    app = create_bare(name, settings, blueprints, database=database, transports=transports, lifespans=lifespans)
    app.extensions.update(extensions)
    passport.register(app, PassportOffice(name, settings.passport_secret))
    _take_over(app)
    health.register(app, {"database": database.is_ready}, app.extensions[metrics.EXTENSION])
    return app


def create_bare(
    name: str,
    settings: ServiceSettings,
    blueprints: Iterable[Blueprint],
    *,
    database: Database | None = None,
    transports: Iterable[HttpTransport] = (),
    lifespans: Iterable[Lifespan] = (),
) -> Quart:
    """The same without passport and health routes, for the one service whose door is public."""
    logs.configure(name, settings)
    app = App(name)
    app.config["MAX_CONTENT_LENGTH"] = settings.body_bytes
    app.extensions[metrics.EXTENSION] = metrics.register(app)
    app.extensions[undo.EXTENSION] = undo.UndoOffice(name, settings.passport_secret)
    app.extensions[admission.EXTENSION] = Admission(
        settings.requests_at_once, settings.requests_waiting, app.extensions[metrics.EXTENSION]
    )
    problems.register(app)
    deadlines.register(app)
    peers.register(app)
    transports = list(transports)
    peers.measure([transport.breaker for transport in transports], app.extensions[metrics.EXTENSION])
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    if database is not None:
        app.extensions[DATABASE] = database
    _run_while_serving(app, database, transports, list(lifespans))
    return app


def _take_over(app: Quart) -> None:
    """A request goes on with the trace and the time of whoever asks, if it asks for what there is."""

    @app.before_request
    async def take_over() -> None:
        traces.take()
        deadlines.take()
        if request.endpoint is not None:
            refuse_unasked(app.view_functions[request.endpoint])


def connect_peer(
    name: str, url: str, office: PassportOffice, settings: ServiceSettings
) -> tuple[Peer, HttpTransport]:
    """A peer at `url`, and the transport to hand to `create_service`, which opens and closes it."""
    transport = HttpTransport(name, url, total=settings.call_seconds)
    return Peer(name, transport, office), transport


def _run_while_serving(
    app: Quart, database: Database | None, transports: list[HttpTransport], lifespans: list[Lifespan]
) -> None:
    @app.while_serving
    async def lifespan() -> AsyncGenerator[None, None]:
        async with AsyncExitStack() as stack:
            if database is not None:
                await database.connect()
                stack.push_async_callback(database.disconnect)
            for transport in transports:
                await transport.open()
                stack.push_async_callback(transport.close)
            for each in lifespans:
                await stack.enter_async_context(each())
            yield

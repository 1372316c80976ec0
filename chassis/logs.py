"""Structured logs: one JSON object a line, with the service and the request id that goes through every hop."""

import logging
import sys
from typing import Any, cast

import structlog

from chassis.settings import ServiceSettings

Log = structlog.stdlib.BoundLogger


def configure(service: str, settings: ServiceSettings) -> None:
    """Sets up logging of the whole process, the standard library's included."""
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.EventRenamer("event"),
        lambda _logger, _name, event: {"service": service, **event},
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(settings.log_level.upper())),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())


def get_log(name: str) -> Log:
    return cast("Log", structlog.get_logger(name))


def current_request_id() -> str:
    """The id that goes through every hop; empty outside of a request."""
    request_id: str = structlog.contextvars.get_contextvars().get("request_id", "")
    return request_id


def bind(**values: str) -> None:
    """Adds fields to every line that the current request writes from here on."""
    structlog.contextvars.bind_contextvars(**values)

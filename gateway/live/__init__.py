"""Live: what changed in the services, as pages and as streams. See docs/live.md."""

from gateway.live.hub import EXTENSION, Hub, current_hub, request_cursor

__all__ = ["EXTENSION", "Hub", "current_hub", "request_cursor"]

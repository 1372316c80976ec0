"""The public document, and the page that shows it: `GET /openapi.json` and `GET /docs`."""

from gateway.document.routes import DOCUMENT, blueprint

__all__ = ["DOCUMENT", "blueprint"]

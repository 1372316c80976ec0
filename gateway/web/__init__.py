"""The web client: a page and its modules, which use nothing but the public API."""

from gateway.web.routes import FILES, PAGES, blueprint

__all__ = ["FILES", "PAGES", "blueprint"]

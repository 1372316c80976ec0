"""Quart, with what it finds anew at each request found once: hooks by endpoint, and which functions are coroutines.

There are no sessions, signals, subdomains or teardown functions here, and nothing is asked of them.
"""

from collections.abc import Awaitable, Callable
from inspect import ismethod
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from quart import Quart
from quart.ctx import AppContext, RequestContext
from quart.globals import _cv_app, _cv_request
from quart.sessions import NullSession
from quart.wrappers import Request
from werkzeug.exceptions import NotFound
from werkzeug.routing import MapAdapter, UnicodeConverter

from chassis.asgi import Connection
from chassis.uploads import ReceivedRequest

_NO_SESSION = NullSession()
Hook = Callable[..., Awaitable[Any]]


class Hooks(NamedTuple):
    """In the order in which they are called."""

    before: list[Hook]
    after: list[Hook]


class App(Quart):
    asgi_http_class = Connection
    request_class = ReceivedRequest

    def __init__(self, name: str) -> None:
        super().__init__(name, static_folder=None)
        self.url_map.converters |= {"default": TextConverter, "string": TextConverter}
        self.url_map.strict_slashes = False
        # One path, one name: no redirect from `//v1/rooms`.
        self.url_map.merge_slashes = False
        self._asynchronous: WeakKeyDictionary[Callable[..., Any], Callable[..., Any]] = WeakKeyDictionary()
        self._hooks: dict[str | None, Hooks] = {}

    def ensure_async(self, func: Callable[..., Any]) -> Callable[..., Any]:
        known = self._asynchronous.get(func)
        if known is not None:
            return known
        made = super().ensure_async(func)
        # One that Quart wraps would be kept alive by its wrapper.
        if made is func and not ismethod(func):
            self._asynchronous[func] = made
        return made

    def request_context(self, request: Any) -> "Context":
        return Context(self, request, _NO_SESSION)

    def create_url_adapter(self, request: Any) -> MapAdapter | None:
        """No route asks for a host, so the one of the request is not looked at."""
        if request is None:
            return None
        return MapAdapter(self.url_map, "", "/", "", request.scheme, request.path, request.method)

    async def full_dispatch_request(self, request_context: RequestContext | None = None) -> Any:
        context = request_context or _cv_request.get()
        try:
            result = await self.preprocess_request(context)
            if result is None:
                result = await self.dispatch_request(context)
        except Exception as error:
            result = await self.handle_user_exception(error)
        return await self.process_response(await self.make_response(result), context)

    async def preprocess_request(self, request_context: RequestContext | None = None) -> Any:
        context = request_context or _cv_request.get()
        for hook in self._hooks_of(context.request).before:
            result = await hook()
            if result is not None:
                return result
        return None

    async def process_response(self, response: Any, request_context: RequestContext | None = None) -> Any:
        context = request_context or _cv_request.get()
        for hook in self._hooks_of(context.request).after:
            response = await hook(response)
        return response

    def _hooks_of(self, request: Request) -> Hooks:
        hooks = self._hooks.get(request.endpoint)
        if hooks is None:
            names = [*request.blueprints, None]
            before = [hook for name in reversed(names) for hook in self.before_request_funcs[name]]
            after = [hook for name in names for hook in reversed(self.after_request_funcs[name])]
            hooks = Hooks([*map(self.ensure_async, before)], [*map(self.ensure_async, after)])
            self._hooks[request.endpoint] = hooks
        return hooks


class Context(RequestContext):
    """What `request`, `g` and `current_app` stand for while one request is worked on."""

    async def push(self) -> None:
        self._tokens = _cv_app.set(AppContext(self.app)), _cv_request.set(self)
        self.match_request()

    def match_request(self) -> None:
        """What stands before us may have a rule for a path, and take `//v1` and `/v1%2F` for others than `/v1/`."""
        path: bytes = self.request.scope["raw_path"]
        if path.startswith(b"//") or b"%2f" in path.lower():
            self.request.routing_exception = NotFound()
        else:
            super().match_request()

    async def pop(self, *_: object) -> None:
        of_app, of_request = self._tokens
        _cv_request.reset(of_request)
        _cv_app.reset(of_app)


class TextConverter(UnicodeConverter):
    """A text in a path. PostgreSQL cannot hold U+0000, so nothing has such a name: 404."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.regex = self.regex.replace("[^/]", "[^/\0]")

"""A transport that needs no socket: requests go to an app inside this process, for the tests of whoever calls it."""

from collections.abc import Mapping
from typing import cast

from quart import Quart
from quart.testing import QuartClient

from chassis.peers import Answer


class AppTransport:
    """Carries requests to `app`, which runs its lifespan elsewhere (`app.test_app()`)."""

    def __init__(self, app: Quart) -> None:
        self._client = cast("QuartClient", app.test_client(use_cookies=False))

    async def send(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes | None,
    ) -> Answer:
        response = await self._client.open(
            path, method=method, query_string=dict(params), headers=dict(headers), data=body
        )
        content: bytes = await response.get_data(as_text=False)
        return Answer(response.status_code, content, dict(response.headers))

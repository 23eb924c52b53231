"""A real receiver of webhooks on 127.0.0.1."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from standardwebhooks import Webhook

from tests.web import listening

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()


@dataclass
class Receiver:
    """A web server for webhooks. It responds with the next of *statuses*, or with *usual* after the last, after *delay*
    seconds. Each response has *headers*.

    *received* has the id of each message with the title of its alert, or the ids of the alerts in its digest.
    """

    base: str = ""
    statuses: list[int] = field(default_factory=list)
    received: list[tuple[str, str]] = field(default_factory=list)
    delay: float = 0
    usual: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    user_agents: set[str] = field(default_factory=set)
    media_types: set[str] = field(default_factory=set)

    @property
    def ids(self) -> list[str]:
        """The id of each message."""
        return [message_id for message_id, _ in self.received]

    async def receive(self, request: web.Request) -> web.Response:
        """Receive one message, and verify its signature."""
        body = await request.read()
        data = Webhook(SECRET).verify(body, dict(request.headers))["data"]
        content = " ".join(each["id"] for each in data["alerts"]) if "alerts" in data else data["title"]
        self.user_agents.add(request.headers["user-agent"])
        self.media_types.add(request.headers["content-type"])
        self.received.append((request.headers["webhook-id"], content))
        await asyncio.sleep(self.delay)
        status = self.statuses.pop(0) if self.statuses else self.usual
        location = {"Location": self.base} if status in {301, 302} else {}
        return web.Response(status=status, headers={**location, **self.headers})


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """Run a receiver."""
    receiver, app = Receiver(), web.Application()
    app.router.add_post("/", receiver.receive)
    async with listening(app) as port:
        receiver.base = f"http://127.0.0.1:{port}/"
        yield receiver

"""A hub of WebSub on 127.0.0.1, which behaves as a test says."""

import asyncio
import hmac
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Literal

import aiohttp
from aiohttp import web

from tests.web import listening

Behaviour = Literal["verifies", "denies", "silent", "refuses", "moved"]


@dataclass
class FakeHub:
    """The requests received, the callback and secret by topic, and the status of each verification.

    *lease* is what is granted, in seconds. A hub that is *silent* accepts a request, and never verifies it.
    """

    base: str = ""
    behaviour: Behaviour = "verifies"
    lease: int | None = 1000
    challenge: str = "a challenge"
    requests: list[Mapping[str, str]] = field(default_factory=list)
    callbacks: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    verified: list[int] = field(default_factory=list)
    tasks: list["asyncio.Task[None]"] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The URL of the hub."""
        return f"{self.base}/hub"

    async def handle(self, request: web.Request) -> web.Response:
        """Answer a request to subscribe or unsubscribe, and verify it afterwards."""
        if request.path == "/hub" and self.behaviour == "moved":
            raise web.HTTPTemporaryRedirect("/moved")
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.requests.append(form)
        if self.behaviour == "refuses":
            raise web.HTTPBadRequest(text=f"no such topic; the secret was {form.get('hub.secret')}")
        if self.behaviour != "silent":
            self.tasks.append(asyncio.create_task(self._answer(form)))
        return web.Response(status=202)

    async def _answer(self, form: Mapping[str, str]) -> None:
        callback, topic = form["hub.callback"], form["hub.topic"]
        if self.behaviour == "denies":
            self.verified.append((await ask(callback, mode="denied", topic=topic, reason="not here"))[0])
            return
        lease = {} if self.lease is None else {"lease_seconds": str(self.lease)}
        status, text = await ask(callback, mode=form["hub.mode"], topic=topic, challenge=self.challenge, **lease)
        self.verified.append(status)
        if status == 200 and text == self.challenge:
            self.callbacks[topic], self.secrets[topic] = callback, form.get("hub.secret", "")

    async def push(self, topic: str, body: bytes, method: str = "sha256") -> int:
        """Distribute *body*, signed, and return the status of the answer."""
        return await post(self.callbacks[topic], body, sign(body, self.secrets[topic], method))


def sign(body: bytes, secret: str, method: str = "sha256") -> str:
    """Return the signature of *body*."""
    return f"{method}={hmac.new(secret.encode(), body, method).hexdigest()}"


async def ask(callback: str, **parameters: str) -> tuple[int, str]:
    """Ask *callback* with the *parameters*, without their hub., and return the status and the text of the answer."""
    query = {f"hub.{name}": value for name, value in parameters.items()}
    async with aiohttp.ClientSession() as http, http.get(callback, params=query) as response:
        return response.status, await response.text()


async def post(callback: str, body: bytes, signature: str | None = None, **headers: str) -> int:
    """Post *body* to *callback*, and return the status of the answer."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if signature is not None:
        sent["X-Hub-Signature"] = signature
    data = BytesIO(body) if isinstance(body, bytes) else body
    async with aiohttp.ClientSession() as http, http.post(callback, data=data, headers=sent) as response:
        return response.status


@asynccontextmanager
async def hub() -> AsyncIterator[FakeHub]:
    """Run the hub while the context is open."""
    fake = FakeHub()
    app = web.Application()
    app.router.add_post("/{path:.*}", fake.handle)
    async with listening(app) as port:
        fake.base = f"http://127.0.0.1:{port}"
        try:
            yield fake
        finally:
            await asyncio.gather(*fake.tasks, return_exceptions=True)

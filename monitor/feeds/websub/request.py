"""Requests to hubs: subscribe and unsubscribe (WebSub, section 5.1), with the guards of fetching."""

import asyncio
from contextlib import suppress
from datetime import datetime

import aiohttp

from monitor.config import FetchConfig
from monitor.feeds.fetching.fetch import MAX_REDIRECTS, FetchError, client_timeout, fetch_errors, redirect_target
from monitor.feeds.websub.keys import CallbackKey
from monitor.feeds.websub.lifecycle import is_wanted, mode
from monitor.http.address_policy import web_url
from monitor.http.headers import parse_retry_after
from monitor.messages import Websub

REDIRECTS = frozenset({307, 308})
"""The redirects of a hub that are followed: with the others a POST would become a GET."""
HTTP_OK = 2
"""The class of the statuses with which a hub accepts a request."""
MAX_ANSWER_BYTES = 512
"""The part of a hub's answer that is shown as the reason of a refusal."""


def request_form(subscription: Websub, callback: str, lease: float, key: CallbackKey) -> dict[str, str]:
    """Return the form to send to the hub of *subscription*, whose callbacks are below the URL *callback*. Pure."""
    form = {
        "hub.callback": f"{callback.rstrip('/')}/{key.path(subscription)}",
        "hub.mode": mode(subscription),
        "hub.topic": subscription.topic,
    }
    if is_wanted(subscription):
        form |= {"hub.lease_seconds": f"{lease:.0f}", "hub.secret": key.secret(subscription)}
    return form


async def send(http: aiohttp.ClientSession, hub: str, form: dict[str, str], limits: FetchConfig, now: datetime) -> None:
    """Send *form* to *hub*. Raises FetchError unless it is accepted, within *limits.timeout* seconds."""
    with fetch_errors(limits):
        async with asyncio.timeout(limits.timeout):
            await _send(http, hub, form, limits, now)


async def _send(http: aiohttp.ClientSession, hub: str, form: dict[str, str], limits: FetchConfig, now: datetime) -> None:
    url = web_url(hub)
    headers = {"User-Agent": limits.user_agent, "Accept-Encoding": "identity"}
    timeout = client_timeout(limits.connect_timeout)
    for _ in range(MAX_REDIRECTS + 1):
        async with http.post(url, data=form, headers=headers, allow_redirects=False, timeout=timeout) as response:
            if response.status // 100 == HTTP_OK:
                return
            if response.status not in REDIRECTS:
                retry_after = parse_retry_after(response.headers, now)
                text = f"HTTP {response.status}{await _reason(response)}"
                raise FetchError(f"http_{response.status}", text, retry_after, url.raw_host or "")
            url = redirect_target(url, response, limits)
            response.close()
    raise FetchError("redirects", f"more than {MAX_REDIRECTS} redirects")


async def _reason(response: aiohttp.ClientResponse) -> str:
    """Return the first line of a refusal, as what follows the status."""
    body = b""
    with suppress(aiohttp.ClientError):
        body = await response.content.read(MAX_ANSWER_BYTES)
    line = next(iter(body.decode(errors="replace").strip().splitlines()), "")
    text = "".join(char for char in line if char.isprintable())
    return f": {text}" if text and not text.startswith("<") else ""

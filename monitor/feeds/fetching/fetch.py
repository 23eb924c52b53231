"""One fetch over HTTP: conditional, bounded in time and size, each redirect checked before it is followed."""

import asyncio
import re
import urllib.parse
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Literal, Self

import aiohttp
from yarl import URL

from monitor.clock import utc
from monitor.config import FetchConfig
from monitor.feeds.parsing.hints import max_age, retry_after
from monitor.http.address_policy import ForbiddenUrl, origin, web_url
from monitor.http.connector import BlockedAddress
from monitor.http.decompress import CODINGS, Decompressor, Unreadable

HOPS = 5
"""Redirects that are followed."""
LARGE = 1024 * 1024
"""Bytes from which on an answer waits for its turn, and it matters how well it was compressed."""
Turn = Callable[[], Awaitable[object]]
"""Waits until one more large answer may be held."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
REASONS = frozenset(
    {
        *("blocked", "dns", "connect", "tls", "timeout", "cut", "not_http", "redirects", "too_large", "unreadable"),
        *("not_a_feed", "parse_timeout", "parse_memory", "not_understood"),
        *("robots", "not_a_page"),
    }
)
"""Why no good answer came, but for statuses: few enough to be counted by."""
_STATES: dict[str, Literal["blocked", "gone"]] = {"blocked": "blocked", "http_410": "gone"}
_VALIDATOR = re.compile(r"[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?")


May = Callable[[URL], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Request:
    """What to fetch; *etag* and *modified* are what the last good answer gave, *accept* is what is wanted."""

    url: str
    etag: str | None = None
    modified: str | None = None
    accept: str = ACCEPT


@dataclass(frozen=True, slots=True)
class Response:
    """A good answer; *body* is None where the server says that nothing has changed. *url* is where it came from at last.

    *max_age* (seconds) is how long it stays fresh, *moved* where its permanent redirects led.
    """

    url: str
    body: bytes | None
    content_type: str
    etag: str | None
    modified: str | None
    received: datetime
    max_age: float | None = None
    moved: str | None = None


class FetchError(Exception):
    """No good answer: *text* for people, *reason* for programs; *retry_after* (seconds) is the server's wish for *host*.

    A reason is one of REASONS, or ``http_`` and a status of HTTP, ``http_other`` for a status that nobody has defined.
    """

    def __init__(self, reason: str, text: str, retry_after: float | None = None, host: str = "") -> None:
        super().__init__(text)
        self.reason, self.retry_after, self.host = reason, retry_after, host

    @property
    def state(self) -> Literal["failing", "blocked", "gone"]:
        """What becomes of the feed."""
        return _STATES.get(self.reason, "failing")

    def alone(self) -> Self:
        """Itself as a value, without what was at work when it was raised: that may hold a body of many megabytes."""
        self.__context__ = None
        return self.with_traceback(None)


async def fetch(
    session: aiohttp.ClientSession, ask: Request, limits: FetchConfig, *, large: Turn | None = None, may: May | None = None
) -> Response:
    """The answer to *ask*, within *limits.timeout* seconds in all; one beyond LARGE bytes waits for its turn.

    *may* is called with each URL before it is asked, redirects too, and raises Failed where that is not wanted.
    Raises FetchError, whose text holds no credentials.
    """
    try:
        async with asyncio.timeout(limits.timeout):
            return await _follow(session, ask, limits, large, may)
    except ForbiddenUrl as error:
        raise FetchError("blocked", str(error)) from None
    except Unreadable as error:
        raise FetchError("unreadable", str(error)) from None
    except aiohttp.ConnectionTimeoutError:
        raise FetchError("timeout", f"no connection within {limits.connect_timeout:g} s") from None
    except TimeoutError:
        raise FetchError("timeout", f"no full answer within {limits.timeout:g} s") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise _failed(error) from None


async def _follow(
    session: aiohttp.ClientSession, ask: Request, limits: FetchConfig, large: Turn | None, may: May | None
) -> Response:
    """The answer at the end of the redirects; a configured name and password go to their own origin alone."""
    start = _start(ask.url)
    url, deadlines = start.url, _deadlines(limits.connect_timeout)
    moved, permanent = None, True
    for _ in range(HOPS + 1):
        login = start.login if url is start.url or origin(url) == origin(start.url) else None
        headers = _headers(ask, limits.user_agent, login)
        if may:
            await may(url)
        async with session.get(url, headers=headers, allow_redirects=False, timeout=deadlines) as response:
            if response.status not in REDIRECTS:
                answer = await _take(response, ask, limits, large)
                return replace(answer, moved=moved) if moved else answer
            url = _next(url, response, limits)
            permanent = permanent and response.status in PERMANENT
            moved = str(url) if permanent else moved
            response.close()
    raise FetchError("redirects", f"more than {HOPS} redirects; set the feed's final URL")


@dataclass(frozen=True, slots=True)
class _Start:
    """A configured URL as it is asked: without name and password, which *login* holds as a header."""

    url: URL
    login: str | None


@lru_cache(maxsize=20_000)
def _start(text: str) -> _Start:
    """Raises ForbiddenUrl. Kept, since each feed is asked again and again."""
    url = web_url(text, credentials=True)
    login = None if url.user is None else aiohttp.encode_basic_auth(url.user, url.password or "")
    return _Start(url.with_user(None), login)


@lru_cache(maxsize=16)
def _deadlines(connect: float) -> aiohttp.ClientTimeout:
    """No limit in all: fetch() sets one for the redirects together."""
    return aiohttp.ClientTimeout(total=None, connect=connect)


def _headers(ask: Request, user_agent: str, login: str | None) -> dict[str, str]:
    headers = {"User-Agent": user_agent, "Accept": ask.accept, "Accept-Encoding": CODINGS}
    if ask.etag:
        headers["If-None-Match"] = ask.etag
    if ask.modified:
        headers["If-Modified-Since"] = ask.modified
    if login is not None:
        headers["Authorization"] = login
    return headers


def _next(url: URL, response: aiohttp.ClientResponse, limits: FetchConfig) -> URL:
    """Where the redirect leads. Raises ForbiddenUrl."""
    try:
        target = web_url(urllib.parse.urljoin(str(url), response.headers.get("Location", "")))
    except ValueError as error:
        raise ForbiddenUrl(f"a redirect is not followed: {error}") from None
    if url.scheme == "https" and target.scheme == "http" and not limits.allow_downgrade:
        raise ForbiddenUrl("a redirect from https to http; fetch.allow_downgrade = true allows it")
    return target


async def _take(response: aiohttp.ClientResponse, ask: Request, limits: FetchConfig, large: Turn | None) -> Response:
    """*response* as an answer. Raises FetchError, Unreadable."""
    _check_status(response, conditional=bool(ask.etag or ask.modified))
    body = None if response.status == HTTPStatus.NOT_MODIFIED else await _read(response, limits, large)
    return Response(
        url=str(response.url),
        body=body,
        content_type=response.headers.get("Content-Type", "")[:256],
        etag=_validator(response.headers.get("ETag"), 1024),
        modified=_validator(response.headers.get("Last-Modified"), 256),
        received=utc(),
        max_age=max_age(response.headers.get("Cache-Control", "")),
    )


def _check_status(response: aiohttp.ClientResponse, *, conditional: bool) -> None:
    status = response.status
    if status == HTTPStatus.OK or (status == HTTPStatus.NOT_MODIFIED and conditional):
        return
    reason, text = "http_other", f"HTTP {status}"
    if status in HTTPStatus._value2member_map_:
        reason, text = f"http_{status}", f"{text} {HTTPStatus(status).phrase}"
    if status == HTTPStatus.GONE:
        raise FetchError(reason, f"{text}: its publisher has ended it; remove it from the config")
    raise FetchError(reason, text, retry_after(response.headers, utc()), response.url.host or "")


async def _read(response: aiohttp.ClientResponse, limits: FetchConfig, large: Turn | None) -> bytes:
    """The body, decompressed, within *limits.max_bytes* and *limits.max_ratio*. Raises FetchError, Unreadable."""
    limit = limits.max_bytes
    said = f"too large: more than {limit} bytes (fetch.max_bytes)"
    if (response.content_length or 0) > limit:
        raise FetchError("too_large", said)
    codings = response.headers.getall("Content-Encoding", [])
    inflater, wire, body = Decompressor(", ".join(codings)), 0, bytearray()
    async for piece in response.content.iter_any():
        wire += len(piece)
        for fresh in inflater.feed(piece):
            body += fresh
            if wire > limit or len(body) > limit:
                raise FetchError("too_large", said)
            if len(body) > max(LARGE, wire * limits.max_ratio):
                raise FetchError(
                    "too_large", f"a bomb: over {limits.max_ratio:g} times larger than on the wire (fetch.max_ratio)"
                )
            if large and len(body) > LARGE:
                await large()
                large = None
    inflater.finish()
    return bytes(body)


def _validator(text: str | None, limit: int) -> str | None:
    return text if text and len(text) <= limit and _VALIDATOR.fullmatch(text) else None


def _failed(error: Exception) -> FetchError:
    """*error* in words that hold nothing of the URL but its host."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            why = getattr(error.certificate_error, "verify_message", "") or "it is not for this host"
            return FetchError("tls", f"no safe connection to {error.host}: its certificate is not accepted, {why}")
        case aiohttp.ClientConnectorSSLError():
            return FetchError("tls", f"no safe connection to {error.host}: it speaks no TLS that is accepted")
        case aiohttp.ClientConnectorDNSError():
            return FetchError("dns", f"no address is known for {error.host}")
        case aiohttp.ClientConnectorError(os_error=BlockedAddress()):
            return FetchError("blocked", f"{error.host} is at an address outside the public internet (fetch.allow_networks)")
        case aiohttp.ClientConnectorError():
            return FetchError("connect", f"no connection to {error.host}: {error.os_error.strerror or 'refused'}")
        case aiohttp.InvalidURL():
            return FetchError("blocked", "the URL names no host that can be asked")
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientPayloadError():
            return FetchError("cut", "the server broke off")
        case _:
            return FetchError("not_http", f"not an answer in HTTP ({type(error).__name__})")

"""One HTTP GET: conditional, bounded in time and size, with every redirect checked before it is followed."""

import asyncio
import re
import urllib.parse
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Literal, Self

import aiohttp
from yarl import URL

from monitor.clock import utc
from monitor.config import FetchConfig
from monitor.http.address_policy import ForbiddenUrl, origin, web_url
from monitor.http.connector import BlockedAddress
from monitor.http.decompress import CODINGS, Decompressor, Unreadable
from monitor.http.headers import as_written, parse_max_age, parse_retry_after

MAX_REDIRECTS = 5
LARGE = 1024 * 1024
"""Bytes above which a body waits for one of a few places in memory, and its compression ratio is checked."""
AwaitPlace = Callable[[], Awaitable[object]]
"""A function that waits until one more large body may be held in memory."""
CheckUrl = Callable[[URL], Awaitable[None]]
"""A function that raises FetchError if a URL must not be requested."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
REASONS = frozenset(
    {
        *("blocked", "dns", "connect", "tls", "timeout", "cut", "not_http", "redirects", "too_large", "unreadable"),
        *("not_a_feed", "parse_timeout", "parse_memory", "not_understood", "robots", "not_a_page"),
    }
)
"""The reasons of failures apart from HTTP statuses. There are only a few, so that failures can be counted by reason."""
_STATES: dict[str, Literal["blocked", "gone"]] = {"blocked": "blocked", "http_410": "gone"}
_NOT_UTF8 = re.compile("[\udc80-\udcff]")  # what aiohttp reads a byte of a header as that is not UTF-8
_VALIDATOR = re.compile(r"[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?")


@dataclass(frozen=True, slots=True)
class Request:
    """What to fetch. *etag* and *modified* are the validators of the last good response, *accept* the Accept header."""

    url: str
    etag: str | None = None
    modified: str | None = None
    accept: str = ACCEPT


@dataclass(frozen=True, slots=True)
class Response:
    """A good response. *body* is None for 304 Not Modified. *url* is the URL after all redirects.

    *max_age* is the number of seconds for which the response stays fresh. *moved* is the URL that permanent redirects led to.
    *links* are the Link headers.
    """

    url: str
    body: bytes | None
    content_type: str
    etag: str | None
    modified: str | None
    received: datetime
    max_age: float | None = None
    moved: str | None = None
    links: tuple[str, ...] = ()


class FetchError(Exception):
    """A fetch failed. *text* is for people, *reason* for programs.

    A reason is one of REASONS, or ``http_`` and the status; ``http_other`` stands for a status that HTTP does not define.
    *retry_after* is the number of seconds for which *host* asks the client to wait.
    """

    def __init__(self, reason: str, text: str, retry_after: float | None = None, host: str = "") -> None:
        super().__init__(text)
        self.reason, self.retry_after, self.host = reason, retry_after, host

    @property
    def state(self) -> Literal["failing", "blocked", "gone"]:
        """The state of a feed that fails for this reason."""
        return _STATES.get(self.reason, "failing")

    def detached(self) -> Self:
        """Remove the traceback and context, whose frames may hold a body of many megabytes. Return the error itself."""
        self.__context__ = None
        return self.with_traceback(None)


async def fetch(
    session: aiohttp.ClientSession,
    request: Request,
    limits: FetchConfig,
    *,
    await_place: AwaitPlace | None = None,
    check_url: CheckUrl | None = None,
) -> Response:
    """Return the response to *request*, within *limits.timeout* seconds including redirects. Raises FetchError.

    A body above LARGE bytes waits for *await_place* before the rest is read. *check_url* is called with each URL before it
    is requested, redirects included. The text of an error holds no credentials.
    """
    with fetch_errors(limits):
        async with asyncio.timeout(limits.timeout):
            return await _follow_redirects(session, request, limits, await_place, check_url)


@contextmanager
def fetch_errors(limits: FetchConfig) -> Iterator[None]:
    """Turn what a request may raise into FetchError."""
    try:
        yield
    except ForbiddenUrl as error:
        raise FetchError("blocked", str(error)) from None
    except Unreadable as error:
        raise FetchError("unreadable", str(error)) from None
    except aiohttp.ConnectionTimeoutError:
        raise FetchError("timeout", f"no connection within {limits.connect_timeout:g} s") from None
    except TimeoutError:
        raise FetchError("timeout", f"no complete response within {limits.timeout:g} s") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise _to_fetch_error(error) from None


async def _follow_redirects(
    session: aiohttp.ClientSession,
    request: Request,
    limits: FetchConfig,
    await_place: AwaitPlace | None,
    check_url: CheckUrl | None,
) -> Response:
    """Return the response after at most MAX_REDIRECTS. Credentials in the URL are sent to its own origin only.

    The cookies of redirects are sent back within this fetch, where their domain and path allow it, and then forgotten.
    """
    first = _split_credentials(request.url)
    url, timeout = first.url, client_timeout(limits.connect_timeout)
    moved, permanent = None, True
    cookies: aiohttp.CookieJar | None = None
    for _ in range(MAX_REDIRECTS + 1):
        authorization = first.authorization if url is first.url or origin(url) == origin(first.url) else None
        headers = _headers(request, limits.user_agent, authorization)
        if cookies and (cookie := "; ".join(f"{c.key}={c.coded_value}" for c in cookies.filter_cookies(url).values())):
            headers["Cookie"] = cookie
        if check_url:
            await check_url(url)
        async with session.get(url, headers=headers, allow_redirects=False, timeout=timeout) as http_response:
            if http_response.status not in REDIRECTS:
                response = await _read_response(http_response, request, limits, await_place)
                return replace(response, moved=moved) if moved else response
            if http_response.cookies:
                cookies = cookies or aiohttp.CookieJar(unsafe=True, quote_cookie=False)
                cookies.update_cookies(as_written(http_response.cookies), url)
            url = redirect_target(url, http_response, limits)
            permanent = permanent and http_response.status in PERMANENT
            moved = str(url) if permanent else moved
            http_response.close()
    raise FetchError("redirects", f"more than {MAX_REDIRECTS} redirects; set the feed's final URL")


@dataclass(frozen=True, slots=True)
class _FirstUrl:
    """A configured URL without its credentials, and the Authorization header that carries them."""

    url: URL
    authorization: str | None


@lru_cache(maxsize=20_000)
def _split_credentials(text: str) -> _FirstUrl:
    """Return the parts of the URL *text*. Raises ForbiddenUrl. Cached, since each feed is requested many times."""
    url = web_url(text, credentials=True)
    authorization = None if url.user is None else aiohttp.encode_basic_auth(url.user, url.password or "")
    return _FirstUrl(url.with_user(None), authorization)


@lru_cache(maxsize=16)
def client_timeout(connect: float) -> aiohttp.ClientTimeout:
    """Return a timeout of *connect* seconds for connecting. `fetch` limits the total time, over all redirects."""
    return aiohttp.ClientTimeout(total=None, connect=connect)


def _headers(request: Request, user_agent: str, authorization: str | None) -> dict[str, str]:
    headers = {"User-Agent": user_agent, "Accept": request.accept, "Accept-Encoding": CODINGS}
    if request.etag:
        headers["If-None-Match"] = request.etag
    if request.modified:
        headers["If-Modified-Since"] = request.modified
    if authorization is not None:
        headers["Authorization"] = authorization
    return headers


def redirect_target(url: URL, response: aiohttp.ClientResponse, limits: FetchConfig) -> URL:
    """Return the URL that the redirect leads to. Raises ForbiddenUrl, and FetchError if it names none.

    Blanks around the URL are left out, and blanks and bytes that are not UTF-8 are quoted, as browsers do.
    """
    location = response.headers.get("Location", "").strip()
    if not location:
        raise FetchError("redirects", f"HTTP {response.status} without a Location: the server redirects to nowhere")
    try:
        location = _NOT_UTF8.sub(
            lambda byte: f"%{ord(byte[0]) - 0xDC00:02X}", location.replace(" ", "%20").replace("\t", "%09")
        )
        target = web_url(urllib.parse.urljoin(str(url), location))
    except ValueError as error:
        raise ForbiddenUrl(f"a redirect is not followed: {error}") from None
    if url.scheme == "https" and target.scheme == "http" and not limits.allow_downgrade:
        raise ForbiddenUrl("a redirect from https to http; fetch.allow_downgrade = true allows it")
    return target


async def _read_response(
    response: aiohttp.ClientResponse, request: Request, limits: FetchConfig, await_place: AwaitPlace | None
) -> Response:
    """Return *response* with its body, which is read here. Raises FetchError, Unreadable."""
    _check_status(response, conditional=bool(request.etag or request.modified))
    body = None if response.status == HTTPStatus.NOT_MODIFIED else await _read_body(response, limits, await_place)
    return Response(
        url=str(response.url),
        body=body,
        content_type=response.headers.get("Content-Type", "")[:256],
        etag=_validator(response.headers.get("ETag"), 1024),
        modified=_validator(response.headers.get("Last-Modified"), 256),
        received=utc(),
        max_age=parse_max_age(response.headers.get("Cache-Control", "")),
        links=tuple(response.headers.getall("Link", ())),
    )


def _check_status(response: aiohttp.ClientResponse, *, conditional: bool) -> None:
    """Raise FetchError unless the status is 200, or 304 in response to a conditional request."""
    status = response.status
    if status == HTTPStatus.OK or (status == HTTPStatus.NOT_MODIFIED and conditional):
        return
    reason, text = "http_other", f"HTTP {status}"
    if status in HTTPStatus._value2member_map_:
        reason, text = f"http_{status}", f"{text} {HTTPStatus(status).phrase}"
    if status == HTTPStatus.GONE:
        raise FetchError(reason, f"{text}: its publisher has ended it; remove it from the config")
    raise FetchError(reason, text, parse_retry_after(response.headers, utc()), response.url.raw_host or "")


async def _read_body(response: aiohttp.ClientResponse, limits: FetchConfig, await_place: AwaitPlace | None) -> bytes:
    """Return the body, decompressed, within *limits.max_bytes* and *limits.max_ratio*. Raises FetchError, Unreadable."""
    limit = limits.max_bytes
    too_large = f"too large: more than {limit} bytes (fetch.max_bytes)"
    if (response.content_length or 0) > limit:
        raise FetchError("too_large", too_large)
    codings = response.headers.getall("Content-Encoding", [])
    decompressor, received, body = Decompressor(", ".join(codings)), 0, bytearray()
    async for data in response.content.iter_any():
        received += len(data)
        for chunk in decompressor.feed(data):
            body += chunk
            if received > limit or len(body) > limit:
                raise FetchError("too_large", too_large)
            if len(body) > max(LARGE, received * limits.max_ratio):
                text = f"a decompression bomb: it unpacks to more than {limits.max_ratio:g} times its size (fetch.max_ratio)"
                raise FetchError("too_large", text)
            if await_place and len(body) > LARGE:
                await await_place()
                await_place = None
    body += b"".join(decompressor.finish())
    return bytes(body)


def _validator(text: str | None, limit: int) -> str | None:
    """Return *text* if it can be sent back as a header, else None."""
    return text if text and len(text) <= limit and _VALIDATOR.fullmatch(text) else None


def _to_fetch_error(error: Exception) -> FetchError:
    """Return *error* as a FetchError. Its text contains no part of the URL but the host."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            why = getattr(error.certificate_error, "verify_message", "") or "it is not for this host"
            return FetchError("tls", f"no secure connection to {error.host}: its certificate is rejected: {why}")
        case aiohttp.ClientConnectorSSLError():
            return FetchError("tls", f"no secure connection to {error.host}: it speaks no accepted version of TLS")
        case aiohttp.ClientConnectorDNSError():
            return FetchError("dns", f"no address found for {error.host}")
        case aiohttp.ClientConnectorError(os_error=BlockedAddress()):
            return FetchError("blocked", f"{error.host} is at an address outside the public internet (fetch.allow_networks)")
        case aiohttp.ClientConnectorError():
            return FetchError("connect", f"no connection to {error.host}: {error.os_error.strerror or 'refused'}")
        case aiohttp.InvalidURL():
            return FetchError("blocked", "the URL names no valid host")
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientPayloadError():
            return FetchError("cut", "the server closed the connection before the response was complete")
        case _:
            return FetchError("not_http", f"not an HTTP response ({type(error).__name__})")

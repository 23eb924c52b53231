"""Which hubs a feed names, and for which topic. Pure functions."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from monitor.feeds.urls import URL_CHARS
from monitor.http.address_policy import ForbiddenUrl, web_url
from monitor.redaction import HIDDEN, hide_secrets

MAX_HUBS = 3
"""The most hubs of a feed that are kept."""
MAX_HEADER_CHARS = 8192
"""The part of a response's Link headers that is read, in characters."""
_TARGET = re.compile(r"<([^<>]+)>")
_PARAMETER = re.compile(r"""\s*;?\s*([\w!#$&+.^`|~*-]{1,64})\s*=\s*(?:"((?:[^"\\]|\\.){0,1024})"|([^\s",;]{1,1024}))""")
"""A parameter of a link. The semicolon before it may be missing, as some hubs write it."""


@dataclass(frozen=True, slots=True)
class Advertised:
    """What a feed says about itself: its *hubs*, and the *topic* under which they know it."""

    hubs: tuple[str, ...]
    topic: str


def find_hubs(headers: Iterable[str], hubs: Sequence[str], own: str, url: str, *, downgrade: bool = False) -> Advertised | None:
    """Return the hubs and the topic of the feed at *url*; None if it names no hub that may be asked.

    *headers* are the Link headers of its response; they come before *hubs* and *own*, which the document names (WebSub,
    section 4). Without an address of its own, the topic is *url*. A feed over https is not subscribed to at a hub over http,
    which could change its articles, unless *downgrade* is set. A URL with a secret is not used: the state is public.
    """
    links = list(_links(headers))
    named = [target for target, relations in links if "hub" in relations] or hubs
    topics = [target for target, relations in links if "self" in relations] or [own]
    topic = _usable(topics[0], url) or _usable(url, url)
    found = dict.fromkeys(each for hub in named[: 2 * MAX_HUBS] if (each := _usable(hub, url)))
    is_safe = downgrade or not url.startswith("https:")
    allowed = tuple(hub for hub in found if is_safe or hub.startswith("https:"))[:MAX_HUBS]
    return Advertised(allowed, topic) if allowed and topic else None


def _links(headers: Iterable[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the target of each link in the Link *headers* (RFC 8288), and its relations in lower case."""
    header = ", ".join(headers)[:MAX_HEADER_CHARS]
    position = 0
    while target := _TARGET.search(header, position):
        position, relations = target.end(), ""
        while parameter := _PARAMETER.match(header, position):
            position = parameter.end()
            if parameter[1].lower() == "rel":
                relations = relations or parameter[2] or parameter[3] or ""
        yield target[1].strip(), frozenset(relations.lower().split())


def _usable(link: str, url: str) -> str:
    """Return *link*, which may be relative to *url*, as a web URL without a secret; "" if it is none."""
    if not link or len(link) > URL_CHARS:
        return ""
    try:
        found = str(web_url(urljoin(url, link)))
    except (ForbiddenUrl, ValueError):
        return ""
    return "" if len(found) > URL_CHARS or HIDDEN in hide_secrets(found) else found

"""Identity of feeds and links: feed ids, absolute links, and the canonical form of a link."""

import re
import urllib.parse
from functools import lru_cache
from hashlib import blake2b

from yarl import URL

ID_CHARS = 512
URL_CHARS = 4096
"""Maximum lengths in the schemas, in code points."""
_TRACKING_PARAMETER = re.compile(
    r"(utm_\w+|mtm_\w+|pk_\w+|at_\w+|ns_\w+|mc_[ce]id|fbclid|gclid|dclid|msclkid|yclid|igshid|twclid|xtor|cmpid?|ocid|icid|smid|ncid"
    r"|feedtype|feedname|rss|ref|partner|ftag|taid|traffic_source|guccounter|cid)",
    re.IGNORECASE,
)
_SIMPLE_URL = re.compile(r"https?://[A-Za-z0-9.-]+/[A-Za-z0-9/._~%+-]*(?:\?[A-Za-z0-9/._~%+=&-]+)?")
"""Matches most links: absolute ones without a character that must be quoted."""


def digest(*parts: str, size: int = 8) -> str:
    """Return a hash of *parts* in hexadecimal: *size* bytes of BLAKE2b."""
    return blake2b("\0".join(parts).encode(errors="replace"), digest_size=size).hexdigest()


def feed_id(url: str) -> str:
    """Return the id of the feed at *url*: host, port unless it is the scheme's default, path, and a hash of the query."""
    parsed = URL(url)
    host_name = parsed.raw_host or ""
    name = (host_name if parsed.is_default_port() else f"{host_name}:{parsed.port}") + (parsed.raw_path or "/")
    if parsed.raw_query_string:
        name += "?" + digest(parsed.raw_query_string)
    return name if len(name) <= ID_CHARS else name[:480] + "~" + digest(name)


@lru_cache(maxsize=100_000)
def raw_host(url: str) -> str:
    """Return the host of *url*. Cached, because the same feeds are polled again and again."""
    return URL(url).raw_host or ""


def web_link(link: str, base: str) -> str | None:
    """Return *link* resolved against the URL *base* and quoted, or None if it is not an http or https link."""
    if _SIMPLE_URL.fullmatch(link):
        return link if len(link) <= URL_CHARS else None
    try:
        url = urllib.parse.urljoin(base, "".join(link.split()))
        parts = urllib.parse.urlsplit(url)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return None
    url = urllib.parse.quote(url, safe="%/:=&?~#+!$,;'@()*[]", errors="replace")
    return url if is_web and len(url) <= URL_CHARS else None


def host(link: str) -> str:
    """Return the host of *link* without ``www.``."""
    return (urllib.parse.urlsplit(link).hostname or "").removeprefix("www.")


def canonical(link: str) -> str:
    """Return *link* without the parts that do not identify the page.

    These are the scheme, www, tracking parameters, and a fragment with a parameter.
    """
    parts = urllib.parse.urlsplit(link)
    parameters = (part for part in parts.query.split("&") if part)
    query = "&".join(part for part in parameters if not _TRACKING_PARAMETER.fullmatch(part.partition("=")[0]))
    fragment = "" if "=" in parts.fragment else parts.fragment
    return urllib.parse.urlunsplit(("", host(link), parts.path or "/", query, fragment))

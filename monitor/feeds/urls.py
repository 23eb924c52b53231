"""What makes a feed the same feed, and a link the same link."""

import re
import urllib.parse
from functools import lru_cache
from hashlib import blake2b

from yarl import URL

ID_CHARS = 512
URL_CHARS = 4096
"""The longest that the schemas take, in characters."""
_TRACKING = re.compile(
    r"(utm_\w+|mtm_\w+|pk_\w+|at_\w+|ns_\w+|mc_[ce]id|fbclid|gclid|dclid|msclkid|yclid|igshid|twclid|xtor|cmpid?|ocid|icid|smid|ncid"
    r"|feedtype|feedname|rss|ref|partner|ftag|taid|traffic_source|guccounter|cid)",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"https?://[A-Za-z0-9.-]+/[A-Za-z0-9/._~%+-]*(?:\?[A-Za-z0-9/._~%+=&-]+)?")
"""What most links look like: they are absolute, and hold nothing that would have to be quoted."""


def digest(*parts: str, size: int = 8) -> str:
    """A hash of *parts*, in hexadecimal: *size* bytes of BLAKE2b."""
    return blake2b("\0".join(parts).encode(errors="replace"), digest_size=size).hexdigest()


def feed_id(url: str) -> str:
    """The id of the feed at *url*: host, port where it is not the scheme's own, path, and a hash of the query if any."""
    at = URL(url)
    host = at.raw_host or ""
    name = (host if at.is_default_port() else f"{host}:{at.port}") + (at.raw_path or "/")
    if at.raw_query_string:
        name += "?" + digest(at.raw_query_string)
    return name if len(name) <= ID_CHARS else name[:480] + "~" + digest(name)


@lru_cache(maxsize=100_000)
def raw_host(url: str) -> str:
    """The host that *url* is asked of. Kept, since each feed is asked again and again."""
    return URL(url).raw_host or ""


def web_link(link: str, base: str) -> str | None:
    """*link* as written in the feed at *base*, absolute; None where it is no http or https link."""
    if _PLAIN.fullmatch(link):
        return link if len(link) <= URL_CHARS else None
    try:
        joined = urllib.parse.urljoin(base, "".join(link.split()))
        parts = urllib.parse.urlsplit(joined)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return None
    joined = urllib.parse.quote(joined, safe="%/:=&?~#+!$,;'@()*[]", errors="replace")
    return joined if good and len(joined) <= URL_CHARS else None


def host(link: str) -> str:
    """The host of *link*, without ``www.``."""
    return (urllib.parse.urlsplit(link).hostname or "").removeprefix("www.")


def canonical(link: str) -> str:
    """*link* without what differs between two mentions of one page: scheme, www, tracking parameters, such a fragment."""
    parts = urllib.parse.urlsplit(link)
    query = "&".join(part for part in parts.query.split("&") if part and not _TRACKING.fullmatch(part.partition("=")[0]))
    fragment = "" if "=" in parts.fragment else parts.fragment
    return urllib.parse.urlunsplit(("", host(link), parts.path or "/", query, fragment))

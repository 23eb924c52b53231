"""Identity of feeds and links: feed ids, absolute links, and the canonical form of a link."""

import re
import urllib.parse
from functools import lru_cache
from hashlib import blake2b

from yarl import URL

from monitor.http.address_policy import ascii_host
from monitor.redaction import has_cut_password, has_hashed_segment, replace_segments

ID_CHARS = 512
URL_CHARS = 4096
"""Maximum lengths in the schemas, in code points."""
MAX_WHOLE_ID_CHARS = 480
"""How much of a longer feed id is kept, in code points, before its hash."""
MAX_WRITTEN_CHARS = 4 * URL_CHARS
"""The longest link that is read at all, line breaks included."""
_TRACKING_PARAMETER = re.compile(
    r"utm_[\w-]+|mtm_\w+|pk_(?:campaign|kwd|keyword|medium|source|content|cid|vid)|at_\w+|itm_(?:source|medium|campaign|content|term)"
    r"|ns_(?:mchannel|source|campaign|linkname|fee)|cm_(?:mmc\w*|me|cr|ven|cat|pla|ite)|wt_mc|hsa_\w+|_hsenc|_hsmi|__hs(?:fp|sc|tc)|hsctatracking"
    r"|fbclid|fb_(?:action_ids|action_types|ref|source)|gclid|gclsrc|[gw]braid|dclid|srsltid|_ga|_gl|msclkid|yclid|ysclid|ymclid|_openstat"
    r"|twclid|ttclid|igshid|mc_[ce]id|mkt_tok|_kx|vero_(?:conv|id)|oly_(?:anon|enc)_id|_branch_match_id|s_cid|xtor|usqp|cmpid?"
    r"|guccounter|guce_referrer(?:_sig)?|ocid|icid|smid|ncid|ftag|taid|traffic_source|feedtype|feedname",
    re.IGNORECASE,
)
"""Parameters that say where a reader came from. The general ones are those that AdGuard's URL Tracking filter removes on
every site (its section general_url.txt, read in November 2026) and those of Piano Analytics (at_*) and comScore (ns_*).
The last eight are of single large publishers (BBC and MSN, NYT, AOL, CBS, Washington Post, Yahoo, Reuters). Names that
other sites use for the article itself (ref, source, cid, sid, id, p) are missing on purpose."""
_SESSION_PARAMETER = re.compile(
    r"phpsessid|jsessionid|aspsessionid\w*|cfid|cftoken|oscsid|zenid|session_?id|sessid", re.IGNORECASE
)
_SESSION_IN_PATH = re.compile(r";jsessionid=[^/;]*|/\((?:[ASF]\([^()/]*\))+\)(?=/)", re.IGNORECASE)
"""The session in a path: of Java servlets (``;jsessionid=1A``) and of ASP.NET (``/(S(1a))/``)."""
_FORMER_TRACKING_PARAMETER = re.compile(
    r"(utm_\w+|mtm_\w+|pk_\w+|at_\w+|ns_\w+|mc_[ce]id|fbclid|gclid|dclid|msclkid|yclid|igshid|twclid|xtor|cmpid?|ocid|icid|smid|ncid"
    r"|feedtype|feedname|rss|ref|partner|ftag|taid|traffic_source|guccounter|cid)",
    re.IGNORECASE,
)
"""The tracking parameters by the rules of version 0.1. Feed states from that version contain links without them."""
_SIMPLE_URL = re.compile(
    r"https?://(?=[^/]{1,253}/)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*/[A-Za-z0-9/._~%+-]*(?:\?[A-Za-z0-9/._~%+=&-]+)?"
)
"""Matches most links: absolute ones without a character that must be quoted."""
_LINE_BREAK = re.compile(r"[\r\n\t]")
"""A line break inside a link. It is left out with the blanks around it; other blanks are quoted."""
_ESCAPE = re.compile(r"%[89a-fA-F][0-9a-fA-F]")
"""Matches a quoted byte of a character beyond ASCII."""


def digest(*parts: str, size: int = 8) -> str:
    """Return a hash of *parts* in hexadecimal: *size* bytes of BLAKE2b."""
    return blake2b("\0".join(parts).encode(errors="replace"), digest_size=size).hexdigest()


def feed_id(url: str, *, private: bool = False) -> str:
    """Return the id of the feed at *url*: host, port unless it is the scheme's default, path, and a hash of the query.

    Each secret segment of the path is replaced by a hash; with *private* one hash replaces the whole path.
    """
    parsed = URL(url)
    host_name = parsed.raw_host or ""
    place = host_name if parsed.is_default_port() else f"{host_name}:{parsed.port}"
    name = place + _without_secrets(place, parsed.raw_path or "/", private=private)
    if parsed.raw_query_string:
        name += "?" + digest(parsed.raw_query_string)
    return name if len(name) <= ID_CHARS else name[:MAX_WHOLE_ID_CHARS] + "~" + digest(name)


def present_id(stored_id: str) -> str:
    """Return the id of a feed whose stored id may be from before the secrets in a path were hashed."""
    name, mark, query_hash = stored_id.partition("?")
    if len(name) >= MAX_WHOLE_ID_CHARS or has_hashed_segment(name):
        return stored_id
    # The host is no secret, whatever it looks like.
    host_name, slash, path = name.partition("/")
    return host_name + _without_secrets(host_name, slash + path) + mark + query_hash


def _without_secrets(place: str, path: str, *, private: bool = False) -> str:
    """Return *path* at *place*, a host with or without its port, with a hash for each secret."""
    if private or has_cut_password(f"http://{place}{path}"):
        return "/" + _hash_of_secret(path)
    return replace_segments(path, _hash_of_secret)


def _hash_of_secret(secret: str) -> str:
    return "~" + digest(secret)


@lru_cache(maxsize=100_000)
def raw_host(url: str) -> str:
    """Return the host of *url*; "" if it has none, or is invalid. Cached, because the same feeds are polled again and again."""
    try:
        return URL(url).raw_host or ""
    except ValueError:
        return ""


def base_url(url: str) -> str:
    """Return the URL against which the links of the document at *url* are resolved: without a query, which may hold secrets."""
    return url.partition("#")[0].partition("?")[0]


def is_web_url(text: str) -> bool:
    """Return whether *text* is an absolute http or https URL."""
    return text[:8].lower().startswith(("http://", "https://")) and web_link(text, "") is not None


def web_link(link: str, base: str) -> str | None:
    """Return *link* resolved against the URL *base*, in ASCII; None if it is not an http or https link, or its host is invalid.

    A host in another script is in the form xn--, other characters beyond ASCII are quoted, with capital digits. A link that
    is in ASCII stays as it is, apart from blanks.
    """
    if _SIMPLE_URL.fullmatch(link):
        return link if len(link) <= URL_CHARS else None
    link = link.strip()
    if len(link) > MAX_WRITTEN_CHARS:
        return None
    link = "".join(map(str.strip, _LINE_BREAK.split(link)))
    try:
        parts = urllib.parse.urlsplit(urllib.parse.urljoin(base, link))
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            return None
        parts = parts._replace(netloc=_ascii_netloc(parts))
    except ValueError:
        return None
    written = urllib.parse.urlunsplit(parts)
    url = urllib.parse.quote(written, safe="%/:=&?~#+!$,;'@()*[]", errors="replace")
    if not written.isascii():
        url = _ESCAPE.sub(lambda escape: escape[0].upper(), url)
    return url if len(url) <= URL_CHARS else None


def _ascii_netloc(parts: urllib.parse.SplitResult) -> str:
    """Return user, host and port of a URL, with the host in ASCII. Raises ValueError if one of them is invalid."""
    host, _ = ascii_host(parts.hostname or ""), parts.port
    if "[" in parts.netloc and ":" not in host:
        raise ValueError("not an address of IPv6")
    if ":" in host or (parts.netloc.isascii() and "%" not in parts.netloc):
        return parts.netloc
    user, at, _ = parts.netloc.rpartition("@")
    return user + at + host + (f":{parts.port}" if parts.port else "")


def host(link: str) -> str:
    """Return the host of *link*, a link in ASCII, without ``www.`` and final dot."""
    return (urllib.parse.urlsplit(link).hostname or "").removeprefix("www.").rstrip(".")


def canonical(link: str) -> str:
    """Return *link* without the parts that do not identify the page.

    These are the scheme, www, tracking parameters, sessions, and a fragment with a parameter.
    """
    parts = urllib.parse.urlsplit(link)
    query = "&".join(
        part
        for part in parts.query.split("&")
        if part and not _TRACKING_PARAMETER.fullmatch(name := part.partition("=")[0]) and not _SESSION_PARAMETER.fullmatch(name)
    )
    return _without_scheme(parts, _SESSION_IN_PATH.sub("", parts.path), query)


def former_canonical(link: str) -> str:
    """Return the canonical form of *link* by the rules of version 0.1."""
    parts = urllib.parse.urlsplit(link)
    parameters = (part for part in parts.query.split("&") if part)
    query = "&".join(part for part in parameters if not _FORMER_TRACKING_PARAMETER.fullmatch(part.partition("=")[0]))
    return _without_scheme(parts, parts.path, query)


def _without_scheme(parts: urllib.parse.SplitResult, path: str, query: str) -> str:
    fragment = "" if "=" in parts.fragment else parts.fragment
    return urllib.parse.urlunsplit(("", (parts.hostname or "").removeprefix("www."), path or "/", query, fragment))


def is_front_page(canonical_link: str) -> bool:
    """Return whether *canonical_link* leads to the front page of a site, which no article has to itself."""
    return canonical_link.startswith("//") and canonical_link.find("/", 2) == len(canonical_link) - 1

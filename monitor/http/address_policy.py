"""Which URLs may be requested, and which addresses may be connected to. Pure; connector.py checks every connection."""

import ipaddress
import re
import urllib.parse
from collections.abc import Iterable

import idna
from yarl import URL

from monitor.redaction import has_cut_password

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

SPECIAL_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
        *("192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
        *("224.0.0.0/4", "240.0.0.0/4"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)
"""Networks outside the public internet, from IANA's special-purpose registries (RFC 6890), including 6to4 and Teredo."""
GLOBAL_V6 = ipaddress.ip_network("2000::/3")
"""The part of IPv6 that is allocated to the public internet."""
NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""IPv6 addresses that stand for IPv4 addresses (RFC 6052)."""
HOST_CHARS = 254
"""Maximum length of a host's name with a final dot (RFC 1035)."""
_HOST = re.compile(r"(?!https?\Z)[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?")
"""A name of labels. It is not the scheme of a second URL, as in http://https://example.org."""
_AMBIGUOUS = re.compile(r"[\x00-\x20\x7f\\]")


class ForbiddenUrl(ValueError):
    """A URL that must not be requested. The text gives the reason and contains no credentials."""


def parse_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Return *texts* such as ``127.0.0.0/8`` as networks. Raises ValueError, whose text names the first invalid one."""
    return tuple(ipaddress.ip_network(text) for text in texts)


def is_allowed(address: str, allowed: Iterable[Network]) -> bool:
    """Return True if *address* may be connected to: it is on the public internet, or in one of the *allowed* networks.

    *address* is numeric. For an IPv6 address that contains an IPv4 address (mapped, NAT64), the IPv4 address decides,
    because the connection goes there. Returns False if *address* is not an address.
    """
    try:
        given = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    reached = _embedded(given)
    if any(each.version == network.version and each in network for network in allowed for each in (given, reached)):
        return True
    if reached.version == GLOBAL_V6.version and reached not in GLOBAL_V6:
        return False
    return not any(reached.version == network.version and reached in network for network in SPECIAL_NETWORKS)


def _embedded(address: IPAddress) -> IPAddress:
    """Return the IPv4 address inside *address*, or *address* itself."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def web_url(text: str, *, credentials: bool = False) -> URL:
    """Return *text* as an http or https URL without its fragment. Raises ForbiddenUrl.

    Refuses a URL that two parsers could read differently, and one with a user name or password unless *credentials* is set.
    """
    if _AMBIGUOUS.search(text):
        raise ForbiddenUrl("the URL contains a space, a backslash or a control character")
    try:
        parts, url = urllib.parse.urlsplit(text), URL(text)
        port = parts.port
    except ValueError:
        raise ForbiddenUrl("not a valid URL") from None
    try:
        # yarl decodes a host that begins with xn--, which fails if it is no valid one.
        named = bool(url.host and parts.hostname)
    except UnicodeError:
        raise ForbiddenUrl("the URL's host is invalid") from None
    if url.scheme not in {"http", "https"}:
        raise ForbiddenUrl("only http and https are supported")
    if not named:
        raise ForbiddenUrl("the URL names no host")
    try:
        host = ascii_host(parts.hostname or "")
    except ValueError:
        raise ForbiddenUrl("the URL's host is invalid") from None
    if host != (url.raw_host or "").lower() or port != url.explicit_port or parts.netloc.count("@") > 1:
        raise ForbiddenUrl("the URL's host is ambiguous")
    if not credentials and (url.user is not None or url.password is not None):
        raise ForbiddenUrl("a name and password belong only in the configured URL")
    return url.with_fragment(None)


def literal_address_problem(url: str, allowed: Iterable[str], key: str) -> str:
    """Return why the host of the valid *url* cannot be reached, if that is known without a lookup; "" if it is not.

    *allowed* is the list of networks that the config has in *key*.
    """
    host = (urllib.parse.urlsplit(url).hostname or "").removesuffix(".")
    address = "127.0.0.1" if host == "localhost" or host.endswith(".localhost") else host
    try:
        given = ipaddress.ip_address(address)
    except ValueError:
        numeric = re.fullmatch(r"[0-9.]+", host)
        return f"{host} is neither the name of a host nor an IP address: correct it" if numeric else ""
    if is_allowed(str(given), parse_networks(allowed)):
        return ""
    return f"{host} is outside the public internet, so it is never contacted: add {given} to {key}, if it is meant"


def cut_password_problem(url: str) -> str:
    """Return a hint if a slash in its password may have ended the host of the valid *url* too early; "" if not."""
    if not has_cut_password(url):
        return ""
    return "if its URL begins with a user name and a password, what is after the first slash is not the path: write %2F for it"


def ascii_host(host: str) -> str:
    """Return *host* as it is in ASCII, in the form xn-- if it is in another script (UTS 46). Raises ValueError if invalid."""
    host = urllib.parse.unquote(host, errors="strict")
    if ":" in host:
        return str(ipaddress.ip_address(host))
    encoded = host if host.isascii() else _idna(host)
    if not _HOST.fullmatch(encoded) or len(encoded) > HOST_CHARS:
        raise ValueError("not the name of a host")
    return encoded


def _idna(host: str) -> str:
    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        # Python's codec knows an older standard, by which browsers and registries allow hosts with symbols.
        return host.encode("idna").decode()


def origin(url: URL) -> tuple[str, str | None, int | None]:
    """Return the scheme, host and port of *url*. Its credentials are sent to no other origin."""
    return url.scheme, url.host, url.port

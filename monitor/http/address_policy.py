"""What may be dialled: which URLs, and which addresses behind them. Pure; the connector (dial.py) asks for every dial."""

import ipaddress
import re
import urllib.parse
from collections.abc import Iterable

from yarl import URL

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

CLOSED = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
        *("192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
        *("224.0.0.0/4", "240.0.0.0/4"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)
"""What is not the public internet, after IANA's special-purpose registries (RFC 6890); 6to4 and Teredo are among it."""
GLOBAL_V6 = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given out to the public."""
NAT64 = ipaddress.ip_network("64:ff9b::/96")
_STRANGE = re.compile(r"[\x00-\x20\x7f\\]")


class ForbiddenUrl(ValueError):
    """A URL that is not asked; the text says why, and never holds its credentials."""


def parse_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """*texts* such as ``127.0.0.0/8`` as networks. Raises ValueError, naming the one that is none."""
    return tuple(ipaddress.ip_network(text) for text in texts)


def is_open(address: str, allowed: Iterable[Network]) -> bool:
    """Whether *address*, in plain numbers, may be dialled: on the public internet, or in one of the *allowed* networks.

    An IPv4 address inside an IPv6 one (mapped, NAT64) is judged as what will be reached. What is no address is closed.
    """
    try:
        given = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    reached = _embedded(given)
    if any(at.version == network.version and at in network for network in allowed for at in (given, reached)):
        return True
    if reached.version == GLOBAL_V6.version and reached not in GLOBAL_V6:
        return False
    return not any(reached.version == network.version and reached in network for network in CLOSED)


def _embedded(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def web_url(text: str, *, credentials: bool = False) -> URL:
    """*text* as a URL to ask: http or https, and one that no two parsers read differently. Raises ForbiddenUrl.

    A name and password in it are refused but where *credentials* allows them.
    """
    if _STRANGE.search(text):
        raise ForbiddenUrl("the URL holds a space, a backslash or a control character")
    try:
        parts, url = urllib.parse.urlsplit(text), URL(text)
        hosts = {(url.host or "").lower(), (url.raw_host or "").lower()}
        same = (parts.hostname or "") in hosts and parts.port == url.explicit_port and parts.netloc.count("@") <= 1
    except ValueError:
        raise ForbiddenUrl("this is no URL that can be asked") from None
    if url.scheme not in {"http", "https"}:
        raise ForbiddenUrl("only http and https are asked")
    if not url.host:
        raise ForbiddenUrl("the URL names no host")
    if not same:
        raise ForbiddenUrl("the URL's host can be read in two ways")
    if not credentials and (url.user is not None or url.password is not None):
        raise ForbiddenUrl("a name and password belong only in the configured URL")
    return url.with_fragment(None)


def redacted(url: str) -> str:
    """*url* without a name and password, for what people or programs see."""
    return str(URL(url).with_user(None))


def origin(url: URL) -> tuple[str, str | None, int | None]:
    """Scheme, host and port: credentials go to no other."""
    return url.scheme, url.host, url.port

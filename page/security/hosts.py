"""The hosts by which the page is reached. Others are refused, so that no site can point its own name at the page."""

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit


def is_allowed(host: str, names: Collection[str]) -> bool:
    """Return whether *host*, the value of a Host header, is localhost, a loopback address or one of *names*."""
    name = host_name(host)
    return name is not None and (name == "localhost" or is_loopback(name) or name in {each.casefold() for each in names})


def host_name(host: str) -> str | None:
    """Return *host* without its port, in lower case; None if it is no host."""
    try:
        parts = urlsplit(f"//{host}")
        parts.port  # noqa: B018  (it raises for a port that is none)
    except ValueError:
        return None
    if parts.netloc != host or "@" in host:
        return None
    return parts.hostname


def is_loopback(name: str) -> bool:
    """Return whether *name* is an address of this machine alone. It is parsed: 127.0.0.1.example.org is none."""
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def is_own_address(listen: str) -> bool:
    """Return whether only this machine reaches the address *listen* (``HOST:PORT``)."""
    name = listen.rpartition(":")[0].strip("[]")
    return name == "localhost" or is_loopback(name)

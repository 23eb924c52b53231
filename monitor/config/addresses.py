"""The addresses in monitor.toml: ports, where to listen, and the names of hosts."""

import ipaddress
import re
from urllib.parse import urlsplit

MAX_PORT = 65535
_LISTEN = re.compile(r"(?P<host>\[[^\[\]]*\]|[^:\s\[\]/]+):(?P<port>[^:/]*)")
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\.?")
_DIGITS_AND_DOTS = re.compile(r"[0-9.]+")


def listen_problem(listen: str) -> str | None:
    """Return why *listen* is not HOST:PORT, and what to write instead; None if it is."""
    match = _LISTEN.fullmatch(listen)
    if not match:
        return f"{listen[:200]!r} is not an address to listen on: write HOST:PORT, such as '127.0.0.1:8080'"
    host, port = match["host"], match["port"]
    if not _is_port(port):
        return f"{listen[:200]!r}: port out of range 0-{MAX_PORT}; write HOST:PORT, such as '127.0.0.1:8080'"
    if host == "*":
        return f"{listen[:200]!r}: a star is not a host; write '0.0.0.0:{port}' for all addresses of this machine"
    numeric = host.strip("[]") if host.startswith("[") or _DIGITS_AND_DOTS.fullmatch(host) else ""
    if host == "[]" or (numeric and not _is_ip_address(numeric)):
        return f"{listen[:200]!r}: {host.strip('[]')!r} is not an IP address; write one such as '127.0.0.1:{port}'"
    return None


def port_problem(url: str) -> str | None:
    """Return why the port of *url* cannot be used, and what to write instead; None if it can, or *url* is no URL."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return "the brackets around the host are wrong: an address of IPv6 is written as in https://[2001:db8::1]/feed"
    host_and_port = parts.netloc.rpartition("@")[2].rpartition("]")[2]
    port = host_and_port.partition(":")[2]
    if not port or _is_port(port):
        return None
    if "@" in parts.path + parts.query + parts.fragment:
        return "the user name or the password contains /, ? or #: write %2F, %3F or %23"
    return f"port out of range 0-{MAX_PORT}: correct {port[:20]!r}, or leave out the colon and the port"


def host_problem(host: str) -> str | None:
    """Return why *host*, a key of [fetch.hosts], is not the name of a host, and what to write instead; None if it is."""
    if _HOST.fullmatch(host) or _is_ip_address(host):
        return None
    name = re.sub(r"^[a-z]+://|[/:?#].*$", "", host.strip().casefold()).strip("*.")
    try:
        name = name if name.isascii() else name.encode("idna").decode()
    except UnicodeError:
        name = ""
    star = "; there is no exception for all hosts below one" if host.startswith("*") else ""
    remedy = f"write {name!r}" if _HOST.fullmatch(name) else 'write one such as "example.org"'
    return f"{host[:200]!r} is not the name of a host in lower case, without scheme, port and path: {remedy}{star}"


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text[:6]) <= MAX_PORT


def _is_ip_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True

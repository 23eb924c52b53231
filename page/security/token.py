"""The token with which readers and programs identify themselves where the page is reached from other machines."""

import hmac
import ipaddress
from collections import deque
from dataclasses import dataclass, field
from hashlib import sha256

from monitor.bus import Misconfigured
from monitor.config import Config
from monitor.config.secrets import read_file, read_variable, variable_source

MIN_CHARS = 32
TRIES_PER_MINUTE = 5
MINUTE = 60.0
MAX_CLIENTS = 1000
"""The most clients whose wrong tokens are remembered."""
COOKIE = "newsmonitor_session"


def read_token(config: Config) -> str | None:
    """Return the token that *config* names; None if it names none. Raises Misconfigured if it is missing or too short."""
    page = config.page
    if page.token_env:
        source, token = variable_source(page.token_env), read_variable(page.token_env)
    elif page.token_file:
        source, token = f"the file {page.token_file}", read_file(config.folder / page.token_file)
    else:
        return None
    token = token.strip()
    if len(token) < MIN_CHARS:
        remedy = "`openssl rand -hex 32` makes one"
        raise Misconfigured(f"page: {source} has no token of at least {MIN_CHARS} characters; {remedy}")
    return token


def session_of(token: str) -> str:
    """Return the value of the cookie of a reader who has entered *token*. The token cannot be told from it."""
    return hmac.new(token.encode(), b"newsmonitor session", sha256).hexdigest()


def is_equal(given: str, expected: str) -> bool:
    """Return whether two secrets are equal, in a time that does not depend on where they differ."""
    # A header may have bytes that are no text; aiohttp gives them as surrogates.
    return hmac.compare_digest(given.encode(errors="surrogateescape"), expected.encode())


@dataclass
class Tries:
    """The times of the latest wrong tokens of each client, in seconds.

    Each is limited by itself: if all were together, anyone could keep the owner out. Many addresses do not help to guess a
    token of 32 characters. Clients behind one proxy are one.
    """

    _times: dict[str, deque[float]] = field(default_factory=dict)

    def wait(self, client: str, now: float) -> float:
        """Return for how many seconds no further try of *client* is taken; 0 if one is."""
        times = self._times.get(client)
        return max(0.0, times[0] + MINUTE - now) if times and len(times) == TRIES_PER_MINUTE else 0.0

    def add(self, client: str, now: float) -> None:
        """Note a wrong token of *client*. If there are too many clients, the one whose last try is the oldest is forgotten."""
        times = self._times.pop(client, None) or deque(maxlen=TRIES_PER_MINUTE)
        times.append(now)
        self._times[client] = times
        if len(self._times) > MAX_CLIENTS:
            del self._times[next(iter(self._times))]


def client_of(address: str | None) -> str:
    """Return the client at *address*. One that has an IPv6 address has all of its network, which are 2**64."""
    try:
        parsed = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return address or ""
    return str(parsed if parsed.version == 4 else ipaddress.ip_network((parsed, 64), strict=False))  # noqa: PLR2004

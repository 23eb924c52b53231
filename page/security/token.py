"""The token with which readers and programs identify themselves where the page is reached from other machines."""

import hmac
import os
from collections import deque
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from monitor.bus import Misconfigured
from monitor.config import Config

MIN_CHARS = 32
TRIES_PER_MINUTE = 5
COOKIE = "newsmonitor_session"


def read_token(config: Config) -> str | None:
    """Return the token that *config* names; None if it names none. Raises Misconfigured if it is missing or too short."""
    page = config.page
    if page.token_env:
        source, token = f"the environment variable {page.token_env}", os.environ.get(page.token_env, "")
    elif page.token_file:
        source, token = f"the file {page.token_file}", _read(config.folder / page.token_file)
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
    return hmac.compare_digest(given.encode(), expected.encode())


@dataclass
class Tries:
    """The times of the latest wrong tokens, in seconds: of all clients together, so that no number of addresses helps."""

    times: deque[float] = field(default_factory=lambda: deque(maxlen=TRIES_PER_MINUTE))

    def wait(self, now: float) -> float:
        """Return for how many seconds no further try is taken; 0 if one is."""
        full = len(self.times) == TRIES_PER_MINUTE
        return max(0.0, self.times[0] + 60 - now) if full else 0.0

    def add(self, now: float) -> None:
        """Note a wrong token."""
        self.times.append(now)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""

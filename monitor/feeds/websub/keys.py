"""The key of the callbacks, and what is made of it: paths that nobody can guess, and the secrets of signatures."""

import hmac
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b, sha256
from pathlib import Path

from monitor.messages import Websub

KEY_BYTES = 32
PATH_DIGITS = 48
"""Hexadecimal digits of the last segment of a callback's path: 192 bits."""
SIGNATURES = frozenset({"sha1", "sha256", "sha384", "sha512"})
"""The methods of X-Hub-Signature (WebSub, section 7.1)."""
RandomBytes = Callable[[int], bytes]


class UnusableKey(OSError):
    """The file with the key can be neither read nor written; the text names the remedy."""


@dataclass(frozen=True)
class CallbackKey:
    """The key of an installation, in a file that only its owner can read.

    Path and secret of a subscription are made of it and of the subscription's nonce, so that the public state has no secret.
    """

    key: bytes

    def __repr__(self) -> str:
        return "CallbackKey(...)"

    def address(self, callback: str) -> str:
        """Return a hash of the key and of the address *callback*."""
        return blake2b(callback.encode(), key=self.key, digest_size=8).hexdigest()

    def path(self, subscription: Websub) -> str:
        """Return the last segment of the path at which the hub calls."""
        return self._made("path", subscription)[:PATH_DIGITS]

    def secret(self, subscription: Websub) -> str:
        """Return the secret with which the hub signs."""
        return self._made("secret", subscription)

    def _made(self, use: str, subscription: Websub) -> str:
        text = f"{use} {subscription.id} {subscription.nonce}"
        return hmac.new(self.key, text.encode(), sha256).hexdigest()


def read_key(file: Path, random: RandomBytes = os.urandom) -> CallbackKey:
    """Return the key in *file*, which is made with a new key if it does not exist. Raises UnusableKey."""
    try:
        with suppress(FileExistsError):
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as new:
                new.write(random(KEY_BYTES).hex() + "\n")
        key = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it has no key"
        raise UnusableKey(f"websub.key_file {file}: {why}; name a file that can be written, or delete it") from error
    if len(key) < KEY_BYTES:
        raise UnusableKey(f"websub.key_file {file}: the key is too short; delete the file, and a new one is made")
    return CallbackKey(key)


def is_signed(body: bytes, header: str, secret: str) -> bool:
    """Return whether *header*, an X-Hub-Signature, is the signature of *body* by *secret*."""
    method, _, signature = header.strip().partition("=")
    if method.lower() not in SIGNATURES or not signature.isascii():
        return False
    return hmac.compare_digest(hmac.new(secret.encode(), body, method.lower()).hexdigest(), signature.strip().lower())

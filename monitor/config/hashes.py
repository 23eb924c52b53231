"""Hashes by which the services see that a watch or the address of a target was changed."""

from dataclasses import astuple, fields
from functools import lru_cache
from hashlib import blake2b

from monitor.config.model import Target, Watch

SENDING = frozenset({"updates", "pace", "digest"})
"""The keys of a watch that say what is sent, and not what is raised."""


@lru_cache(maxsize=4096)
def fingerprint(watch: Watch) -> str:
    """Return 12 hexadecimal digits that change when the watch changes, apart from the keys in SENDING."""
    raised_by = tuple(value for each, value in zip(fields(watch), astuple(watch), strict=True) if each.name not in SENDING)
    return blake2b(repr(raised_by).encode(), digest_size=6).hexdigest()


def target_hash(target: Target) -> str:
    """Return 12 hexadecimal digits that change with the address of *target*."""
    address = (target.kind, target.webhook, sorted(target.options.items(), key=repr))
    return blake2b(repr(address).encode(), digest_size=6).hexdigest()

"""The secrets of targets: from the environment or from a file, never from the config."""

import os
from pathlib import Path


class NoSecret(RuntimeError):
    """A target's secret is missing or malformed. The text names its source and the remedy, and never contains the secret."""


def read_secret(env: str | None, file: str | None, folder: Path) -> str:
    """Return the secret in the environment variable *env*, or else in the *file*; "" if it is absent.

    *folder* is that of the config.
    """
    if env:
        return os.environ.get(env, "").strip()
    try:
        return (folder / file).read_text(encoding="utf-8").strip() if file else ""
    except (OSError, ValueError):
        return ""


def secret_source(env: str | None, file: str | None, folder: Path) -> str:
    """Return where `read_secret` looks, for a message."""
    return f"the environment variable {env}" if env else f"the file {folder / (file or '')}"

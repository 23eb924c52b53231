"""The secrets of targets: from the environment or from a file, never from the config."""

from pathlib import Path

from monitor.config.secrets import read_file, read_variable, variable_source


class NoSecret(RuntimeError):
    """A target's secret is missing or malformed. The text names its source and the remedy, and never contains the secret."""


def read_secret(env: str | None, file: str | None, folder: Path) -> str:
    """Return the secret in the environment variable *env*, or else in the *file*; "" if it is absent.

    *folder* is that of the config. See monitor.config.secrets for the files of variables.
    """
    if env:
        return read_variable(env)
    return read_file(folder / file) if file else ""


def secret_source(env: str | None, file: str | None, folder: Path) -> str:
    """Return where `read_secret` looks, for a message."""
    return variable_source(env) if env else f"the file {folder / (file or '')}"

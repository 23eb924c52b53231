"""Secrets, which are in environment variables or in files, never in the config.

Wherever a variable NAME is read, the variable NAME_FILE may name a file that holds the value instead.
"""

import os
from pathlib import Path


def read_variable(name: str) -> str:
    """Return the secret in the environment variable *name*, or in the file that NAME_FILE names; "" if there is none."""
    if value := os.environ.get(name, "").strip():
        return value
    return read_file(Path(file)) if (file := os.environ.get(f"{name}_FILE")) else ""


def read_file(file: Path) -> str:
    """Return the secret in *file*; "" if it cannot be read."""
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""


def variable_source(name: str) -> str:
    """Return where `read_variable` has looked, for a message."""
    file = os.environ.get(f"{name}_FILE")
    if file and not os.environ.get(name, "").strip():
        return f"the file {file} ({name}_FILE)"
    return f"the environment variable {name}"

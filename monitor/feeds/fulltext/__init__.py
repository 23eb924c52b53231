"""The full text of articles, from their web pages."""

from importlib.util import find_spec

MISSING_PACKAGE = "it needs trafilatura: pip install 'newsmonitor[fulltext]'"


def is_installed() -> bool:
    """Return True if the optional packages for full text are installed."""
    return find_spec("trafilatura") is not None

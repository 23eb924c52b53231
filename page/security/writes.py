"""Where a write may come from: the page itself, and no other site."""

from collections.abc import Mapping

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def is_same_origin(headers: Mapping[str, str], origin: str) -> bool:
    """Return whether a request with *headers* comes from a page of *origin* (``http://HOST``).

    Browsers say so in Sec-Fetch-Site. An older browser sends Origin alone. A request with neither is refused.
    """
    if (site := headers.get("Sec-Fetch-Site")) is not None:
        return site == "same-origin"
    return headers.get("Origin") == origin

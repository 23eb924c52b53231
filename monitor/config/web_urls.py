"""Why a text is not the URL of a feed or a webhook, and which one may be meant."""

import re

from monitor.config.suggestions import nearest

_WITHOUT_SLASHES = re.compile(r"(https?)[:/]{1,4}([^:/].*)", re.IGNORECASE)


def web_url_problem(url: str) -> str:
    """Return why *url* is not an http or https URL, and what to write; "" if that is not known. Does not repeat credentials."""
    if re.search(r"\s", url):
        return "the URL contains blanks: remove them, or write %20"
    scheme, separator, rest = url.partition("://")
    known = scheme.casefold() in {"http", "https"}
    if separator and known and scheme.islower():
        found = next((char for char in rest if not char.isascii() or char in '"<>\\^`{|}'), "")
        return f"a URL cannot contain the character {found!r}: copy it from the address bar of a browser" if found else ""
    if separator:
        meant = "https" if scheme.casefold() in {"feed", "hxxps"} else nearest(scheme, ("http", "https"))
        if meant:
            return f"a URL does not begin with {scheme[:20]}://: did you mean {_example(f'{meant}://{rest}')}?"
        return f"only http:// and https:// can be read, not {scheme[:20]}://"
    if match := _WITHOUT_SLASHES.fullmatch(url):
        return f"a URL begins with http:// or https://: did you mean {_example(f'{match[1].lower()}://{match[2]}')}?"
    bare = url.lstrip("/")
    return (
        f"a URL begins with http:// or https://: write {_example(f'https://{bare}' if '.' in bare else 'https://example.org/')}"
    )


def _example(url: str) -> str:
    return repr(url[:200]) if "@" not in url else repr(f"{url.partition('://')[0]}://...")

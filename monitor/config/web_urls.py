"""Why a text is not the URL of a feed or a webhook, and which one may be meant."""

import re

from monitor.config.addresses import port_problem
from monitor.config.suggestions import nearest
from monitor.redaction import hide_secrets

_WITHOUT_SLASHES = re.compile(r"(https?)[:/]{1,4}([^:/].*)", re.IGNORECASE)


def web_url_problem(url: str) -> str:
    """Return why *url* is not an http or https URL, and what to write; "" if that is not known. Does not repeat credentials."""
    if message := _character_problem(url):
        return message
    scheme, separator, rest = url.partition("://")
    known = scheme.casefold() in {"http", "https"}
    if separator and known and scheme.islower():
        found = next((char for char in rest if not char.isascii() or char in '"<>\\^`{|}'), "")
        if found:
            return f"a URL cannot contain the character {found!r}: copy it from the address bar of a browser"
        return port_problem(url) or _percent_problem(rest)
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


def _character_problem(url: str) -> str:
    """Return the problem of a text that has more around a URL, is a path, or contains blanks or invisible characters."""
    if re.match(r"<.*>|\(.*\)|\".*\"", url, re.DOTALL):
        return f"the URL stands between {url[0]} and {url[-1]}: write it alone, without them"
    if re.match(r"[/~]|\.{1,2}/|[A-Za-z]:\\", url) and not url.startswith("//"):
        return "this is the path of a file, and only http:// and https:// can be read: have a web server offer the file"
    if re.search(r"[\x00-\x08\x0e-\x1f\x7f]", url):
        return "the URL contains a control character: write it anew, without it"
    if re.search(r"\s", url):
        return "the URL contains blanks: remove them, or write %20"
    return ""


def _percent_problem(rest: str) -> str:
    percent = re.search(r"%(?![0-9A-Fa-f]{2})", rest)
    return "in a URL, % stands before two hexadecimal digits: write %25 for the sign itself" if percent else ""


def _example(url: str) -> str:
    return repr(hide_secrets(url)[:200])

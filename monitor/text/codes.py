"""Codes of languages and countries: which exist, and which one is meant by a name or by another code.

Languages have BCP 47 tags ("en", "pt-BR"), countries the codes of ISO 3166-1 ("GB").
"""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

_TAG = re.compile(
    r"[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(-[a-z0-9](-[a-z0-9]{2,8})+)*"
)
"""A language, and optionally a script, a region, variants and extensions, in lower case."""
_CLOSE = 0.8
"""The least similarity (difflib) of a misspelt name."""


def language_problem(text: str) -> str | None:
    """Return why *text* is not the tag of a language and what may be meant; None if it is one. Case does not matter."""
    tag = text.casefold()
    language, _, rest = tag.partition("-")
    if _TAG.fullmatch(tag) and language in _languages():
        region = next((part for part in rest.split("-") if len(part) == 2 and part.isalpha()), None)  # noqa: PLR2004
        if region is None or region.upper() in _countries():
            return None
    code = language_named(text)
    hint = f"write {code!r}" if code else "give a code of ISO 639-1, such as 'en'"
    return f"{text!r} is not the code of a language; {hint}"


def country_problem(text: str) -> str | None:
    """Return why *text* is not the code of a country and what may be meant; None if it is one. Case does not matter."""
    if text.upper() in _countries():
        return None
    code = country_named(text)
    hint = f"write {code!r}" if code else "give a code of ISO 3166-1, such as 'GB'"
    return f"{text!r} is not the code of a country; {hint}"


def language_named(text: str) -> str | None:
    """Return the code that *text* probably means: "en" for "English", "eng" or "Englsh"; None if nothing is near."""
    name, _, region = re.sub(r"[_\s]+", "-", text.strip().casefold()).partition("-")
    if name in _languages() and (code := _region_named(region)):
        return f"{name}-{code}"
    return _nearest(text, _languages())


def language_name(code: str) -> str:
    """Return the English name of the language with *code*, or *code* itself if it is unknown."""
    return _languages().get(code, (code,))[0]


def country_named(text: str) -> str | None:
    """Return the code that *text* probably means: "GB" for "UK", "Britain" or "gbr"; None if nothing is near."""
    if text.strip().upper() in _countries():
        return text.strip().upper()
    if code := _by_name(_countries()).get(text.strip().casefold()):
        return code
    from monitor.text import gazetteer

    place = gazetteer.resolve(text, "place")
    if place and place.kind == "country" and place.country in _countries():
        return place.country
    return _nearest(text, _countries())


def _region_named(text: str) -> str | None:
    """Return the code of the country *text*, which is a code or another name of it, but not a misspelt one."""
    code = text.upper() if text.upper() in _countries() else _by_name(_countries()).get(text)
    return code if text else None


def _nearest(text: str, table: Mapping[str, tuple[str, ...]]) -> str | None:
    key, names = text.strip().casefold(), _by_name(table)
    if key in names:
        return names[key]
    # A misspelt code of three letters would be near to too many others.
    long_names = [name for name in names if len(name) > 3]  # noqa: PLR2004
    close = get_close_matches(key[:64], long_names, n=1, cutoff=_CLOSE)
    return names[close[0]] if close else None


def _by_name(table: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
    """Return the codes of *table* by each of their case-folded names, and by themselves."""
    names = {name.casefold(): code for code, code_names in table.items() for name in code_names}
    return names | {code.casefold(): code for code in table}


@cache
def _languages() -> Mapping[str, tuple[str, ...]]:
    """Return the names of each language by its code. The first is the English one."""
    return _read("languages.tsv")


@cache
def _countries() -> Mapping[str, tuple[str, ...]]:
    """Return the names of each country by its code. The first is the English one."""
    return _read("countries.tsv")


def _read(name: str) -> Mapping[str, tuple[str, ...]]:
    lines = (files("monitor.text") / "data" / name).read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {code: (english, *filter(None, others.split("|"))) for code, english, others in rows}

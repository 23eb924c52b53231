"""Variants of letters and digits that fold to one: Arabic, Persian, Urdu, Hebrew, ideographs, and the digits of all scripts."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

_ARABIC = {"ا": "ٱ", "ي": "ىیے", "ك": "کڪ", "ه": "ةۃہھە"}
"""Arabic letters with the variants of Arabic, Persian and Urdu. Unicode decomposes the others: أ إ آ ؤ ئ."""
_HEBREW_FINAL = {"כ": "ך", "מ": "ם", "נ": "ן", "פ": "ף", "צ": "ץ"}
"""Hebrew letters with the forms that they take at the end of a word."""
_FIRST_IDEOGRAPH = "\u3400"


class _Letters(dict[int, str]):
    """A table for str.translate, from a variant to the letter that stands for all. It is filled on demand."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if code > 0x7F and char.isdecimal():  # noqa: PLR2004  (the last ASCII character)
            folded = str(unicodedata.decimal(char))
        else:
            folded = _ideographs().get(char, char) if char >= _FIRST_IDEOGRAPH else char
        self[code] = folded
        return folded


LETTERS = _Letters(
    {ord(variant): letter for table in (_ARABIC, _HEBREW_FINAL) for letter, variants in table.items() for variant in variants}
)


@cache
def _ideographs() -> dict[str, str]:
    """Return the ideograph that stands for each variant: 國 and 国 are one, and 發, 髮, 発 and 发."""
    lines = (files("monitor.text") / "data" / "han.txt").read_text(encoding="utf-8").splitlines()
    return dict(_variants(line for line in lines if not line.startswith("#")))


def _variants(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        for variant in line[1:]:
            yield variant, line[0]

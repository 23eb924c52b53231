"""Titles in capitals, in which a model finds no names. Pure."""

MIN_WORDS = 3
"""A title of fewer words may be an abbreviation."""


def for_model(title: str) -> str:
    """Return *title* with only the first letter of each word as a capital, if all its letters are capitals; else *title*.

    The places of all code points stay.
    """
    lowered = title.title()
    return lowered if title.isupper() and len(title.split()) >= MIN_WORDS and len(lowered) == len(title) else title

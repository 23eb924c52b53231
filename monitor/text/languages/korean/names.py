"""Words of Korean that show what a name is the name of."""

from importlib.resources import files


def _words(kind: str) -> tuple[str, ...]:
    """Return the words of a *kind* in name_words.txt."""
    lines = (files(__package__) / "name_words.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return tuple(word for each, words in rows if each == kind for word in words.split())


SURNAMES = frozenset(_words("surnames"))
"""The common family names."""
TITLES = frozenset(_words("titles"))
"""Offices and titles, which follow the name of a person."""
ORGANISATIONS = _words("organisations")
"""The ends of the last word of the name of an organisation."""
COMMITTEES = frozenset(_words("committees"))
"""The last word of names of organisations in which no other word need be a proper noun: 금융위원회."""
BODIES = frozenset(_words("bodies"))
"""Bodies whose names the dictionary has as common nouns, or as names of something else."""
ENDINGS = (*ORGANISATIONS, *_words("endings"))
"""The ends of a proper noun that is the name of an organisation, if the dictionary says nothing of it: 외교부, 민주당."""
CONTINENTS = frozenset(_words("continents"))
"""Parts of the world, some of which the dictionary has as persons."""
STATES = frozenset(_words("states"))
"""The words of states and towns that may follow a foreign name after a space: 버지니아 주."""
NO_PLACES = frozenset(_words("no_places"))
"""Words of places in general, which the dictionary has as names."""
PLACES = frozenset(_words("places"))
"""The last word of the name of a place."""

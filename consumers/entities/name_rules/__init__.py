"""Rules that find names by known given names, roles, and words of organisations. Pure.

They are read beside a model or, where a language has none, in its place.
"""

from consumers.entities.name_rules.finder import name_finder

__all__ = ["name_finder"]

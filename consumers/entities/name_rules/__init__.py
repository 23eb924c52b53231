"""Rules that find names in the languages without a model, by known given names, roles, and words of organisations. Pure."""

from consumers.entities.name_rules.finder import name_finder

__all__ = ["name_finder"]

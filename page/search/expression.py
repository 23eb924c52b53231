"""The expression by which the index selects candidates: every article that matches a query has what it asks for."""

from collections.abc import Sequence

from consumers.alerts.query.ast import TEXT_TERMS, And, AtLeast, IndexTerm, Near, Node, Not, Or, Term
from page.index.words import words_of

MAX_DEPTH = 20
"""How deep the parts of an expression are nested: FTS5 reads about 30 levels, and a query has up to 50."""


def make_expression(node: Node, depth: int = MAX_DEPTH) -> str | None:
    """Return the FTS5 expression of the resolved tree *node*; None if it selects every article, as a part too deep does.

    Raises NothingMatches if no article can match.
    """
    if depth <= 0:
        return None
    match node:
        case Term(index_terms=index_terms):
            return _any([_index_term(each) for each in index_terms])
        case And(parts):
            refused = " OR ".join(each for part in parts if (each := _refused(part)))
            wanted = _all(parts, depth - 2 if refused else depth - 1)
            return f"({wanted}) NOT ({refused})" if wanted and refused else wanted
        case Near(parts):
            return _all(parts, depth - 1)
        case Or(parts) | AtLeast(parts=parts):
            return _any([each for part in parts for each in _unless_nothing(part, depth - 1)])
        case Not():
            return None
    raise TypeError(node)


def _all(parts: Sequence[Node], depth: int) -> str | None:
    found = [each for part in parts if (each := make_expression(part, depth)) is not None]
    return " AND ".join(f"({each})" for each in found) or None


def _refused(node: Node) -> str | None:
    """Return the expression of what *node* refuses, if no article that has it can match: values of fields, which are exact."""
    match node:
        case Not(Term(index_terms=index_terms) as term) if term.is_plain and TEXT_TERMS.isdisjoint(
            each.field for each in index_terms
        ):
            return " OR ".join(filter(None, map(_index_term, index_terms))) or None
    return None


class NothingMatches(Exception):
    """No article matches the query, whatever the log holds."""


def _unless_nothing(node: Node, depth: int) -> list[str | None]:
    """Return the expression of *node* as a list; an empty one if nothing matches it."""
    try:
        return [make_expression(node, depth)]
    except NothingMatches:
        return []


def _any(expressions: Sequence[str | None]) -> str | None:
    if not expressions:
        raise NothingMatches
    known = [each for each in expressions if each is not None]
    return " OR ".join(f"({each})" for each in dict.fromkeys(known)) if len(known) == len(expressions) else None


def _index_term(index_term: IndexTerm) -> str | None:
    words = words_of(index_term)
    if index_term.field == "prefix":
        return f"{_quote(words[0])} *" if words else None
    return " AND ".join(map(_quote, dict.fromkeys(words))) or None


def _quote(word: str) -> str:
    doubled = word.replace('"', '""')
    return f'"{doubled}"'

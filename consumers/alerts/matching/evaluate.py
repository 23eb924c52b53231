"""Whether a query's tree holds of an article."""

from consumers.alerts.matching.document import Document, Place
from consumers.alerts.matching.proximity import Chain, near
from consumers.alerts.query.ast import And, AtLeast, Near, Node, Not, Or, Term, children


def holds(node: Node, reading: Document) -> bool:
    """Whether *node*, resolved (see terms.py), is true of the article."""
    match node:
        case Term(keys=keys, where="anywhere", written=()):
            return any(map(reading.has, keys))
        case Term():
            return reading.stands(node)
        case Near():
            return chain(node, reading) is not None
        case Not(part):
            return not holds(part, reading)
        case And(parts):
            return all(holds(part, reading) for part in parts)
        case Or(parts):
            return any(holds(part, reading) for part in parts)
        case AtLeast(count, parts):
            return sum(holds(part, reading) for part in parts) >= count
        case _:
            raise TypeError(f"not resolved: {node!r}")


def chain(node: Near, reading: Document) -> Chain | None:
    """A place for each part of *node*, near each other as it asks; None where there is none."""
    parts = [places(part, reading) for part in node.parts]
    return near(parts, node.links, reading.same_field) if all(parts) else None


def places(node: Node, reading: Document) -> list[Place]:
    """Where the words of *node*, a Term of words or an Or of them, stand, in order."""
    if isinstance(node, Term):
        return reading.places_of(node)
    return sorted({place for part in children(node) for place in places(part, reading)})


def term_at(node: Node, place: Place, reading: Document) -> Term:
    """The Term of *node*, as for *places*, whose words stand at *place*."""
    if isinstance(node, Term):
        return node
    return term_at(next(part for part in children(node) if place in places(part, reading)), place, reading)


def of_words(term: Term) -> bool:
    """Whether *term* asks for words, and not for what an article has beside them."""
    return any(key.kind in {"phrase", "alike", "prefix"} for key in term.keys)

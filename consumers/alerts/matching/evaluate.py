"""Evaluating a resolved syntax tree against one article."""

from consumers.alerts.matching.document import Document
from consumers.alerts.matching.proximity import Chain, first_chain
from consumers.alerts.matching.word_graph import TokenRange
from consumers.alerts.query.ast import TEXT_TERMS, And, AtLeast, Near, Node, Not, Or, Term, children


def holds(node: Node, document: Document) -> bool:
    """Return whether *node* is true of *document*. Raises TypeError if *node* is not resolved."""
    match node:
        case Term(index_terms=index_terms):
            return any(map(document.has, index_terms)) if node.is_plain else document.contains(node)
        case Near():
            return find_chain(node, document) is not None
        case Not(part):
            return not holds(part, document)
        case And(parts):
            return all(holds(part, document) for part in parts)
        case Or(parts):
            return any(holds(part, document) for part in parts)
        case AtLeast(count, parts):
            return sum(holds(part, document) for part in parts) >= count
        case _:
            raise TypeError(f"not resolved: {node!r}")


def find_chain(node: Near, document: Document) -> Chain | None:
    """Return a position for each operand of *node* that satisfies its operators, or None if there is none."""
    positions = [node_positions(part, document) for part in node.parts]
    return first_chain(positions, node.operators, document.in_same_part) if all(positions) else None


def node_positions(node: Node, document: Document) -> list[TokenRange]:
    """Return the positions of *node*, an operand of a Near, in order: a text term, or an Or of text terms."""
    if isinstance(node, Term):
        return document.term_positions(node)
    return sorted({position for part in children(node) for position in node_positions(part, document)})


def term_at(node: Node, position: TokenRange, document: Document) -> Term:
    """Return the term of *node*, an operand of a Near, that occurs at *position*."""
    if isinstance(node, Term):
        return node
    part = next(part for part in children(node) if position in node_positions(part, document))
    return term_at(part, position, document)


def is_text_term(term: Term) -> bool:
    """Return whether *term* is a text term: one about the words of title and text, not about a field."""
    return any(index_term.field in TEXT_TERMS for index_term in term.index_terms)

"""A slow and simple evaluator of queries over plain ASCII words. It shares only the syntax tree with the matcher."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from consumers.alerts.query.ast import AliasSet, And, AtLeast, FieldValue, Near, NearOperator, Node, Not, Or, Phrase, Prefix

Position = tuple[str, int, int]
"""Part ("title" or "text"), index of the first word, index of the last word."""


@dataclass(frozen=True)
class PlainArticle:
    """An article of plain words. *field_values* are pairs such as ("lang", "en")."""

    title: str
    paragraphs: tuple[str, ...]
    field_values: frozenset[tuple[str, str]]

    def words(self, part: str) -> list[str]:
        """Return the words of the title or the text in their original spelling."""
        text = self.title if part == "title" else "\n\n".join(self.paragraphs)
        return split_words(text)

    def lead_length(self) -> int:
        """Return the number of words in the text's first paragraph."""
        return len(split_words(self.paragraphs[0])) if self.paragraphs else 0


def split_words(text: str) -> list[str]:
    """Return the words of *text*, without hyphens and commas."""
    return text.replace("-", " ").replace(",", " ").split()


def matches(node: Node, article: PlainArticle, sets: Mapping[str, tuple[str, ...]]) -> bool:
    """Return whether *node* is true of *article*."""
    if isinstance(node, And):
        return all(matches(part, article, sets) for part in node.parts)
    if isinstance(node, Or):
        return any(matches(part, article, sets) for part in node.parts)
    if isinstance(node, Not):
        return not matches(node.part, article, sets)
    if isinstance(node, AtLeast):
        return [matches(part, article, sets) for part in node.parts].count(True) >= node.count
    if isinstance(node, FieldValue):
        return (node.name, node.text) in article.field_values
    return bool(positions(node, article, sets))


def positions(node: Node, article: PlainArticle, sets: Mapping[str, tuple[str, ...]]) -> set[Position]:
    """Return the positions of *node*, a text leaf, an Or or a Near; for a Near, those of its last part."""
    if isinstance(node, Near):
        chains = product(*[positions(part, article, sets) for part in node.parts])
        return {
            chain[-1] for chain in chains if all(is_near(*pair) for pair in zip(chain, chain[1:], node.operators, strict=False))
        }
    if isinstance(node, Or):
        return {position for part in node.parts for position in positions(part, article, sets)}
    if isinstance(node, AliasSet):
        return {position for text in sets[node.name] for position in positions(Phrase(text, node.scope), article, sets)}
    assert isinstance(node, Phrase | Prefix)
    return {
        position
        for part in ("title", "text")
        for position in leaf_positions(node, part, article)
        if is_in_scope(position, node.scope, article)
    }


def leaf_positions(node: Phrase | Prefix, part: str, article: PlainArticle) -> set[Position]:
    """Return the positions of *node* in *part*."""
    original = article.words(part)
    lower = [word.lower() for word in original]
    if isinstance(node, Prefix):
        return {(part, index, index) for index, word in enumerate(lower) if word.startswith(node.stem.lower())}
    forms = [node.text.replace("-", " ").split()] + ([node.text.replace("-", "").split()] if not node.exact else [])
    words = original if node.exact else lower
    searched = [form if node.exact else [word.lower() for word in form] for form in forms]
    return {
        (part, start, start + len(form) - 1)
        for form in searched
        for start in range(len(words))
        if words[start : start + len(form)] == form
    }


def is_in_scope(position: Position, scope: str, article: PlainArticle) -> bool:
    """Return whether *position* is within *scope*."""
    part, _, last = position
    if scope == "lead":
        return part == "title" or last < article.lead_length()
    return scope in {"anywhere", part}


def is_near(left: Position, right: Position, operator: NearOperator) -> bool:
    """Return whether *operator* allows these positions. Overlapping positions are not near each other."""
    if left[0] != right[0]:
        return False
    between = right[1] - left[2] - 1
    if not operator.ordered and between < 0:
        between = left[1] - right[2] - 1
    return 0 <= between <= operator.distance

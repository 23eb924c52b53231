"""What a query means, done the slow and plain way, for plain ASCII words: shares nothing with the matcher but the tree."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from consumers.alerts.query.ast import AliasSet, And, AtLeast, Link, Near, Node, Not, Or, Phrase, Prefix, Value

Place = tuple[str, int, int]
"""Field, number of the first word, number of the last one."""


@dataclass(frozen=True)
class Story:
    """An article of plain words: *title*, and *paragraphs* of text; *facts* are pairs such as ("lang", "en")."""

    title: str
    paragraphs: tuple[str, ...]
    facts: frozenset[tuple[str, str]]

    def words(self, field: str) -> list[str]:
        """The words of title or text as they are written."""
        text = self.title if field == "title" else "\n\n".join(self.paragraphs)
        return text.replace("-", " ").replace(",", " ").split()

    def lead(self) -> int:
        """How many of the text's words are in its first paragraph."""
        return len(self.paragraphs[0].replace("-", " ").replace(",", " ").split()) if self.paragraphs else 0


def matches(node: Node, story: Story, sets: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether *node* is true of *story*."""
    if isinstance(node, And):
        return all(matches(part, story, sets) for part in node.parts)
    if isinstance(node, Or):
        return any(matches(part, story, sets) for part in node.parts)
    if isinstance(node, Not):
        return not matches(node.part, story, sets)
    if isinstance(node, AtLeast):
        return [matches(part, story, sets) for part in node.parts].count(True) >= node.count
    if isinstance(node, Value):
        return (node.attribute, node.text) in story.facts
    return bool(places(node, story, sets))


def places(node: Node, story: Story, sets: Mapping[str, tuple[str, ...]]) -> set[Place]:
    """All places where *node*, which is of words, stands; of a Near those of its last part."""
    if isinstance(node, Near):
        found = product(*[places(part, story, sets) for part in node.parts])
        return {chain[-1] for chain in found if all(close(*pair) for pair in zip(chain, chain[1:], node.links, strict=False))}
    if isinstance(node, Or):
        return {place for part in node.parts for place in places(part, story, sets)}
    if isinstance(node, AliasSet):
        return {place for text in sets[node.name] for place in places(Phrase(text, node.where), story, sets)}
    assert isinstance(node, Phrase | Prefix)
    return {place for field in ("title", "text") for place in stands(node, field, story) if inside(place, node.where, story)}


def stands(node: Phrase | Prefix, field: str, story: Story) -> set[Place]:
    """Where *node* stands in *field*."""
    written = story.words(field)
    folded = [word.lower() for word in written]
    if isinstance(node, Prefix):
        return {(field, at, at) for at, word in enumerate(folded) if word.startswith(node.stem.lower())}
    forms = [node.text.replace("-", " ").split()] + ([node.text.replace("-", "").split()] if not node.exact else [])
    row = written if node.exact else folded
    wanted = [form if node.exact else [word.lower() for word in form] for form in forms]
    return {(field, at, at + len(form) - 1) for form in wanted for at in range(len(row)) if row[at : at + len(form)] == form}


def inside(place: Place, where: str, story: Story) -> bool:
    """Whether *place* is where it must be."""
    field, _, last = place
    if where == "lead":
        return field == "title" or last < story.lead()
    return where in {"anywhere", field}


def close(one: Place, other: Place, link: Link) -> bool:
    """Whether *other* is as near to *one* as *link* asks: never where they overlap."""
    if one[0] != other[0]:
        return False
    between = other[1] - one[2] - 1
    if not link.ordered and between < 0:
        between = one[1] - other[2] - 1
    return 0 <= between <= link.gap

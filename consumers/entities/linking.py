"""From mentions to entities: each once, with every place where it is named. Pure."""

from collections.abc import Iterable, Sequence

from consumers.entities.coreference import resolve_short_names
from consumers.entities.disambiguation import split_namesakes
from consumers.entities.mentions import Field, Mention, is_headline_case, mentions
from consumers.entities.ner import NerSpan
from monitor.messages import Entity, Span
from monitor.text import gazetteer
from monitor.text.tokens import fold

ENTITIES = 200
LISTED = 20


def entities(title: str, text: str, in_title: Iterable[NerSpan], in_text: Iterable[NerSpan]) -> tuple[Entity, ...]:
    """What *title* and *text* name, most mentioned first; *in_title* and *in_text* are the model's spans."""
    below = mentions("text", text, in_text)
    above = mentions("title", title, in_title)
    if text and is_headline_case(title):
        said = {word for mention in below for word in mention.words}
        above = [mention for mention in above if mention.known or said.issuperset(mention.words)]
    texts: dict[Field, str] = {"title": title, "text": text}
    found = resolve_short_names(split_namesakes([*above, *below], texts), texts)
    grouped: dict[str, list[Mention]] = {}
    for mention in found:
        grouped.setdefault(_identity(mention), []).append(mention)
    ordered = sorted(grouped.items(), key=lambda item: -len(item[1]))
    return tuple(_entity(ident, group) for ident, group in ordered[:ENTITIES])


def _identity(mention: Mention) -> str:
    known = mention.known or gazetteer.resolve(mention.said, mention.type)
    return known.id if known else f"{mention.type}:{fold(mention.said)}"[:512]


def _entity(ident: str, group: Sequence[Mention]) -> Entity:
    known = gazetteer.load().get(ident)
    name = known.name if known else max((mention.said for mention in group), key=len)
    spans = tuple(Span(mention.field, mention.start, mention.end) for mention in group[:LISTED])
    return Entity(ident, known.type if known else group[0].type, " ".join(name.split())[:512], len(group), spans)

"""Entity linking: groups the mentions in an article by the entity that they mean. Pure."""

from collections.abc import Iterable, Sequence

from consumers.entities.common_words import without_common_words
from consumers.entities.coreference import resolve_short_names
from consumers.entities.datelines import read_dateline
from consumers.entities.disambiguation import split_namesakes
from consumers.entities.given_names import split_given_names
from consumers.entities.mentions import Field, Mention, find_mentions
from consumers.entities.ner import NerSpan
from consumers.entities.places import split_places
from consumers.entities.teams import split_teams
from monitor.messages import Entity, Span
from monitor.text import gazetteer
from monitor.text.initials import join_initials
from monitor.text.languages import NameRules

MAX_ENTITIES = 200
"""The most entities that an article keeps."""
MAX_MENTIONS = 20
"""The most mentions that an entity lists. Its count is not bounded."""
MAX_NAME = 512
"""The longest id or name of an entity, in code points."""


def link_entities(
    title: str, text: str, title_spans: Iterable[NerSpan], text_spans: Iterable[NerSpan], rules: NameRules, language: str = ""
) -> tuple[Entity, ...]:
    """Return the entities of an article, those with the most mentions first.

    *title_spans* and *text_spans* are the output of the NER model; *rules* are those of the article's language, and
    *language* is its code.
    """
    in_text = find_mentions("text", text, text_spans, rules, language)
    in_title = find_mentions("title", title, title_spans, rules, language)
    if text and rules.is_headline_case(title):
        # In such a title capitals are no sign of a name, so only names whose words are also in names of the text are kept.
        words = {word for mention in in_text for word in mention.words}
        in_title = [mention for mention in in_title if mention.entry or words.issuperset(mention.words)]
    texts: dict[Field, str] = {"title": title, "text": text}
    named = without_common_words(read_dateline([*in_title, *in_text], text), texts, rules)
    persons = split_given_names(split_namesakes(named, texts, rules), texts, rules)
    told_apart = split_teams(split_places(persons, texts, rules), texts, rules)
    mentions = resolve_short_names(told_apart, texts, rules)
    by_id: dict[str, list[Mention]] = {}
    for mention in mentions:
        by_id.setdefault(_entity_id(mention), []).append(mention)
    ordered = sorted(by_id.items(), key=lambda item: -len(item[1]))
    return tuple(_entity(ident, group) for ident, group in ordered[:MAX_ENTITIES])


def _entity_id(mention: Mention) -> str:
    entry = mention.entry
    if entry is None and mention.refused is None and not mention.name.islower():
        # The search for known names has refused what is in lower case: china is porcelain.
        entry = gazetteer.resolve(mention.name, mention.type)
    if entry:
        return entry.id
    words = join_initials(mention.words) if mention.type == "person" else mention.words
    if mention.type == "place" and mention.refused:
        words = (*words, mention.refused.reason)  # Not the place's own id, if it has no other.
    return f"{mention.type}:{' '.join(words)}"[:MAX_NAME]


def _entity(ident: str, mentions: Sequence[Mention]) -> Entity:
    entry = gazetteer.load().get(ident)
    # A headline in capitals does not show how the name is written.
    name = (
        entry.name if entry else max((mention.name for mention in mentions), key=lambda name: (not name.isupper(), len(name)))
    )
    spans = tuple(Span(mention.field, mention.start, mention.end) for mention in mentions[:MAX_MENTIONS])
    abbreviation = next((mention.abbreviation for mention in mentions if mention.abbreviation), None)
    shown, count = " ".join(name.split())[:MAX_NAME], len(mentions)
    refused = next((mention.refused for mention in mentions if mention.refused), None)
    if entry is None:
        return Entity(ident, mentions[0].type, shown, count, spans, abbreviation=abbreviation, refused=refused)
    return Entity(
        ident,
        entry.type,
        shown,
        count,
        spans,
        qid=entry.qid or None,
        kind=entry.kind,
        country=entry.country or None,
        abbreviation=abbreviation or entry.abbreviation,
        refused=refused,
    )

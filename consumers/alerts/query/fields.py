"""The fields of an article that a watch can ask for: person:, topic:, site: and so on.

Each field is one Field in the table FIELDS. The parser, the validator, the compiler, the matcher and `newsmonitor explain`
read the table and name no field themselves. docs/extending.md shows how to add one.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, get_args
from urllib.parse import urlsplit

from monitor.messages import ArticleStories, Clause, Entity, EntityType, Span, health_of
from monitor.text.codes import country_problem, language_problem
from monitor.text.initials import join_initials
from monitor.text.tokens import tokens

ENTITY_TYPES: tuple[EntityType, ...] = get_args(EntityType)
NAME_FIELDS: tuple[Clause, ...] = (*ENTITY_TYPES, "about")
"""The fields whose values are entities."""
MAX_EXCERPT = 1024
"""The most characters of an article that one reason of an alert quotes."""
MAX_PHRASE_WORDS = 500
"""The most words of one text of a watch. In a script without spaces, most of its characters count as words."""
WIKIDATA_ID = re.compile(r"Q[1-9][0-9]*")
_fold = lru_cache(maxsize=4096)(tokens)

Value = tuple[str, ...]
"""What the index compares: folded words, or one id, code or name."""


class Excerpt(NamedTuple):
    """Words quoted from an article, and their position; *span* is None for what has no position, such as a topic."""

    words: str
    span: Span | None


@dataclass(frozen=True, slots=True)
class Lookups:
    """Functions that resolve the names in a watch.

    *entity_id* and *topic_code* return None, and *feed_ids* an empty iterable, if the name is unknown. *alias_sets* is the
    section [sets] of the config. *near_topics* and *near_feeds* return the known names that an unknown one may mean.
    *shown_feed* returns the name of a feed, which may be its URL, without secrets.
    """

    entity_id: Callable[[str, EntityType], str | None]
    topic_code: Callable[[str], str | None]
    feed_ids: Callable[[str], Iterable[str]]
    alias_sets: Mapping[str, tuple[str, ...]]
    near_topics: Callable[[str], Sequence[str]] = lambda _: ()
    near_feeds: Callable[[str], Sequence[str]] = lambda _: ()
    shown_feed: Callable[[str], str] = str


def no_problem(_text: str, _lookups: Lookups) -> None:
    """Return None: the default of Field.problem."""


def not_in_title(_text: str, _lookups: Lookups) -> bool:
    """Return False: the default of Field.in_title."""
    return False


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A field of an article.

    Attributes:
        name: The name in a query and in the reasons of an alert. The enumeration *clause* of alert.v1 must contain it.
        values: Return the values that an article has, each with the words to quote for it.
        resolve: Return the values that satisfy a text in a watch; the article must have one of them.
        problem: Return why a watch's text can never match and how to fix it, or None.
        in_title: Return whether a watch's text is also searched for in the title.
        list_key: The key of [[watches]] that lists texts for this field; empty if there is none.
        in_queries: Whether a query can name the field.
        is_origin: Whether the field is about the article's origin, not its subject.
        is_filter: Whether so many articles share a value that a query also needs another condition.
        cost: Rough frequency of a value relative to other terms: below 1 for words, 1 for entities.
    """

    name: Clause
    values: Callable[[ArticleStories], Mapping[Value, Excerpt]]
    resolve: Callable[[str, Lookups], tuple[Value, ...]]
    problem: Callable[[str, Lookups], str | None] = no_problem
    in_title: Callable[[str, Lookups], bool] = not_in_title
    list_key: str = ""
    in_queries: bool = True
    is_origin: bool = False
    is_filter: bool = False
    cost: float = 1.0


Fields = tuple[Field, ...]


def get_field(name: str, fields: Fields) -> Field:
    """Return the field called *name*. Raises StopIteration if there is none."""
    return next(field for field in fields if field.name == name)


def text_problem(text: str) -> str | None:
    """Return a message if *text* contains no word, or too many to be searched for; None if it can be."""
    words = len(tokens(text))
    if words > MAX_PHRASE_WORDS:
        return f"{text[:40]!r}... has {words:,} words; a text has at most {MAX_PHRASE_WORDS}: search for a part of it"
    return None if words else f"{text!r} contains no word to search for; give letters or digits"


def entity_values(entity: Entity) -> Iterator[Value]:
    """Yield the values of *entity*: its id, and its folded name in two forms."""
    name = _fold(entity.name)
    yield from ((entity.id,), name, join_initials(name))


def _values_of(message: ArticleStories, entities: Iterable[Entity]) -> Mapping[Value, Excerpt]:
    """Return the values of *entities*, with the words of the first mention."""
    values: dict[Value, Excerpt] = {}
    for entity in entities:
        span = entity.mentions[0]
        text = message.article.title if span.field == "title" else message.article.text
        excerpt = Excerpt(text[span.start : span.end][:MAX_EXCERPT], span)
        for value in entity_values(entity):
            values.setdefault(value, excerpt)
    return values


def _resolve_name(text: str, lookups: Lookups, types: Iterable[EntityType]) -> tuple[Value, ...]:
    """Return the values of the entities of *types* that *text* names."""
    ids = tuple((lookups.entity_id(text, each) or text,) for each in types)
    # An id comes last: it is the value by which `watch lint` compares two names.
    forms = (tokens(text), join_initials(tokens(text)), (text,), *sorted(ids, key=lambda each: each != (text,)))
    return tuple(dict.fromkeys(form for form in forms if form))


def _entity_field(entity_type: EntityType) -> Field:
    """Return the field for entities of one type."""

    def values_of(message: ArticleStories) -> Mapping[Value, Excerpt]:
        return _values_of(message, (entity for entity in message.entities if entity.type == entity_type))

    def resolve(text: str, lookups: Lookups) -> tuple[Value, ...]:
        return _resolve_name(text, lookups, [entity_type])

    return Field(entity_type, values_of, resolve, lambda text, _: text_problem(text), list_key=entity_type)


def _about_values(message: ArticleStories) -> Mapping[Value, Excerpt]:
    """Return the values of the entities that the article is about."""
    return _values_of(message, (entity for entity in message.entities if entity.about))


def _resolve_about(text: str, lookups: Lookups) -> tuple[Value, ...]:
    return _resolve_name(text, lookups, ENTITY_TYPES)


def is_unknown(text: str, lookups: Lookups) -> bool:
    """Return whether *text* is neither a known name nor an id, so that an article's headline tells whether it is about it."""
    return not any(lookups.entity_id(text, each) for each in ENTITY_TYPES) and not WIKIDATA_ID.fullmatch(text)


def _topic_values(message: ArticleStories) -> Mapping[Value, Excerpt]:
    """Return the article's topics and all their broader topics."""
    values: dict[Value, Excerpt] = {}
    for topic in message.topics:
        for code in (topic.code, *topic.broader):
            values.setdefault((code,), Excerpt(topic.name, None))
    return values


def _resolve_topic(text: str, lookups: Lookups) -> tuple[Value, ...]:
    code = lookups.topic_code(text)
    return ((code,),) if code else ()


def _topic_problem(text: str, lookups: Lookups) -> str | None:
    if lookups.topic_code(text) is not None:
        return None
    remedy = _did_you_mean(lookups.near_topics(text)) or "give its English name or its code, such as medtop:11000000"
    return f"{text!r} is not an IPTC Media Topic; {remedy}"


def _did_you_mean(names: Sequence[str]) -> str:
    return f"did you mean {' or '.join(map(repr, names))}?" if names else ""


def _site_values(message: ArticleStories) -> Mapping[Value, Excerpt]:
    """Return the article's host and each parent domain, except the top-level domain."""
    labels = _host(message.article.url or message.article.outlet).split(".")
    sites = (".".join(labels[start:]) for start in range(len(labels) - 1))
    return {(site,): Excerpt(site[:MAX_EXCERPT], None) for site in sites}


@lru_cache(maxsize=256)
def _host(url: str) -> str:
    try:
        return (urlsplit(url if "://" in url else f"//{url}").hostname or "").casefold()
    except ValueError:
        return ""


def _resolve_site(text: str, _lookups: Lookups) -> tuple[Value, ...]:
    return ((text.casefold().removeprefix("www."),),)


def _feed_values(message: ArticleStories) -> Mapping[Value, Excerpt]:
    return {(message.article.feed,): Excerpt(message.article.feed[:MAX_EXCERPT], None)}


def _resolve_feed(text: str, lookups: Lookups) -> tuple[Value, ...]:
    return tuple((feed_id,) for feed_id in lookups.feed_ids(text))


def _feed_problem(text: str, lookups: Lookups) -> str | None:
    if _resolve_feed(text, lookups):
        return None
    remedy = _did_you_mean(lookups.near_feeds(text)) or "give a feed's name or url"
    return f"{text!r} is not a configured feed; {remedy}"


def _source_values(message: ArticleStories) -> Mapping[Value, Excerpt]:
    names = (message.article.source, message.article.outlet)
    return {_fold(name): Excerpt(name[:MAX_EXCERPT], None) for name in names}


def _resolve_source(text: str, _lookups: Lookups) -> tuple[Value, ...]:
    return (tokens(text),)


def _lang_values(message: ArticleStories) -> Mapping[Value, Excerpt]:
    """Return the detected language and the one that the feed declares, each with and without its region ('en-GB', 'en')."""
    values: dict[Value, Excerpt] = {}
    for lang in filter(None, (message.language.code, message.article.lang)):
        for code in (lang.casefold(), lang.casefold().split("-")[0]):
            values[code,] = Excerpt(lang, None)
    return values


def _country_values(message: ArticleStories) -> Mapping[Value, Excerpt]:
    country = message.article.country
    return {(country.casefold(),): Excerpt(country, None)} if country else {}


def _resolve_code(text: str, _lookups: Lookups) -> tuple[Value, ...]:
    return ((text.casefold(),),)


def _lang_problem(text: str, _lookups: Lookups) -> str | None:
    return language_problem(text)


def _country_problem(text: str, _lookups: Lookups) -> str | None:
    return country_problem(text)


def _health_values(message: ArticleStories) -> Mapping[Value, Excerpt]:
    """Return the state that an article about a feed's health reports; nothing for any other article."""
    health = health_of(message.article)
    return {(health,): Excerpt(message.article.title[:MAX_EXCERPT], None)} if health else {}


def _resolve_health(text: str, _lookups: Lookups) -> tuple[Value, ...]:
    return ((text,),)


FIELDS: Fields = (
    *map(_entity_field, ENTITY_TYPES),
    Field("about", _about_values, _resolve_about, lambda text, _: text_problem(text), is_unknown, list_key="about"),
    Field("topic", _topic_values, _resolve_topic, _topic_problem, list_key="topic", cost=2.0),
    Field("site", _site_values, _resolve_site, is_origin=True, cost=3.0),
    Field("feed", _feed_values, _resolve_feed, _feed_problem, list_key="feeds", is_origin=True, cost=3.0),
    Field("source", _source_values, _resolve_source, is_origin=True, cost=3.0),
    Field("lang", _lang_values, _resolve_code, _lang_problem, list_key="lang", is_origin=True, is_filter=True, cost=5.0),
    Field("country", _country_values, _resolve_code, _country_problem, is_origin=True, is_filter=True, cost=4.0),
    Field("health", _health_values, _resolve_health, list_key="health", in_queries=False),
)
"""All fields, in the order in which reasons and messages list them."""

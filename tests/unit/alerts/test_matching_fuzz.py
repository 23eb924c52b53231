"""Random queries and articles: the matcher, the explanation and the naive evaluator must agree (`make fuzz`)."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consumers.alerts.matching.compile import CompiledWatch, compile_watch
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.matcher import Matcher
from consumers.alerts.matching.matches import MAX_REASONS, find_reasons
from consumers.alerts.query.ast import AliasSet, And, AtLeast, FieldValue, Near, NearOperator, Node, Not, Or, Phrase, Prefix
from consumers.alerts.query.fields import FIELDS, Excerpt, Lookups, get_field
from consumers.alerts.query.format import format_query
from consumers.alerts.query.parse import parse
from consumers.alerts.tools.explain import Explanation, explain
from monitor.config import Watch
from monitor.messages import ArticleStories, Clause, EntityType, Topic
from tests.make import article_stories, entity
from tests.naive import PlainArticle, matches

PAIRS = int(os.environ.get("FUZZ_PAIRS", "1000"))
"""How many pairs of a query and an article to compare."""
QUERIES, ARTICLES = 10, 10
SETS = {"leaders": ("Kim Jong-un", "Putin"), "trains": ("train", "night train")}
LATIN = ("Kim", "kim", "Jong-un", "Jongun", "jong", "un", "WHO", "who", "train", "trains", "Training", "night", "Putin", "x")
ARABIC = ("شيراز", "لشيراز", "وبشيراز", "الكويت", "للكويت", "كويت", "والكويت", "سشيراز", "تل", "بتل")
HEBREW = ("חיפה", "בחיפה", "שבחיפה", "תל", "בתל", "אביב", "ומחיפה", "אחיפה")
KATAKANA = ("ガーナ", "ガーナッツ", "マリ", "ソマリア", "マリーナ")
WORDS = (*LATIN, *LATIN, *ARABIC, *HEBREW, *KATAKANA)
"""Latin words twice, so that a query and an article have words in common."""
SPELLINGS = (
    "U.N.",
    "UN",
    "O'Un",
    "oun",
    "Kim's",
    "R&D",
    "and",
    "d",
    "Müller",
    "Mueller",
    "muller",
    "#KimNight",
    "C++",
    "C",
    "$5bn",
    "5bn",
)
SIGNED = (*WORDS, *SPELLINGS)
LOOKUPS = Lookups(lambda _text, _type: None, {"war": "medtop:1", "peace": "medtop:2"}.get, lambda name: [name], SETS)
FIELD_VALUES: tuple[tuple[Clause, str], ...] = (
    ("lang", "en"),
    ("lang", "de"),
    ("country", "GB"),
    ("site", "example.org"),
    ("source", "Post"),
    ("person", "Ann Lee"),
    ("place", "Rome"),
    ("about", "Port"),
    ("about", "kim"),
    ("about", "train WHO"),
    ("topic", "war"),
    ("topic", "peace"),
    ("feed", "one"),
)
PHRASES = st.lists(st.sampled_from(SIGNED), min_size=1, max_size=5).map(" ".join)
SCOPES = st.sampled_from(["anywhere", "anywhere", "title", "lead", "text"])
OPERATORS = st.builds(NearOperator, st.integers(0, 4), st.booleans())


def text_leaf(scope: str) -> st.SearchStrategy[Node]:
    """Return a strategy for text leaves in *scope*."""
    return st.one_of(
        st.builds(Phrase, PHRASES, st.just(scope)),
        st.builds(Phrase, PHRASES, st.just(scope), st.just(value=True)),
        st.builds(Prefix, st.sampled_from(["trai", "train", "PUTI", "شيرا", "الكو", "חיפה"]), st.just(scope)),
        st.builds(AliasSet, st.sampled_from(sorted(SETS)), st.just(scope)),
    )


def near(scope: str) -> st.SearchStrategy[Node]:
    """Return a strategy for trees of NEAR in *scope*."""
    leaf = text_leaf(scope)
    operand = st.one_of(leaf, st.lists(leaf, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))))
    pairs = st.lists(st.tuples(operand, OPERATORS), min_size=2, max_size=3)
    return pairs.map(lambda drawn: Near(tuple(part for part, _ in drawn), tuple(operator for _, operator in drawn[1:])))


def compound(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Return a strategy for trees whose root is an operator on trees of *inner*."""
    several = st.lists(inner, min_size=2, max_size=4).map(tuple)
    values = st.sampled_from(FIELD_VALUES).map(lambda pair: FieldValue(*pair))
    return st.one_of(
        several.map(And),
        several.map(Or),
        st.tuples(inner, inner).map(lambda pair: And((pair[0], Not(pair[1])))),
        st.tuples(inner, values).map(And),
        st.tuples(inner, values).map(lambda pair: And((pair[0], Not(pair[1])))),
        st.tuples(several, st.integers(1, 4)).map(lambda pair: AtLeast(min(pair[1], len(pair[0])), pair[0])),
    )


SELECTIVE_VALUES = st.sampled_from([pair for pair in FIELD_VALUES if not get_field(pair[0], FIELDS).is_filter])
"""The values that may be a whole query."""
TREES: st.SearchStrategy[Node] = st.recursive(
    st.one_of(SCOPES.flatmap(text_leaf), SCOPES.flatmap(near), SELECTIVE_VALUES.map(lambda pair: FieldValue(*pair))),
    compound,
    max_leaves=8,
)
TEXTS = st.lists(st.sampled_from((*SIGNED, "the", "left,", "left.", "Kim.", "un.")), max_size=12).map(" ".join)
PLAIN_ARTICLES = st.builds(
    PlainArticle,
    st.lists(st.sampled_from(SIGNED), max_size=6).map(" ".join),
    st.lists(TEXTS.filter(bool), max_size=3).map(tuple),
    st.frozensets(st.sampled_from(FIELD_VALUES), max_size=4),
)


def to_message(article: PlainArticle) -> ArticleStories:
    """Return *article* as a message."""
    entity_types: dict[str, EntityType] = {"person": "person", "place": "place"}
    values: dict[str, list[str]] = {}
    for name, text in sorted(article.field_values):
        values.setdefault(name, []).append(text)
    entities = tuple(
        entity(text, entity_types[name], start=0) for name, text in sorted(article.field_values) if name in entity_types
    )
    entities += tuple(replace(entity(text, "org", start=0), about=True) for text in values.get("about", ()))
    topics = tuple(Topic(str(LOOKUPS.topic_code(text)), text, 0.5, ()) for text in values.get("topic", ()))
    langs = values.get("lang", ["fr"])
    return article_stories(
        article.title,
        "\n\n".join(article.paragraphs),
        entities=entities,
        topics=topics,
        language=langs[0],
        lang=langs[-1],
        country=values.get("country", [None])[0],
        url="https://www.example.org/a" if "site" in values else "https://other.example/a",
        source=values.get("source", ["Other"])[0],
        feed=values.get("feed", ["two"])[0],
    )


def compile_trees(trees: Sequence[Node]) -> list[CompiledWatch]:
    """Return a compiled watch for each of *trees*, formatted as a query."""
    return [compile_watch(Watch(f"w{number:03}", query=format_query(tree)), LOOKUPS) for number, tree in enumerate(trees)]


def matched_ids(matcher: Matcher, document: Document) -> list[str]:
    return sorted(compiled.watch.id for compiled in matcher.match(document))


def first_excerpts(explanation: Explanation) -> Iterator[Excerpt]:
    """Yield the first excerpt of each term that occurs, from the parts that hold."""
    if explanation.holds and explanation.label != "NOT":
        yield from explanation.excerpts[:1]
        for part in explanation.parts:
            yield from first_excerpts(part)


@settings(max_examples=max(1, PAIRS // (QUERIES * ARTICLES)), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(TREES, min_size=QUERIES, max_size=QUERIES),
    st.lists(PLAIN_ARTICLES, min_size=ARTICLES, max_size=ARTICLES),
    st.randoms(use_true_random=False),
)
def test_matcher_explanation_and_naive_evaluator_agree(trees: list[Node], articles: list[PlainArticle], random: Random) -> None:
    watches = compile_trees(trees)
    shared, separate = Matcher(), [Matcher() for _ in watches]
    for matcher, compiled in zip(separate, watches, strict=True):
        matcher.add(compiled)
        shared.add(compiled)
    for compiled in random.sample(watches, len(watches)):
        shared.remove(compiled.watch.id)
        if random.random() < 0.7:
            shared.add(compiled)
    for compiled in watches:
        shared.add(compiled)
    for article in articles:
        document = Document(to_message(article))
        expected = [compiled.watch.id for compiled, tree in zip(watches, trees, strict=True) if matches(tree, article, SETS)]
        assert matched_ids(shared, document) == expected
        assert [watch for matcher in separate for watch in matched_ids(matcher, document)] == expected
        explanations = {compiled.watch.id: explain(compiled.ast, document) for compiled in watches}
        assert [watch for watch, explanation in explanations.items() if explanation.holds] == expected
        for compiled in watches:
            explained = list(dict.fromkeys(first_excerpts(explanations[compiled.watch.id])))
            reasons = dict.fromkeys(Excerpt(each.words, each.at) for each in find_reasons(compiled.ast, document))
            assert list(reasons) == explained[:MAX_REASONS]


def test_removed_watches_leave_nothing_behind() -> None:
    queries = ("Kim train", "trai* OR lang:en Kim", "title:x NOT un", "atleast 2 (a, b, c NEAR/2 d)", "@leaders")
    trees = [parse(query) for query in queries]
    matcher = Matcher()
    for _ in range(2):
        for compiled in compile_trees(trees):
            matcher.add(compiled)
    for compiled in compile_trees(trees):
        matcher.remove(compiled.watch.id)
    assert vars(matcher) | {"_terms": None} == vars(Matcher()) | {"_terms": None}
    indexes = {name: value for name, value in vars(matcher._terms).items() if name != "_next_number"}  # noqa: SLF001  (what must not grow)
    assert not any(map(len, indexes.values()))

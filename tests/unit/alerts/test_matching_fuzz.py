"""Queries and articles made up at random: the matcher, the explanation and the plain way must agree (`make fuzz`)."""

import os
from collections.abc import Iterator, Sequence
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consumers.alerts.matching.compile import Query, compile_watch
from consumers.alerts.matching.document import Document, Evidence
from consumers.alerts.matching.matcher import Matcher
from consumers.alerts.matching.reasons import REASONS, reasons
from consumers.alerts.matching.resolve import Lookups
from consumers.alerts.query.ast import AliasSet, And, AtLeast, Link, Near, Node, Not, Or, Phrase, Prefix
from consumers.alerts.query.format import show
from consumers.alerts.query.parse import parse
from consumers.alerts.tools.explain import Explanation, explain
from monitor.config import Watch
from monitor.messages import ArticleStories, EntityType, Topic
from tests.make import entity, told
from tests.naive import Story, matches

PAIRS = int(os.environ.get("FUZZ_PAIRS", "1000"))
"""How many pairs of a query and an article are compared."""
QUERIES, STORIES = 10, 10
SETS = {"leaders": ("Kim Jong-un", "Putin"), "trains": ("train", "night train")}
WORDS = ("Kim", "kim", "Jong-un", "Jongun", "jong", "un", "WHO", "who", "train", "trains", "Training", "night", "Putin", "x")
LOOKUPS = Lookups(lambda _text, _kind: None, {"war": "medtop:1", "peace": "medtop:2"}.get, lambda name: [name], SETS)
FACTS: tuple[tuple[str, str], ...] = (
    ("lang", "en"),
    ("lang", "de"),
    ("country", "GB"),
    ("site", "example.org"),
    ("source", "Post"),
    ("person", "Ann Lee"),
    ("place", "Rome"),
    ("topic", "war"),
    ("topic", "peace"),
    ("feed", "one"),
)
PHRASES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
WHERE = st.sampled_from(["anywhere", "anywhere", "title", "lead", "text"])
LINKS = st.builds(Link, st.integers(0, 4), st.booleans())


def word(where: str) -> st.SearchStrategy[Node]:
    """A leaf of words."""
    return st.one_of(
        st.builds(Phrase, PHRASES, st.just(where)),
        st.builds(Phrase, PHRASES, st.just(where), st.just(value=True)),
        st.builds(Prefix, st.sampled_from(["trai", "train", "PUTI"]), st.just(where)),
        st.builds(AliasSet, st.sampled_from(sorted(SETS)), st.just(where)),
    )


def near(where: str) -> st.SearchStrategy[Node]:
    """A Near in one field."""
    part = st.one_of(word(where), st.lists(word(where), min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))))
    pairs = st.lists(st.tuples(part, LINKS), min_size=2, max_size=3)
    return pairs.map(lambda found: Near(tuple(part for part, _ in found), tuple(link for _, link in found[1:])))


def grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """What stands above *inner*."""
    several = st.lists(inner, min_size=2, max_size=4).map(tuple)
    filters = st.sampled_from(FACTS).map(lambda fact: value(*fact))
    return st.one_of(
        several.map(And),
        several.map(Or),
        st.tuples(inner, inner).map(lambda pair: And((pair[0], Not(pair[1])))),
        st.tuples(inner, filters).map(And),
        st.tuples(inner, filters).map(lambda pair: And((pair[0], Not(pair[1])))),
        st.tuples(several, st.integers(1, 4)).map(lambda pair: AtLeast(min(pair[1], len(pair[0])), pair[0])),
    )


def value(name: str, text: str) -> Node:
    """A leaf that asks for a fact."""
    tree = parse(f'x {name}:"{text}"')
    assert isinstance(tree, And)
    return tree.parts[1]


ANCHORS = st.sampled_from([fact for fact in FACTS if fact[0] not in {"lang", "country"}]).map(lambda fact: value(*fact))
TREES: st.SearchStrategy[Node] = st.recursive(st.one_of(WHERE.flatmap(word), WHERE.flatmap(near), ANCHORS), grown, max_leaves=8)
TEXTS = st.lists(st.sampled_from((*WORDS, "the", "left,")), max_size=12).map(" ".join)
ARTICLES = st.builds(
    Story,
    st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join),
    st.lists(TEXTS.filter(bool), max_size=3).map(tuple),
    st.frozensets(st.sampled_from(FACTS), max_size=4),
)


def article(story: Story) -> ArticleStories:
    """*story* as a message."""
    kinds: dict[str, EntityType] = {"person": "person", "place": "place"}
    facts: dict[str, list[str]] = {}
    for name, text in sorted(story.facts):
        facts.setdefault(name, []).append(text)
    entities = tuple(entity(text, kinds[name], start=0) for name, text in sorted(story.facts) if name in kinds)
    topics = tuple(Topic(str(LOOKUPS.topic(text)), text, 0.5, ()) for text in facts.get("topic", ()))
    langs = facts.get("lang", ["fr"])
    return told(
        story.title,
        "\n\n".join(story.paragraphs),
        entities=entities,
        topics=topics,
        language=langs[0],
        lang=langs[-1],
        country=facts.get("country", [None])[0],
        url="https://www.example.org/a" if "site" in facts else "https://other.example/a",
        source=facts.get("source", ["Other"])[0],
        feed=facts.get("feed", ["two"])[0],
    )


def compiled(trees: Sequence[Node]) -> list[Query]:
    """Each of *trees* by way of its text."""
    return [compile_watch(Watch(f"w{number:03}", query=show(tree)), LOOKUPS) for number, tree in enumerate(trees)]


def found(matcher: Matcher, reading: Document) -> list[str]:
    return sorted(query.watch.id for query in matcher.match(reading))


def positive(verdict: Explanation) -> Iterator[Evidence]:
    """The first place of each term that is there, in the parts that hold."""
    if verdict.holds and verdict.label != "NOT":
        yield from verdict.evidence[:1]
        for part in verdict.parts:
            yield from positive(part)


@settings(max_examples=max(1, PAIRS // (QUERIES * STORIES)), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(TREES, min_size=QUERIES, max_size=QUERIES),
    st.lists(ARTICLES, min_size=STORIES, max_size=STORIES),
    st.randoms(use_true_random=False),
)
def test_all_ways_agree(trees: list[Node], stories: list[Story], random: Random) -> None:
    queries = compiled(trees)
    together, alone = Matcher(), [Matcher() for _ in queries]
    for matcher, query in zip(alone, queries, strict=True):
        matcher.add(query)
        together.add(query)
    for query in random.sample(queries, len(queries)):
        together.remove(query.watch.id)
        if random.random() < 0.7:
            together.add(query)
    for query in queries:
        together.add(query)
    for story in stories:
        reading = Document(article(story))
        expected = [query.watch.id for query, tree in zip(queries, trees, strict=True) if matches(tree, story, SETS)]
        assert found(together, reading) == expected
        assert [watch for matcher in alone for watch in found(matcher, reading)] == expected
        verdicts = {query.watch.id: explain(query.tree, reading) for query in queries}
        assert [watch for watch, verdict in verdicts.items() if verdict.holds] == expected
        for query in queries:
            shown = list(dict.fromkeys(positive(verdicts[query.watch.id])))
            told_why = dict.fromkeys(Evidence(each.words, each.at) for each in reasons(query.tree, reading))
            assert list(told_why) == shown[:REASONS]


def test_what_was_added_and_removed_leaves_nothing_behind() -> None:
    matcher = Matcher()
    trees = [
        parse(text)
        for text in ("Kim train", "trai* OR lang:en Kim", "title:x NOT un", "atleast 2 (a, b, c NEAR/2 d)", "@leaders")
    ]
    for _ in range(2):
        for query in compiled(trees):
            matcher.add(query)
    for query in compiled(trees):
        matcher.remove(query.watch.id)
    assert vars(matcher) | {"_vocabulary": None} == vars(Matcher()) | {"_vocabulary": None}
    kept = {name: value for name, value in vars(matcher._vocabulary).items() if name != "_next"}  # noqa: SLF001  (what must not grow)
    assert not any(map(len, kept.values()))

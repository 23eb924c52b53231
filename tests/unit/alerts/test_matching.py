"""What queries match, and what is told of why."""

from dataclasses import replace

import pytest

from consumers.alerts.matching.compile import compile_watch, query_problem
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.matcher import Matcher
from consumers.alerts.matching.matches import find_matches
from consumers.alerts.matching.reasons import reasons
from consumers.alerts.matching.resolve import Lookups
from consumers.alerts.tools.explain import Explanation, explain
from monitor.config import Watch
from monitor.messages import ArticleStories, EntityType, Reason, Span
from monitor.text import gazetteer, mediatopics
from tests.make import entity, told
from tests.unit.alerts.test_watch_lists import SUMMITS


def known(text: str, kind: EntityType) -> str | None:
    found = gazetteer.resolve(text, kind)
    return found.id if found else None


LOOKUPS = Lookups(
    name=known,
    topic=mediatopics.resolve,
    feeds=lambda name: ["example.org/world.rss"] if name == "Example" else [],
    sets={"leaders": ("Kim Jong Un", "김정은", "Xi Jinping")},
)
NEWS = told(
    "Kim Jong-un meets WHO chief",
    "The train of Kim Jong-un left Pyongyang at dawn.\n\nSanctions were not discussed, said the Apple grower who met him.",
    entities=(entity("Kim Jong Un", ident="Q56226"),),
    topics=(SUMMITS,),
    url="https://news.example.org/a/1",
    country="GB",
    lang="en-GB",
)


def query(text: str, *, confusables: bool = False) -> Watch:
    return Watch("w", query=text, confusables=confusables)


def verdict(text: str, message: ArticleStories = NEWS) -> Explanation:
    return explain(compile_watch(query(text), LOOKUPS).tree, Document(message))


def told_why(text: str) -> tuple[Reason, ...]:
    return reasons(compile_watch(query(text), LOOKUPS).tree, Document(NEWS))


def matches(watch: Watch, message: ArticleStories = NEWS) -> bool:
    matcher = Matcher()
    matcher.add(compile_watch(watch, LOOKUPS))
    found = bool(find_matches(matcher, message))
    assert found == explain(compile_watch(watch, LOOKUPS).tree, Document(message)).holds
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("train AND dawn", True),
        ("train sunset", False),
        ("train OR sunset", True),
        ("train NOT sunset", True),
        ("train -dawn", False),
        ('"kim jong un"', True),
        ('"meets the train"', False),
        ('"chief the train"', False),
        ("chief NEAR/1 train", False),
        ("train NEAR/1 Kim", True),
        ("train NEAR/0 Kim", False),
        ("Kim NEAR/1 train", True),
        ("Kim ONEAR/1 train", False),
        ("train ONEAR/1 Kim", True),
        ('train NEAR/5 ("Xi Jinping" OR Pyongyang)', True),
        ("train NEAR/1 Kim NEAR/2 left NEAR/0 Pyongyang", True),
        ("train NEAR/1 Kim NEAR/1 left NEAR/0 Pyongyang", False),
        ("left NEAR/0 left", False),
        ("@leaders", True),
        ("@leaders NEAR/0 left", True),
        ("sanction*", True),
        ("sanctity*", False),
        ("atleast 2 (train, plane, dawn)", True),
        ("atleast 3 (train, plane, dawn)", False),
        ("atleast 2 (train plane, sanction*, dawn OR dusk)", True),
        ('case("WHO")', True),
        ('case("Who")', False),
        ("case(apple)", False),
        ("case(Apple)", True),
        ("title:train", False),
        ("title:meets", True),
        ("text:meets", False),
        ("text:train", True),
        ("lead:train", True),
        ("lead:meets", True),
        ("lead:sanctions", False),
        ("text:sanctions", True),
        ("title:(kim NEAR/4 chief)", True),
        ("title:case(WHO)", True),
        ("text:case(WHO)", False),
        ("title:sanction*", False),
        ('person:"Kim Jong-un"', True),
        ("person:김정은", True),
        ("person:Q56226", True),
        ("org:김정은", False),
        ('topic:"politics and government"', True),
        ("topic:medtop:20000639", True),
        ("topic:sport", False),
        ("site:example.org", True),
        ("site:www.example.org", True),
        ("site:news.example.org", True),
        ("site:le.org", False),
        ("train site:example.com", False),
        ("feed:Example", True),
        ("source:example", True),
        ("train lang:en", True),
        ("train lang:de", False),
        ("train country:gb", True),
        ("train -country:GB", False),
        ("(train OR plane) (dawn OR dusk) (left OR right) -(sport OR film)", True),
        ("(train OR plane) (dawn OR dusk) (right OR wrong)", False),
        ("train OR (plane NOT dawn)", True),
        ("plane OR (train NOT dawn)", False),
        ("plane OR (train NEAR/1 Kim)", True),
        ("train -(Kim NEAR/1 train)", False),
        ("train -(Kim NEAR/0 train)", True),
    ],
)
def test_what_a_query_matches(text: str, *, expected: bool) -> None:
    assert query_problem(query(text), LOOKUPS) is None
    assert matches(query(text)) is expected


def test_look_alikes_count_where_they_are_asked_for() -> None:
    message = told("Кim met Рutin")
    assert not matches(query("Kim Putin"), message)
    assert matches(query("Kim Putin", confusables=True), message)
    assert matches(query("Kim NEAR/1 Putin", confusables=True), message)
    assert matches(Watch("w", any=("Putin",), none=("Xi",), confusables=True), message)


def test_scope_stands_beside_a_query() -> None:
    assert matches(Watch("w", query="train OR plane", lang=("en",), person=("Kim Jong Un",)))
    assert not matches(Watch("w", query="train OR plane", lang=("de",)))
    assert not matches(Watch("w", query="train OR plane", person=("Xi Jinping",)))


def test_sets_stand_in_lists() -> None:
    assert matches(Watch("w", any=("@leaders",), all=("train",)))
    assert not matches(Watch("w", any=("train",), none=("dusk", "@leaders")))
    assert matches(Watch("w", all=("train", "@leaders")))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("train @laeders", "there is no set 'laeders' in [sets]; known: @leaders"),
        ("train topic:polticks", "is no IPTC Media Topic"),
        ("train feed:Nowhere", "is none of the configured feeds"),
    ],
)
def test_what_cannot_be_looked_up_is_a_problem_with_a_place(text: str, said: str) -> None:
    problem = query_problem(query(text), LOOKUPS)
    assert problem
    assert said in problem.said
    assert problem.column in {7, 12, 13}


def test_reasons_are_the_positive_half() -> None:
    given = told_why("(train OR plane) @leaders NEAR/1 left topic:politics -sport")
    assert given == ()
    given = told_why('(train OR plane) @leaders NEAR/1 left topic:"politics and government" -sport')
    assert given == (
        Reason("phrase", "train", "train", Span("text", 4, 9)),
        Reason("phrase", "Kim Jong Un", "Kim Jong-un", Span("text", 13, 24)),
        Reason("phrase", "left", "left", Span("text", 25, 29)),
        Reason("topic", "politics and government", "summit meetings", None),
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("title:train", "no 'train' in the title; nearest: 'train' in the text"),
        ("case(apple)", "no 'apple' in title or text; nearest: 'Apple' in the text"),
        ("sanctioned", "no 'sanctioned' in title or text; nearest: 'sanctions'"),
        ("김정은", "no '김정은' in title or text; nearest: 'Kim Jong Un', another name of the same entity, not listed here"),
        ("zebra", "no 'zebra' in title or text"),
        ('person:"Xi Jinping"', "the article has 'Kim Jong-un'"),
        ("topic:sport", "the article has 'summit meetings'"),
        ("chief NEAR/1 train", "too far apart"),
        ("chief NEAR/1 zebra", "not all found"),
        ("train", "found 1 time"),
        ("train zebra", "1 of 2 hold; 2 required"),
        ("train OR zebra", "1 of 2 hold; 1 required"),
    ],
)
def test_why_is_told(text: str, why: str) -> None:
    assert verdict(text).why.startswith(why)


def test_a_watch_can_be_changed_and_removed() -> None:
    matcher = Matcher()
    matcher.add(compile_watch(query("train"), LOOKUPS))
    matcher.add(compile_watch(replace(query("dawn"), id="v"), LOOKUPS))
    assert [hit.watch.id for hit in find_matches(matcher, NEWS)] == ["v", "w"]
    matcher.add(compile_watch(query("plane"), LOOKUPS))
    assert [hit.watch.id for hit in find_matches(matcher, NEWS)] == ["v"]
    matcher.remove("v")
    matcher.remove("v")
    assert (find_matches(matcher, NEWS), len(matcher)) == ([], 1)


def test_what_happens_to_feeds_is_for_the_watches_on_health_alone() -> None:
    failing = told("Post is failing", flags=("health:failing",))
    for watch in (query("failing"), Watch("w", any=("failing",))):
        matcher = Matcher()
        matcher.add(compile_watch(watch, LOOKUPS))
        assert find_matches(matcher, failing) == []
    assert matches(Watch("w", health=("failing", "gone")), failing)
    assert matches(Watch("w", health=("failing",), feeds=("Example",)), failing)
    assert not matches(Watch("w", health=("gone",)), failing)
    assert not matches(Watch("w", health=("failing",)), NEWS)

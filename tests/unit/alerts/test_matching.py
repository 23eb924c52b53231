"""Matching: which articles a watch matches, and how the match is explained."""

from dataclasses import replace

import pytest

from consumers.alerts.matching.compile import compile_watch, query_problem
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.matcher import Matcher
from consumers.alerts.matching.matches import find_matches, find_reasons
from consumers.alerts.query.fields import Lookups
from consumers.alerts.tools.explain import Explanation, explain
from monitor.config import Watch
from monitor.messages import ArticleStories, Degraded, EntityType, Language, Reason, Span, Topic
from monitor.text import gazetteer, mediatopics
from tests.make import article_stories, entity


def entity_id(text: str, entity_type: EntityType) -> str | None:
    entry = gazetteer.resolve(text, entity_type)
    return entry.id if entry else None


LOOKUPS = Lookups(
    entity_id=entity_id,
    topic_code=mediatopics.resolve,
    feed_ids=lambda name: ["example.org/world.rss"] if name == "Example" else [],
    alias_sets={"leaders": ("Kim Jong Un", "김정은", "Xi Jinping")},
)
ARTICLE = article_stories(
    "Kim Jong-un meets WHO chief",
    "The train of Kim Jong-un left Pyongyang at dawn.\n\nSanctions were not discussed, said the Apple grower who met him.",
    entities=(entity("Kim Jong Un", ident="Q56226"),),
    topics=(Topic("medtop:20000639", "summit meetings", 0.4, ("medtop:20000638", "medtop:11000000")),),
    url="https://news.example.org/a/1",
    country="GB",
    lang="en-GB",
)


def query_watch(text: str, *, confusables: bool = False) -> Watch:
    return Watch("w", query=text, confusables=confusables)


def explain_query(text: str) -> Explanation:
    return explain(compile_watch(query_watch(text), LOOKUPS).ast, Document(ARTICLE))


def reasons_of(text: str) -> tuple[Reason, ...]:
    return find_reasons(compile_watch(query_watch(text), LOOKUPS).ast, Document(ARTICLE))


def matches(watch: Watch, message: ArticleStories = ARTICLE) -> bool:
    """Return whether *watch* matches. Asserts that the matcher and the explanation agree."""
    matcher = Matcher()
    matcher.add(compile_watch(watch, LOOKUPS))
    matched = bool(find_matches(matcher, message))
    assert matched == explain(compile_watch(watch, LOOKUPS).ast, Document(message)).holds
    return matched


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
def test_query_matches(text: str, *, expected: bool) -> None:
    assert query_problem(query_watch(text), LOOKUPS) is None
    assert matches(query_watch(text)) is expected


def test_confusable_letters_match_if_confusables_is_set() -> None:
    message = article_stories("Кim met Рutin")
    assert not matches(query_watch("Kim Putin"), message)
    assert matches(query_watch("Kim Putin", confusables=True), message)
    assert matches(query_watch("Kim NEAR/1 Putin", confusables=True), message)
    assert matches(Watch("w", any=("Putin",), none=("Xi",), confusables=True), message)


def test_lists_narrow_a_query() -> None:
    assert matches(Watch("w", query="train OR plane", lang=("en",), person=("Kim Jong Un",)))
    assert not matches(Watch("w", query="train OR plane", lang=("de",)))
    assert not matches(Watch("w", query="train OR plane", person=("Xi Jinping",)))


def test_sets_can_be_used_in_lists() -> None:
    assert matches(Watch("w", any=("@leaders",), all=("train",)))
    assert not matches(Watch("w", any=("train",), none=("dusk", "@leaders")))
    assert matches(Watch("w", all=("train", "@leaders")))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("train @laeders", "there is no set 'laeders' in [sets]: did you mean @leaders?"),
        ("train topic:polticks", "is not an IPTC Media Topic"),
        ("train feed:Nowhere", "is not a configured feed"),
    ],
)
def test_unknown_names_are_problems_with_a_position(text: str, message: str) -> None:
    problem = query_problem(query_watch(text), LOOKUPS)
    assert problem
    assert message in problem.message
    assert problem.column in {7, 12, 13}


def test_reasons_are_given_for_the_terms_that_occur() -> None:
    assert reasons_of("(train OR plane) @leaders NEAR/1 left topic:politics -sport") == ()
    assert reasons_of('(train OR plane) @leaders NEAR/1 left topic:"politics and government" -sport') == (
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
def test_explanation_says_why(text: str, why: str) -> None:
    assert explain_query(text).why.startswith(why)


def test_term_without_words_is_explained() -> None:
    explanation = explain(compile_watch(Watch("w", any=("...",)), LOOKUPS).ast, Document(ARTICLE))
    assert [(part.holds, part.why) for part in explanation.parts] == [(False, "the article has none")]


def test_watch_can_be_replaced_and_removed() -> None:
    matcher = Matcher()
    matcher.add(compile_watch(query_watch("train"), LOOKUPS))
    matcher.add(compile_watch(replace(query_watch("dawn"), id="v"), LOOKUPS))
    assert [match.watch.id for match in find_matches(matcher, ARTICLE)] == ["v", "w"]
    matcher.add(compile_watch(query_watch("plane"), LOOKUPS))
    assert [match.watch.id for match in find_matches(matcher, ARTICLE)] == ["v"]
    matcher.remove("v")
    matcher.remove("v")
    assert (find_matches(matcher, ARTICLE), len(matcher)) == ([], 1)


def test_health_articles_match_only_watches_on_health() -> None:
    failing = article_stories("Post is failing", flags=("health:failing",))
    for watch in (query_watch("failing"), Watch("w", any=("failing",))):
        matcher = Matcher()
        matcher.add(compile_watch(watch, LOOKUPS))
        assert find_matches(matcher, failing) == []
    assert matches(Watch("w", health=("failing", "gone")), failing)
    assert matches(Watch("w", health=("failing",), feeds=("Example",)), failing)
    assert not matches(Watch("w", health=("gone",)), failing)
    assert not matches(Watch("w", health=("failing",)), ARTICLE)


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("topic:sport", "topics are not read in the article's language, 'fi'"),
        ('person:"Xi Jinping"', "the article has none; only known names are found in its language, 'fi'"),
    ],
)
def test_an_explanation_says_what_is_not_read_in_the_language(query: str, why: str) -> None:
    message = replace(article_stories("Kokous", "Kokous jatkuu."), language=Language("fi", 1.0), lacks=("names", "topics"))
    assert explain(compile_watch(Watch("q", query=query), LOOKUPS).ast, Document(message)).why == why


@pytest.mark.parametrize(
    ("query", "degraded", "why"),
    [
        ('person:"Xi Jinping"', "names", "the article has none; only known names are found, since the model failed on it"),
        ('person:"Xi Jinping"', "all", "the article has none; no names are found, since its analysis failed"),
        ("topic:sport", "all", "topics are not read, since the analysis of the article failed"),
    ],
)
def test_an_explanation_blames_no_language_for_a_failed_analysis(query: str, degraded: Degraded, why: str) -> None:
    message = replace(article_stories("Talks", "They met."), degraded=degraded, lacks=("names", "topics"))
    assert explain(compile_watch(Watch("q", query=query), LOOKUPS).ast, Document(message)).why == why

"""The limits of a watch are told as errors of that watch, and whatever passes the check can be compiled and matched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.alerts import service
from consumers.alerts.matching.compile import compile_watch
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.live_index import LiveIndex
from consumers.alerts.matching.matches import find_matches
from consumers.alerts.matching.resolve import lookups_for
from consumers.alerts.matching.spellings import forms_of
from consumers.alerts.tools.explain import explain
from monitor.config import Config, Watch
from tests.make import article_stories


def problems(watch: Watch, **sets: tuple[str, ...]) -> list[str]:
    """Return the messages of `check`."""
    return [getattr(problem, "text", str(problem)) for problem in service.check(Config(watches=(watch,), sets=sets))]


def test_a_phrase_of_400_words_is_found() -> None:
    text = " ".join(["a"] * 400)
    for watch in (Watch("w", any=(text,)), Watch("w", query=f'"{text}"')):
        index = LiveIndex(lookups_for)
        index.update(Config(watches=(watch,)))
        assert not problems(watch)
        assert find_matches(index.matcher, article_stories("A title", text))
        assert not find_matches(index.matcher, article_stories("A title", text[:-2]))


@pytest.mark.parametrize(
    ("watch", "message"),
    [
        (Watch("w", any=(" ".join(["a"] * 501),)), "any: 'a a a a a a a a a a a a a a a a a a a a '... has 501 words"),
        (Watch("w", all=("習近平" * 200,)), "all: '習近平"),
        (Watch("w", query=f'kim AND "{" ".join(["a"] * 501)}"'), "has 501 words; a text has at most 500"),
        (Watch("w", query=f'source:"{" ".join(["a"] * 501)}"'), "has 501 words; a text has at most 500"),
        (Watch("w", any=("kim",), person=(" ".join(["a"] * 501),)), "person: "),
        (Watch("w", any=("@long",)), "any: set 'long': "),
        (Watch("w", query="@long"), "query: set 'long': "),
        (Watch("w", any=("@many",) * 11), "any: more than 10,000 terms, counting the aliases of each set: divide them"),
        (Watch("w", query=" OR ".join(["@many"] * 11)), "query: more than 10,000 terms"),
        (Watch("w", query=" ".join(["a"] * 10_001)), "query: more than 10,000 terms"),
        (Watch("w", query=" NEAR/5 ".join(["a"] * 101)), "NEAR joins 101 operands; use at most 100"),
        (Watch("w", query="(" * 51 + "kim" + ")" * 51), "the query is nested too deep"),
        (Watch("w", query=f"“{')' * 3000}” AND {'(' * 3000}kim{')' * 3000}"), "the query is nested too deep"),
        (Watch("w", query="title:(" * 60 + "kim" + ")" * 60), "the query is nested too deep"),
        (Watch("w", query="atleast 1 (" * 60 + "kim" + ")" * 60), "the query is nested too deep"),
        (Watch("w", query="a" * 65_537), "the query has 65,537 characters; use several queries of at most 65,536"),
    ],
)
def test_a_limit_is_an_error_of_the_watch_with_the_remedy(watch: Watch, message: str) -> None:
    sets = {"long": (" ".join(["a"] * 501),), "many": tuple(f"a{number}" for number in range(1000))}
    (problem,) = problems(watch, **sets)
    assert message in problem
    assert problem.startswith("watch 'w', ")


@pytest.mark.parametrize("signs", ["&", "＆", "& ", " &", "。", "。 "])
def test_signs_between_two_words_make_no_words_beyond_the_limit(signs: str) -> None:
    watch = Watch("w", any=(f"pens{signs * 600}paper",))
    assert not problems(watch)
    assert max(len(form.words) for form in forms_of(watch.any[0])) <= 3


def test_a_text_with_many_parentheses_is_not_deep() -> None:
    assert not problems(Watch("w", query=f"“{'(' * 60}kim” AND train"))


def test_a_message_lists_only_some_of_many_sets() -> None:
    sets = {f"set{number}": ("a",) for number in range(1000)}
    (problem,) = problems(Watch("w", any=("@other-name",)), **sets)
    assert problem.endswith("known: @set0, @set1, @set2, @set3, @set4, @set5, @set6, @set7, @set8, @set9 and 990 more")


def test_only_so_many_unknown_names_are_compared_with_all_known_ones() -> None:
    watch = Watch("w", any=("kim",), topic=tuple(f"politicx {number}" for number in range(1000)))
    found = problems(watch)
    assert len(found) == 1000
    assert 0 < sum("did you mean" in problem for problem in found) <= 200


PIECES = st.sampled_from(
    [
        "kim",
        "train",
        '"Kim',
        "Jong",
        'Un"',
        '"U.S.',
        'Army"',
        '"a',
        "b",
        "c",
        "d",
        'e"',
        "sanction*",
        "titl*",
        "(",
        ")",
        "AND",
        "OR",
        "NOT",
        "-",
        "NEAR/5",
        "ONEAR/0",
        "near",
        "@leaders",
        "@none",
        "title:",
        "text:",
        "lead:",
        "person:",
        "topic:politics",
        "site:a.org",
        "lang:en",
        'case("WHO")',
        "case(",
        "atleast/2(",
        "atleast/1(",
        ",",
        "“",
        "”",
        "«",
        "»",
        "'",
        '"',
        "*",
        "|",
        "||",
        "&",
        "+",
        "!",
        "w/3",
        "C++",
        ".NET",
        "習近平",
        "ไทย",
        "محمد",
        "$5bn",
        "R&D",
        "O'Neill",
        "ß",
        "\u200b",
        "É",
    ]
)
QUERIES = st.lists(PIECES, min_size=1, max_size=14).map(" ".join) | st.lists(PIECES, max_size=8).map("".join)
TEXTS = st.lists(PIECES | st.text(max_size=5), max_size=30).map(" ".join)


@given(QUERIES, TEXTS, TEXTS, st.sampled_from((False, True)))
def test_what_passes_the_check_can_be_compiled_matched_and_explained(
    query: str, title: str, text: str, confusables: object
) -> None:
    watch = Watch("w", query=query, confusables=confusables is True)
    config = Config(watches=(watch,), sets={"leaders": ("Kim Jong Un", "Xi", "...")})
    if service.check(config):
        return
    index, message = LiveIndex(lookups_for), article_stories(title, text)
    matches = find_matches(index.update(config), message)
    assert len(index.matcher) == 1
    explanation = explain(compile_watch(watch, lookups_for(config)).ast, Document(message))
    assert explanation.holds == bool(matches)
    index.update(Config())
    assert find_matches(index.matcher, message) == []


@given(st.lists(PIECES | st.text(max_size=40), min_size=1, max_size=5), TEXTS)
def test_lists_that_pass_the_check_can_be_compiled_and_matched(texts: list[str], text: str) -> None:
    for key in ("any", "all", "none", "person", "topic"):
        config = Config(watches=(Watch("w", **{"any": ("kim",), key: tuple(texts)}),))  # type: ignore[arg-type]  # keys of Watch
        if not service.check(config):
            index = LiveIndex(lookups_for)
            find_matches(index.update(config), article_stories("A title", text))
            assert len(index.matcher) == 1

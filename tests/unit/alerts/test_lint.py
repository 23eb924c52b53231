"""Lint: findings about likely mistakes in valid watches."""

from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from consumers.alerts.matching.compile import CompiledWatch, compile_watch
from consumers.alerts.matching.resolve import lookups_for
from consumers.alerts.tools.lint.finding import Finding
from consumers.alerts.tools.lint.log_checks import Usage, find_dead_terms, find_floods, find_overlaps
from consumers.alerts.tools.lint.overlap_checks import canonical_form, find_contained, find_duplicates
from consumers.alerts.tools.lint.term_checks import find_ambiguous, find_unknown_countries
from monitor.config import Config, Watch
from monitor.config.load import parse
from tests.make import START, alert, article_stories, entity

LOOKUPS = lookups_for(Config(sets={"kims": ("Kim Jong-un", "Kim")}))


def compiled(watch: Watch | str) -> CompiledWatch:
    return compile_watch(Watch("w", query=watch) if isinstance(watch, str) else watch, LOOKUPS)


def text_of(finding: Finding) -> str:
    """Return the first line of the text of *finding*, without the excerpt of the query below it."""
    return finding.problem.text.split("\n")[0]


@pytest.mark.parametrize(
    ("watch", "why"),
    [
        ("Kim", "is part of several known names (Kim Jong Un, Kim Yo Jong"),
        ("Kim OR Everest", "is part of several known names"),
        ("title:Kim NOT sport lang:en", "is part of several known names"),
        ("@kims", "is part of several known names"),
        (Watch("w", any=("Everest", "kim"), lang=("en",), none=("film",)), "is part of several known names"),
        ("Smith", "is a common family name"),
        ('case("Müller")', "is a common family name"),
        ("Иванов", "is a common family name"),
    ],
)
def test_a_shared_name_that_is_enough_for_a_match_is_ambiguous(watch: Watch | str, why: str) -> None:
    (finding,) = find_ambiguous(compiled(watch))
    assert (finding.kind, why in text_of(finding)) == ("ambiguous", True)


@pytest.mark.parametrize(
    "watch",
    [
        '"Kim Jong Un"',
        "Putin",
        "summit",
        "Everest NOT Kim",
        "Kim NEAR/5 Pyongyang",
        "Kim train",
        "atleast 2 (Kim, Putin)",
        Watch("w", any=("Kim",), all=("train",)),
        Watch("w", any=("Kim",), topic=("politics and government",)),
    ],
)
def test_a_full_name_or_another_required_term_is_not_ambiguous(watch: Watch | str) -> None:
    assert list(find_ambiguous(compiled(watch))) == []


@pytest.mark.parametrize(
    ("watch", "redundant"),
    [
        ('summit OR "summit talks"', "summit talks"),
        ('"summit talks" OR (train OR talks)', "summit talks"),
        (Watch("w", any=("Kim Jong-un", "Kim Jong Un")), "Kim Jong Un"),
        (Watch("w", any=("Kim Jong Un", "Kim Jong-un")), "Kim Jong Un"),
        (Watch("w", any=("train", "Train")), "Train"),
        (Watch("w", any=("train",), none=("film", "film star")), "film star"),
        ("sanction* OR sanctions", "sanctions"),
        ("sanctions* OR sanction*", "sanctions*"),
        ("title:train OR train", "train"),
        ("title:train OR lead:train", "train"),
        ('case("Apple") OR apple', "Apple"),
        ('case("Apple") OR case("Apple Inc")', "Apple Inc"),
        ('topic:weather OR topic:"weather forecast"', "weather forecast"),
        ('person:"Kim Jong Un" OR person:"Kim Jong-un"', "Kim Jong-un"),
        ("train (a OR (b c) OR NOT (d OR d))", "d"),
        ("@kims", "Kim Jong-un"),
        ("inter-war OR interwar", "interwar"),
        ("Köhler OR Koehler", "Koehler"),
        ('"U.Z." OR UZ', "U.Z."),
        ('"Reed & Hall" OR "Reed and Hall"', "Reed and Hall"),
        ('C++ OR "C++ compiler"', "C++ compiler"),
    ],
)
def test_a_term_that_matches_only_where_another_one_does_is_contained(watch: Watch | str, redundant: str) -> None:
    (finding,) = find_contained(compiled(watch))
    assert finding.kind == "contained"
    assert finding.term
    assert finding.term.text == redundant


@pytest.mark.parametrize(
    "watch",
    [
        "summit talks",
        "summit OR summits",
        "Jong OR Jongun",
        "title:train OR text:train",
        "train OR plane",
        'apple NEAR/3 case("Apple")',
        "atleast 2 (summit, summit, talks)",
        'apple OR site:"apple.example"',
        "person:Putin OR Medvedev",
        "C++ OR C",
        "Kohler OR Koehler",
        'case("UZ") OR "U.Z."',
    ],
)
def test_a_term_that_can_match_alone_is_not_contained(watch: str) -> None:
    assert list(find_contained(compiled(watch))) == []


def test_a_finding_has_the_place_of_its_term() -> None:
    (in_query,) = find_contained(compiled('train OR\n  summit OR "summit talks"'))
    assert (in_query.problem.key, in_query.problem.line, in_query.problem.column) == ("query", 2, 13)
    (in_list,) = find_contained(compiled(Watch("w", any=("train",), none=("film", "film star"))))
    assert in_list.problem.key == "none"


def test_a_country_that_no_feed_has_can_never_match() -> None:
    watch = compiled("train country:gb OR ferry country:XX NOT country:YY")
    assert [text_of(finding).split(", so")[0] for finding in find_unknown_countries(watch, frozenset({"gb"}))] == [
        "watch 'w', query: no feed has the country 'XX'"
    ]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("a b", "b AND A", True),
        ("a OR (b OR c)", "(c OR a) OR b OR a", True),
        (Watch("w", any=("a", "b"), lang=("en",)), "lang:en (b OR a)", True),
        ("a NOT b", "a b", False),
        ("a NEAR/2 b", "a NEAR/3 b", False),
        ("a NEAR/2 b", "a NEAR/2 b", True),
        ("atleast 2 (a, b, c)", "atleast 2 (c, b, a)", True),
        ("atleast 2 (a, b, c)", "atleast 1 (c, b, a)", False),
        ("atleast 2 (a, a, b)", "atleast 2 (a, b, b)", False),
        ("atleast 1 (a, " * 40 + "b" + ")" * 40, "atleast 1 (" * 40 + "b" + ", a)" * 40, True),
        ("title:a", "a", False),
        ("C++", "C#", False),
    ],
)
def test_order_and_nesting_do_not_change_the_canonical_form(one: Watch | str, other: Watch | str, *, expected: bool) -> None:
    assert (canonical_form(compiled(one).ast) == canonical_form(compiled(other).ast)) is expected


def test_the_later_of_two_watches_with_the_same_meaning_is_a_duplicate() -> None:
    watches = [compiled(Watch(watch_id, query=query)) for watch_id, query in (("a", "x y"), ("b", "z"), ("c", "y x"))]
    ((finding, watch_ids),) = find_duplicates(watches)
    assert watch_ids == {"a", "c"}
    assert finding.problem.watch == "c"
    assert "the same articles as watch 'a'" in text_of(finding)


def usage_of(*watches: Watch) -> Usage:
    return Usage(list(map(compiled, watches)), timedelta(days=4))


def test_a_term_that_was_never_found_while_another_was_is_dead() -> None:
    usage = usage_of(
        Watch("lists", any=("train", "trian"), person=("Kim Jong Un", "Xi Jinping")),
        Watch("query", query='title:train OR text:train OR case("TRAIN") NOT volcano'),
        Watch("silent", any=("volcano",)),
    )
    usage.add_article(article_stories("Kim waits", "A train is late.", entities=(entity("Kim Jong Un", ident="Q56226"),)))
    usage.add_article(article_stories("Nothing", "at all", minutes=36 * 60))
    findings = list(find_dead_terms(usage, set()))
    assert [(finding.problem.watch, finding.term.text if finding.term else "") for finding in findings] == [
        ("lists", "trian"),
        ("lists", "Xi Jinping"),
        ("query", "train"),
        ("query", "TRAIN"),
    ]
    expected = "'trian' was in none of the 2 articles of the last 1.5 days, while 'train' was in 1: is the spelling right?"
    assert text_of(findings[0]) == f"watch 'lists', any: {expected}"
    assert list(find_dead_terms(usage, {(finding.problem.watch, finding.term) for finding in findings})) == []


def test_watches_that_alert_for_the_same_stories_overlap() -> None:
    usage = usage_of(*(Watch(watch_id, any=(watch_id,)) for watch_id in ("a", "b", "c")))
    for story in range(5):
        for watch in ("a", "b") if story else ("a", "b", "c"):
            usage.add_alerts([alert(id=f"{watch}:{story}", watch=watch, story=str(story))])
            usage.add_alerts([alert(2, change="outlet", id=f"{watch}:{story}", watch=watch, story=str(story))])
    (finding,) = find_overlaps(usage, frozenset())
    expected = "5 of its 5 alerts are for stories that watch 'a' alerts for too, with 5 in all: are both watches needed?"
    assert text_of(finding) == f"watch 'b': {expected}"
    assert list(find_overlaps(usage, frozenset({frozenset({"a", "b"})}))) == []
    assert list(find_floods(usage)) == []


def test_closed_stories_are_discarded() -> None:
    usage = usage_of(Watch("a", any=("a",)))
    for day in range(9):
        usage.add_alerts([alert(story=str(day), raised=START + timedelta(days=day))])
    assert len(usage.open_stories) == 5


def test_a_watch_with_too_many_alerts_a_day_is_a_flood() -> None:
    usage = usage_of(Watch("a", any=("a",)), Watch("b", any=("b",)))
    usage.add_article(article_stories())
    usage.add_article(article_stories(minutes=2 * 24 * 60))
    usage.add_alerts([alert(id=f"a:{story}", watch="a", story=str(story)) for story in range(250)])
    assert [text_of(finding) for finding in find_floods(usage)] == [
        "watch 'a': about 125 alerts a day are expected: narrow the watch with all, none, NEAR or a topic"
    ]
    assert (usage.alerts_per_day("a"), usage.alerts_per_day("b")) == (125, 0)


def test_the_config_template_has_no_findings() -> None:
    config = parse((files("monitor.config") / "template.toml").read_text(encoding="utf-8"), Path())
    watches = [compile_watch(watch, lookups_for(config)) for watch in config.watches]
    assert len(watches) > 0
    assert [finding for watch in watches for finding in (*find_ambiguous(watch), *find_contained(watch))] == []
    assert list(find_duplicates(watches)) == []

"""What is said of watches that are right but may be meant otherwise."""

from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from consumers.alerts.matching.compile import CompiledWatch, compile_watch
from consumers.alerts.matching.resolve import lookups_for
from consumers.alerts.tools.lint.alike import alike, meaning
from consumers.alerts.tools.lint.ambiguous import ambiguous
from consumers.alerts.tools.lint.contained import contained
from consumers.alerts.tools.lint.country import dead_countries
from consumers.alerts.tools.lint.finding import Finding
from consumers.alerts.tools.lint.log_checks import dead, floods, overlaps
from consumers.alerts.tools.lint.usage import Listener
from monitor.config import Config, Watch
from monitor.config.load import parse
from tests.make import alert, entity, told

LOOKUPS = lookups_for(Config(sets={"kims": ("Kim Jong-un", "Kim")}))


def compiled(watch: Watch | str) -> CompiledWatch:
    return compile_watch(Watch("w", query=watch) if isinstance(watch, str) else watch, LOOKUPS)


def said(remark: Finding) -> str:
    return remark.finding.text.split("\n")[0]


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
def test_a_short_name_that_decides_alone_is_ambiguous(watch: Watch | str, why: str) -> None:
    (remark,) = ambiguous(compiled(watch))
    assert (remark.kind, why in said(remark)) == ("ambiguous", True)


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
def test_a_full_name_or_what_stands_beside_it_makes_it_plain(watch: Watch | str) -> None:
    assert list(ambiguous(compiled(watch))) == []


@pytest.mark.parametrize(
    ("watch", "needless"),
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
    ],
)
def test_a_term_that_another_of_its_or_contains_is_needless(watch: Watch | str, needless: str) -> None:
    (remark,) = contained(compiled(watch))
    assert remark.kind == "contained"
    assert remark.term
    assert remark.term.text == needless


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
    ],
)
def test_others_are_not(watch: str) -> None:
    assert list(contained(compiled(watch))) == []


def test_the_place_of_a_remark_is_that_of_its_term() -> None:
    (remark,) = contained(compiled('train OR\n  summit OR "summit talks"'))
    finding = remark.finding
    assert (finding.key, finding.line, finding.column) == ("query", 2, 13)
    (remark,) = contained(compiled(Watch("w", any=("train",), none=("film", "film star"))))
    assert remark.finding.key == "none"


def test_a_country_of_no_feed_can_never_hold() -> None:
    query = compiled("train country:gb OR ferry country:XX NOT country:YY")
    assert [said(remark).split(", so")[0] for remark in dead_countries(query, frozenset({"gb"}))] == [
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
        ("title:a", "a", False),
    ],
)
def test_watches_mean_the_same_whatever_the_order(one: Watch | str, other: Watch | str, *, expected: bool) -> None:
    assert (meaning(compiled(one).ast) == meaning(compiled(other).ast)) is expected


def test_watches_that_ask_for_the_same_are_told_once() -> None:
    queries = [compile_watch(Watch(ident, query=query), LOOKUPS) for ident, query in (("a", "x y"), ("b", "z"), ("c", "y x"))]
    ((remark, ids),) = alike(queries)
    assert ids == {"a", "c"}
    assert "the same as watch 'a'" in said(remark)


def listener(*watches: Watch) -> Listener:
    return Listener([compile_watch(watch, LOOKUPS) for watch in watches], timedelta(days=4))


def test_a_term_that_was_never_met_while_another_was_is_dead() -> None:
    heard = listener(
        Watch("lists", any=("train", "trian"), person=("Kim Jong Un", "Xi Jinping")),
        Watch("query", query='title:train OR text:train OR case("TRAIN") NOT volcano'),
        Watch("silent", any=("volcano",)),
    )
    heard.hear(told("Kim waits", "A train is late.", entities=(entity("Kim Jong Un", ident="Q56226"),)))
    heard.hear(told("Nothing", "at all", minutes=36 * 60))
    found = list(dead(heard, set()))
    assert [(remark.finding.watch, remark.term.text if remark.term else "") for remark in found] == [
        ("lists", "trian"),
        ("lists", "Xi Jinping"),
        ("query", "train"),
        ("query", "TRAIN"),
    ]
    expected = "'trian' was in none of the 2 articles of the last 1.5 days, while 'train' was in 1: is it spelt so?"
    assert said(found[0]) == f"watch 'lists', any: {expected}"
    assert list(dead(heard, {(remark.finding.watch, remark.term) for remark in found})) == []


def test_watches_that_alert_at_the_same_stories_overlap() -> None:
    heard = listener(*(Watch(ident, any=(ident,)) for ident in ("a", "b", "c")))
    for story in range(5):
        for watch in ("a", "b") if story else ("a", "b", "c"):
            heard.take([alert(id=f"{watch}:{story}", watch=watch, story=str(story))])
            heard.take([alert(2, change="outlet", id=f"{watch}:{story}", watch=watch, story=str(story))])
    (remark,) = overlaps(heard, frozenset())
    assert said(remark) == "watch 'b': 5 of its 5 alerts were at stories that watch 'a' told too, in 5: are both needed?"
    assert list(overlaps(heard, frozenset({frozenset({"a", "b"})}))) == []
    assert list(floods(heard)) == []


def test_stories_that_are_closed_are_forgotten() -> None:
    heard = listener(Watch("a", any=("a",)))
    for day in range(9):
        first = alert(story=str(day))
        heard.take([alert(story=str(day), raised=first.raised + timedelta(days=day))])
    assert len(heard.open) == 5


def test_more_than_anybody_reads_is_told() -> None:
    heard = listener(Watch("a", any=("a",)), Watch("b", any=("b",)))
    heard.hear(told())
    heard.hear(told(minutes=2 * 24 * 60))
    heard.take([alert(id=f"a:{story}", watch="a", story=str(story)) for story in range(250)])
    assert [said(remark) for remark in floods(heard)] == [
        "watch 'a': about 125 alerts a day are to be expected: narrow it down with all, none, NEAR or a topic"
    ]
    assert (heard.per_day("a"), heard.per_day("b")) == (125, 0)


def test_the_config_that_init_writes_has_nothing_to_remark() -> None:
    config = parse((files("monitor.config") / "template.toml").read_text(encoding="utf-8"), Path())
    found = [compile_watch(watch, lookups_for(config)) for watch in config.watches]
    assert [remark for query in found for remark in (*ambiguous(query), *contained(query))] == []
    assert list(alike(found)) == []

"""Origins: who says a story first, however many outlets carry it, and how the story stands by them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.messages import ArticleStories, Claim, Entity, OriginKind, OriginName, Report, Span, Stance, Voice
from monitor.origins import Tally, Telling, fold, standing_of, telling_of, telling_of_report
from monitor.origins.fold import BOUNDS
from tests.make import START, article_stories, claim

STANCES: tuple[Stance, ...] = ("said", "reported", "announced", "declined", "corrected", "denied", "confirmed")
WHO = ("Ana Ruiz", "Ruiz", "police", "harbour police", "two officials", "Danish officials", "Kremlin", "Moscow")


def tell(*claims: Claim, outlet: str = "a", copies: str | None = None, **fields: Any) -> ArticleStories:
    """An article of *outlet* with *claims*, a near-copy of the article *copies*."""
    placed = tuple(replace(each, cue=Span("text", 9 * place, 9 * place + 4)) for place, each in enumerate(claims))
    message = article_stories("A title", claims=placed, outlet=outlet, **{"source": outlet, **fields})
    return replace(message, story=replace(message.story, duplicate_of=copies))


def origins(*messages: ArticleStories) -> Tally:
    return fold(Tally(), [telling_of(each) for each in messages], [])


def names(*messages: ArticleStories) -> list[str]:
    return [each.who for each in origins(*messages).origins]


def standing(*messages: ArticleStories) -> str:
    return standing_of(origins(*messages).origins)


def test_a_source_is_one_origin_however_many_outlets_carry_it() -> None:
    (origin,) = origins(*(tell(claim("reported", "named", "Ana Ruiz"), outlet=outlet) for outlet in "abc")).origins
    assert (origin.who, origin.kind, origin.stance, origin.outlets) == ("Ana Ruiz", "named", "reported", ("a", "b", "c"))


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        (("named", "Kremlin"), ("named", "Moscow"), 1),
        (("named", "Kremlin"), ("role", "Kremlin spokesman"), 1),
        (("named", "Ana Ruiz"), ("named", "Ruiz"), 1),
        (("named", "Ana Ruiz"), ("named", "Bo Ruiz"), 2),
        (("role", "South Korea's foreign ministry"), ("role", "South Korean foreign ministry"), 1),
        (("role", "South Korea's foreign ministry"), ("role", "Japan's foreign ministry"), 2),
        (("role", "harbour police"), ("role", "police"), 1),
        (("anonymous", "two Danish officials"), ("anonymous", "senior Danish officials"), 1),
        (("anonymous", "two Danish officials"), ("anonymous", "officials"), 1),
        (("anonymous", "two Danish officials"), ("anonymous", "a Finnish diplomat"), 2),
        (("anonymous", "two Danish officials"), ("anonymous", None), 1),
        (("named", "Kremlin"), ("named", "White House"), 2),
        (("named", "Qatar"), ("role", "Qatar's foreign ministry"), 1),
        (("named", "Kremlin"), ("role", "Russian defence ministry"), 2),
        (("named", "Qatar"), ("anonymous", "Qatari officials"), 2),
        (("role", "club"), ("named", "Vik United"), 1),
        (("role", "police"), ("named", "Vik United"), 2),
        (("role", "club"), ("anonymous", "two officials"), 2),
        (("named", "county council"), ("role", "Elmbridge county council"), 1),
        (("anonymous", "two South Korean government officials"), ("anonymous", "officials in Seoul"), 1),
        (("anonymous", "officials in Seoul"), ("anonymous", "South Korean officials who asked not to be named"), 1),
        (("anonymous", "people briefed on the talks"), ("anonymous", "a person with knowledge of the matter"), 1),
        (("anonymous", "a Western diplomat"), ("anonymous", "a former engineer at the dam"), 2),
        (("anonymous", "a Western diplomat"), ("anonymous", "sources"), 1),
        (("anonymous", "a Western diplomat"), ("anonymous", "two people with knowledge of the talks"), 2),
        (("role", "coast guard"), ("role", "coastguard"), 1),
        (("role", "fire brigade"), ("role", "firefighters"), 1),
        (("role", "Danish health department"), ("role", "Danish health agency"), 1),
        (("role", "Danish Foreign Minister"), ("role", "Denmark's foreign ministry"), 1),
        (("role", "Danish prime minister"), ("named", "Denmark"), 1),
        (("role", "former Danish prime minister"), ("named", "Denmark"), 2),
        (("named", "World Health Organization"), ("named", "WHO"), 1),
        (("named", "KCNA"), ("role", "North Korea's state news agency"), 1),
        (("role", "reports in the media"), ("role", "police"), 1),
        (("role", "both sides"), ("role", "police"), 1),
        (("role", "newspaper"), ("role", "police"), 2),
    ],
)
def test_names_of_one_source_are_one_origin(first: Any, second: Any, count: int) -> None:
    told = [tell(claim("reported", *each), outlet=outlet) for each, outlet in ((first, "a"), (second, "b"))]
    assert origins(*told).count == count
    assert origins(*reversed(told)).count == count


def test_a_short_name_does_not_join_two_sources() -> None:
    told = [tell(claim("said", "anonymous", who), outlet=who) for who in ("officials", "Danish officials", "Finnish officials")]
    assert origins(*told).count == 2


def test_a_spokesperson_is_the_body() -> None:
    text = "Port board spokeswoman Ana Ruiz said so."
    named = Claim("said", "named", "Ana Ruiz", Span("text", 32, 36), who_at=Span("text", 0, 31))
    message = article_stories("A title", text, claims=(named,), outlet="a")
    later = tell(claim("said", "role", "port board"), outlet="b")
    alone = tell(claim("said", "named", "Ana Ruiz"), outlet="c")
    assert origins(message, later, alone).count == 1


def spoken(text: str, name: str, *entities: Entity, outlet: str = "b") -> ArticleStories:
    """An article of *text* in which *name* says something, and which names *entities*."""
    start = text.index(name)
    end = start + len(name)
    told = Claim("said", "named", name, Span("text", 200, 204), who_at=Span("text", start, end), entity=f"person:{name}")
    return article_stories("A title", text, claims=(told,), entities=entities, outlet=outlet)


def test_a_spokesperson_speaks_for_the_body_that_spoke_before() -> None:
    board = Entity("org:port board", "org", "Port Board", 1, (Span("text", 4, 14),))
    text = "The Port Board said so. Ana Ruiz, its spokeswoman, said more."
    first = tell(claim("said", "named", "Port Board"), outlet="a")
    assert origins(first, spoken(text, "Ana Ruiz", board)).count == 1
    assert origins(first, spoken("Ana Ruiz, a fisher, said more.", "Ana Ruiz", board)).count == 2
    assert origins(first, spoken("Ana Ruiz, spokeswoman for the Port Board, said more.", "Ana Ruiz")).count == 1
    role, body = (tell(claim("reported", "role", who), outlet="c") for who in ("fisher", "city council"))
    member = "Ana Ruiz, fisher and head of the city council, said more."
    assert origins(role, spoken(member, "Ana Ruiz")).count == 1
    assert origins(body, spoken(member, "Ana Ruiz")).count == 1


@pytest.mark.parametrize("length", [0, 3980, 4000, 4020, 31_000])
def test_officials_are_unnamed_where_an_article_keeps_somebody_unnamed_wherever_it_says_so(length: int) -> None:
    text = f"{'a ' * (length // 2)}They spoke on condition of anonymity."
    told = article_stories("A title", text, claims=(claim("said", "role", "officials"),))
    assert [each.kind for each in origins(told).origins] == ["anonymous"]
    named = article_stories("A title", text.replace("anonymity", "silence"), claims=(claim("said", "role", "officials"),))
    assert [each.kind for each in origins(named).origins] == ["role"]


def test_an_article_that_tells_of_a_denial_again_makes_it_no_newer() -> None:
    denied = [tell(claim("denied", "named", "Ana Ruiz"), outlet=f"outlet {time}", minutes=time) for time in (0, 9)]
    confirmed = tell(claim("confirmed", "named", "Bo Lind"), outlet="c", minutes=5)
    assert standing(*denied, confirmed) == "confirmed"
    assert standing(denied[1], confirmed) == "disputed"


def test_hearsay_is_unnamed_and_the_outlets_own_people_are_no_origin() -> None:
    assert standing(tell(claim("reported", "role", "reports in Seoul"))) == "unnamed"
    assert origins(tell(claim("said", "role", "our correspondent"))).count == 0


def test_an_outlet_of_the_story_is_no_origin() -> None:
    own = tell(claim("reported", "anonymous", "two officials"), outlet="Meridian Newswire")
    relay = tell(claim("reported", "named", "Meridian"), outlet="b")
    cites = tell(replace(claim("reported", "anonymous", "people close to the talks"), through="Meridian"), outlet="c")
    assert names(own, relay, cites) == ["two officials"]
    assert names(relay) == ["Meridian"]
    assert names(cites, own) == ["two officials"]
    assert names(cites) == ["people close to the talks"]


def test_the_publisher_in_the_feed_is_where_an_article_comes_from() -> None:
    own = tell(claim("reported", "role", "port authority"), outlet="Meridian Newswire")
    taken = tell(claim("reported", "role", "harbour masters"), outlet="b", source="Meridian Newswire")
    assert names(own, taken) == ["port authority"]
    dateline = tell(claim("reported", "role", "harbour masters"), outlet="b", text="OSLO (Meridian Newswire) - It rains.")
    assert names(dateline, own) == ["port authority"]


def test_a_near_copy_brings_no_origin_of_its_own() -> None:
    own = tell(claim("said", "named", "Ana Ruiz"), outlet="a")
    copy = tell(claim("said", "named", "Ana Ruiz"), claim("said", "named", "Ana"), outlet="b", copies=own.article.id)
    assert [(each.who, each.outlets) for each in origins(own, copy).origins] == [("Ana Ruiz", ("a", "b"))]
    other = tell(claim("said", "named", "Bo Lind"), outlet="c", copies="an article that is not known")
    assert origins(own, other).count == 2


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([], "stated"),
        ([("asserted", "none", None, 0)], "stated"),
        ([("declined", "named", "Ana Ruiz", 0)], "stated"),
        ([("reported", "anonymous", "officials", 0)], "unnamed"),
        ([("confirmed", "anonymous", "officials", 0)], "unnamed"),
        ([("reported", "none", None, 0)], "unnamed"),
        ([("reported", "anonymous", "officials", 0), ("said", "role", "police", 1)], "reported"),
        ([("denied", "named", "Ana Ruiz", 0)], "denied"),
        ([("reported", "anonymous", "officials", 0), ("denied", "named", "Ana Ruiz", 1)], "disputed"),
        ([("denied", "named", "Ana Ruiz", 0), ("confirmed", "named", "Bo Lind", 1)], "confirmed"),
        ([("confirmed", "named", "Bo Lind", 0), ("denied", "named", "Ana Ruiz", 1)], "disputed"),
        ([("denied", "named", "Ana Ruiz", 0), ("confirmed", "named", "Ana Ruiz", 1)], "confirmed"),
        ([("confirmed", "named", "Ana Ruiz", 0), ("denied", "named", "Ana Ruiz", 1)], "denied"),
        ([("confirmed", "named", "Ana Ruiz", 0), ("declined", "named", "Ana Ruiz", 1)], "confirmed"),
    ],
)
def test_the_first_rule_that_holds_gives_the_standing(told: list[Any], expected: str) -> None:
    messages = [
        tell(claim(stance, source, who), outlet=f"outlet {minutes}", minutes=minutes) for stance, source, who, minutes in told
    ]
    assert standing(*messages) == expected


def test_only_the_first_confirmation_or_denial_of_an_article_counts() -> None:
    both = tell(claim("confirmed", "named", "Ana Ruiz"), claim("denied", "named", "Bo Lind"))
    assert standing(both) == "confirmed"
    assert origins(both).count == 2


def test_a_denial_that_does_not_count_replaces_no_stance() -> None:
    before = tell(claim("confirmed", "named", "Bo Lind"), outlet="a")
    after = tell(claim("confirmed", "named", "Ana Ruiz"), claim("denied", "named", "Bo Lind"), outlet="b", minutes=5)
    assert {each.who: each.stance for each in origins(before, after).origins} == {
        "Bo Lind": "confirmed",
        "Ana Ruiz": "confirmed",
    }


def test_officials_are_unnamed_in_an_article_that_keeps_a_source_unnamed() -> None:
    article = tell(claim("reported", "anonymous", "a senior source"), claim("said", "role", "officials"))
    assert standing(article) == "unnamed"
    assert standing(tell(claim("said", "role", "officials"))) == "reported"
    assert standing(tell(claim("said", "role", "police"), claim("reported", "anonymous", "a source"))) == "reported"


def test_an_article_may_say_in_another_sentence_that_a_source_is_unnamed() -> None:
    text = "A security official said so. He spoke on condition of anonymity."
    assert standing(tell(claim("said", "role", "security official"), text=text)) == "unnamed"
    assert standing(tell(claim("said", "role", "security official"))) == "reported"


def test_who_only_declines_to_comment_is_listed_but_not_counted() -> None:
    tally = origins(tell(claim("reported", "anonymous", "officials"), claim("declined", "named", "Ana Ruiz")))
    assert (tally.count, len(tally.origins)) == (1, 2)


def test_the_list_of_origins_is_bounded_and_keeps_those_who_deny() -> None:
    tally, outlets = Tally(), list[str]()
    for number in range(2 * BOUNDS.origins):
        stance: Stance = "denied" if number == 30 else "said"
        message = tell(claim(stance, "named", f"Body{number} Group"), outlet=f"outlet{number}", minutes=number)
        outlets.append(message.article.outlet)
        tally = fold(tally, [telling_of(message)], outlets)
    assert len(tally.origins) == BOUNDS.origins < tally.count
    assert standing_of(tally.origins) == "disputed"


def test_a_report_of_an_alert_has_the_origins_of_its_voices() -> None:
    report = Report("1", 1, "a", "A title", None, START, (Voice("denied", "named", "Ana Ruiz"),))
    tally = fold(Tally(), [telling_of_report(report)], [])
    assert [(each.who, each.stance) for each in tally.origins] == [("Ana Ruiz", "denied")]


KINDS: tuple[OriginKind, ...] = ("named", "role", "anonymous")
STATEMENTS = st.builds(
    lambda who, kind, stance: (who, kind, stance), st.sampled_from(WHO), st.sampled_from(KINDS), st.sampled_from(STANCES)
)
ARTICLES = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2), st.lists(STATEMENTS, max_size=3)), max_size=6)


def telling(number: int, outlet: str, minutes: int, told: list[tuple[str, OriginKind, Stance]]) -> Telling:
    at = START + timedelta(minutes=minutes)
    statements = [
        OriginName(
            who,
            kind,
            stance,
            at,
            None if stance == "declined" else at,
            (outlet,),
            denied=at if stance == "denied" else None,
            confirmed=at if stance == "confirmed" else None,
        )
        for who, kind, stance in told
    ]
    return Telling(str(number), outlet, at, tuple(statements))


@given(ARTICLES, st.randoms())
def test_the_order_of_arrival_changes_neither_number_nor_standing(articles: list[Any], random: Any) -> None:
    tellings = [telling(number, *article) for number, article in enumerate(articles)]
    at_once = fold(Tally(), tellings, [])
    random.shuffle(tellings)
    tally, outlets = Tally(), list[str]()
    for each in tellings:
        outlets.append(each.outlet)
        tally = fold(tally, [each], outlets)
    assert (tally.count, standing_of(tally.origins)) == (at_once.count, standing_of(at_once.origins))

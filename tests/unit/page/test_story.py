"""The page of a story: what happened, who says so, quotations and edits."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.grouping import group_by_story
from monitor.messages import Alert, Article, ArticleStories, Claim, Origin, OriginName, Report, Span, Stance
from page.records import Records
from page.views.edits import MAX_EDITS, Part, compare_words, list_edits
from page.views.happenings import Happening, Repetitions, list_happenings
from page.views.quotes import Quote, quote
from page.views.story import StoryPage, describe_origins, make_story_page
from page.views.strips import axis_of
from tests.make import START, alert, article, article_stories

NOON = START + timedelta(hours=8)
AXIS = axis_of(NOON, ZoneInfo("UTC"))


def span(text: str, words: str) -> Span:
    """Where *words* stand in *text*."""
    return Span("text", text.find(words), text.find(words) + len(words))


def told(minutes: float, text: str, cue: str = "", stance: Stance = "reported", who: str = "Peskov") -> ArticleStories:
    """An article of the story s1, with one claim at the words *cue*."""
    claims = (Claim(stance, "named", who, span(text, cue)),) if cue else ()
    return article_stories(f"Title at {minutes}", text, minutes=minutes, claims=claims, outlet=f"outlet {minutes}")


def version(number: int, of: Article, **fields: object) -> Alert:
    """The version of the alert that the article *of* made."""
    report = Report(of.id, of.version, of.outlet, of.title, None, of.fetched, ())
    return alert(number, articles=(report,), updated=of.fetched, **fields)


def page(versions: list[Alert], articles: list[ArticleStories], *others: Alert) -> StoryPage:
    """The page of the story of *versions*."""
    (entry,) = group_by_story(versions)
    records = Records()
    for each in (*versions, *others):
        records.apply(each, 0.0)
    return make_story_page(entry, records, versions, articles, list_edits(articles), AXIS, NOON)


def test_articles_that_bring_nothing_are_told_together() -> None:
    first, quiet, more = told(0, "One said so.", "said"), told(1, "Two."), told(2, "Three.")
    last = told(3, "Peskov confirmed it.", "confirmed", "confirmed")
    versions = [version(1, first.article), version(2, last.article, change="stance", state="confirmed")]
    newest, between, oldest = list_happenings(versions, [first, quiet, more, last])
    assert isinstance(newest, Happening)
    assert (newest.change, newest.symbol, newest.version) == ("Confirmed", "k", 2)
    assert newest.quote == Quote("Peskov ", "confirmed", " it.")
    assert isinstance(between, Repetitions)
    assert [outlet for outlet, _ in between.articles] == ["outlet 1", "outlet 2"]
    assert isinstance(oldest, Happening)
    assert oldest.version == 1


def test_an_article_that_confirms_is_not_marked_with_the_denial_that_it_retells() -> None:
    text = "An aide had denied it. Peskov confirmed it."
    sources: tuple[tuple[Stance, str], ...] = (("denied", "aide"), ("confirmed", "Peskov"))
    claims = tuple(Claim(stance, "named", who, span(text, stance)) for stance, who in sources)
    both = article_stories("Title", text, claims=claims)
    (happened,) = list_happenings([version(1, both.article, change="stance", state="confirmed")], [both])
    assert isinstance(happened, Happening)
    assert (happened.change, happened.symbol, happened.quote) == ("Confirmed", "k", Quote("Peskov ", "confirmed", " it."))


def test_the_versions_of_several_watches_of_one_article_are_told_once() -> None:
    first = told(0, "One.")
    versions = [version(1, first.article), version(1, first.article, id="putin:s1", watch="putin")]
    (happened,) = page(versions, [first]).happened
    assert isinstance(happened, Happening)
    assert (happened.title, happened.version) == ("Title at 0", 1)


def test_a_lane_shows_what_its_origin_says_and_what_only_repeats() -> None:
    stances: tuple[Stance, ...] = ("declined", "confirmed", "confirmed")
    articles = [told(minutes, f"He {stance} it.", stance, stance) for minutes, stance in enumerate(stances)]
    name = OriginName("Peskov", "named", "confirmed", START, START, ("a",))
    origin = Origin("Dmitry Peskov", "named", "confirmed", START, START, ("a", "b"), (name,))
    (lane,) = page([version(1, articles[0].article, origins=(origin,))], articles).lanes
    assert ([mark.symbol for mark in lane.strip.marks], lane.word, lane.outlets) == (["n", "k", "e"], "Confirmed", ("a", "b"))


def test_one_sentence_tells_who_stands_behind_a_story() -> None:
    kinds: list[tuple[str, Stance]] = [("KCNA", "confirmed"), ("Saltykov", "denied"), ("White House", "said")]
    origins = [Origin(who, "named", stance, START, START, ("a",)) for who, stance in kinds]
    unnamed = Origin("an official", "anonymous", "reported", START, START, ("a",))
    expected = "Confirmed by KCNA; denied by Saltykov; reported by White House; from 1 unnamed source."
    assert describe_origins([*origins, unnamed]) == expected
    assert describe_origins([]) == ""


def test_the_sentence_counts_the_names_that_it_leaves_out() -> None:
    origins = [Origin(who, "named", "confirmed", START, START, ("a",)) for who in ("Kim", "Lee", "Xi", "Abe", "Moon")]
    assert describe_origins(origins) == "Confirmed by Kim, Lee, Xi and 2 more."


def test_an_edit_shows_what_was_changed_if_the_earlier_version_is_kept() -> None:
    before = article_stories("Toll", "Ten people died on Sunday.", id="x")
    after = article_stories("Toll", "Twelve people died on Sunday.", id="x", version=2, minutes=5)
    (edit,) = page([version(1, before.article)], [before, after]).edits.latest
    assert edit.parts is not None
    assert [(part.kind, part.text) for part in edit.parts if part.kind != "same"] == [("removed", "Ten"), ("added", "Twelve")]
    (lost,) = page([version(1, before.article)], [after]).edits.latest
    assert lost.parts is None


def test_of_many_edits_the_latest_are_compared() -> None:
    told = [
        article_stories("Toll", f"{number} people", id="x", version=number, minutes=number)
        for number in range(1, MAX_EDITS + 9)
    ]
    edits = list_edits(told)
    assert [edit.version for edit in edits.latest] == list(range(MAX_EDITS + 8, 8, -1))
    assert edits.count == MAX_EDITS + 7


def test_a_text_of_few_words_that_come_again_is_compared_without_a_search_for_each() -> None:
    """It would take half a minute: the time is not measured, since a test that waited for it would be ended."""
    before, after = "a " * 1500, " ".join(f"a x{number}" for number in range(750))
    parts = compare_words(before, after)
    assert (parts[0].text, parts[-1].kind) == ("a", "added")
    assert "".join(part.text for part in parts if part.kind == "added").startswith("x0 a x1 a")


def test_words_that_are_far_from_a_change_are_left_out() -> None:
    words = [f"w{number}" for number in range(60)]
    after = ["new", *words[1:30], "later", *words[31:]]
    parts = compare_words(" ".join(words), " ".join(after))
    assert parts[:2] == [Part("removed", "w0"), Part("added", "new")]
    assert parts[2].text.split()[7:10] == ["w8", "…", "w22"]
    assert parts[-1].text == "w31 w32 w33 w34 w35 w36 w37 w38 …"
    assert compare_words("same", "same") == []


def test_a_quotation_is_the_sentence_of_the_words() -> None:
    text = "First one.\n\nThe Kremlin\nsaid so today. Last one."
    found = quote(article("T", text), span(text, "said"))
    assert found == Quote("", "said", " so today.")
    assert quote(article("T", "Short."), Span("text", 3, 99)) is None


def test_a_long_sentence_is_cut_around_the_words() -> None:
    text = f"{'before ' * 200}said {'after ' * 200}"
    found = quote(article("T", text), span(text, "said"))
    assert found is not None
    assert len(found.before) < 250
    assert (found.before[:2], found.words, found.after[-1]) == ("… ", "said", "…")


@pytest.mark.parametrize("around", ["", "Mr. " * 5000, "word " * 5000, "One. " * 5000, "x" * 20_000 + " "])
def test_a_quotation_of_a_long_text_is_the_sentence_of_the_words(around: str) -> None:
    text = f"{around}End. He said so, Peskov confirmed it. Then {around}"
    assert quote(article(text=text), span(text, "confirmed")) == Quote("He said so, Peskov ", "confirmed", " it.")


def test_a_text_without_sentences_is_cut_around_the_words() -> None:
    text = f"{'word ' * 5000}Peskov confirmed it{' word' * 5000}"
    found = quote(article(text=text), span(text, "confirmed"))
    assert found is not None
    assert (found.before[:7], found.before[-12:], found.after[-7:]) == ("… word ", "word Peskov ", " word …")

"""What an article adds to its story: the stories service says which sentences tell it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.stories.developments import KnownFacts, add_facts, decode_known, find_developments, read_facts
from consumers.stories.developments.known import MAX_FACTS
from consumers.stories.developments.spans import MAX_TITLE
from monitor.messages import Story
from monitor.text.languages import pack
from tests.unit.stories.ferry import NEWS, RETOLD, TEXT, TITLE, developments, ferry_service, message
from tests.unit.stories.service import RunningStories


@pytest.fixture
def service() -> RunningStories:
    return ferry_service()


def test_a_higher_toll_is_a_development_with_its_sentence(service: RunningStories) -> None:
    text = f"{RETOLD} {NEWS}"
    (found,) = developments(service, message("b", TITLE, text, minutes=60))
    assert (found.kind, found.words) == ("number", NEWS)
    assert text[found.at.start : found.at.end] == NEWS


def test_other_words_are_none(service: RunningStories) -> None:
    assert developments(service, message("b", "Wooden ferry sinks off Salu", RETOLD, minutes=60)) == ()


@pytest.mark.parametrize(
    ("sentence", "hours", "expected"),
    [
        ("The owners met two divers in Port Lomo on 24 March.", 2, ["date"]),
        ("The two owners of the ferry are in Lomo.", 2, []),
        ("Seventeen lamps hang in the hall of the town.", 2, []),
        ("A grown seal weighs up to 90 kilograms.", 2, []),
        ("The lamps in the hall can burn for 40 hours.", 2, []),
        ('Neighbours speak of "seventeen bad winters" and of bad paint.', 2, []),
        ("The Ocean Safety Council sent divers.", 2, []),
        ("Painters gave the pier of the village another colour.", 2, []),
        ("The company settled with the widows of Lomo in court.", 2, []),
        ("Salu needs 40 other boats.", 2, []),
        ("It was the 55th wreck off that coast.", 2, []),
        ("The new ferry will sail on the 24th of April.", 2, ["date"]),
        ("You will be able to sail again on 24 April.", 2, ["date"]),
    ],
)
def test_what_is_enough_for_a_development(service: RunningStories, sentence: str, hours: int, expected: list[str]) -> None:
    developments(service, message("b", TITLE, f"{TEXT} The OSC looks into it.", minutes=30))
    found = developments(service, message("c", TITLE, f"{RETOLD} {sentence}", minutes=30 + 60 * hours))
    assert [each.kind for each in found] == expected
    assert all(each.words == sentence for each in found)


def test_what_a_story_was_told_is_not_new_again(service: RunningStories) -> None:
    assert developments(service, message("b", TITLE, f"{RETOLD} {NEWS}", minutes=60))
    retold = f"{TEXT} Fourteen bodies were counted."
    assert developments(service, message("c", TITLE, retold, minutes=90)) == ()


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("The captain is Owen Tarrick of the Larnby line.", "person"),
        ("A hearing will be held on 24 June.", "date"),
        ("Police have arrested the captain for negligence.", "step"),
    ],
)
def test_kinds_of_facts(service: RunningStories, sentence: str, kind: str) -> None:
    found = developments(service, message("b", sentence.rstrip("."), f"{sentence} {RETOLD}", minutes=3000))
    assert (found[0].kind, found[0].words) == (kind, sentence)


@pytest.mark.parametrize(
    "background",
    [
        "In 2014 another ferry sank there and 37 people died.",
        "Last year the line lost 12 million dollars.",
        "Three years ago it lost a freighter with 19 men.",
        "The line was founded in 1911. It once had 400 sailors and carried 90,000 passengers. It lost a freighter with 19 men.",
    ],
)
def test_background_is_none(service: RunningStories, background: str) -> None:
    assert developments(service, message("b", TITLE, f"{RETOLD} {background}", minutes=60)) == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "Let's look at the weather over the Aldan strait with 40 pictures.",
        "Why did 14 people die?",
        "The village hall seats 120.",
        "Ferries normally take 45 minutes.",
        "Every year the line carried 90,000 passengers.",
        "The Salu line was helped by 14 million dollars in 2014.",
    ],
)
def test_what_is_no_news_of_the_story_is_none(service: RunningStories, sentence: str) -> None:
    assert developments(service, message("b", TITLE, f"{RETOLD} {sentence}", minutes=60)) == ()


def test_a_step_of_title_and_first_sentence_is_new_on_the_same_day(service: RunningStories) -> None:
    text = f"The captain of the ferry has been arrested. {RETOLD}"
    found = developments(service, message("b", "Captain of ferry arrested", text, minutes=60))
    assert (found[0].kind, found[0].words) == ("step", "The captain of the ferry has been arrested.")


def test_a_signature_is_new_after_an_agreement(service: RunningStories) -> None:
    agreed = f"{TEXT} The owners and the widows are close to an agreement."
    assert developments(service, message("b", TITLE, agreed, minutes=60)) == ()
    text = f"The owners of the ferry have signed an agreement with the widows. {RETOLD}"
    (found, *_) = developments(service, message("c", "Owners of ferry sign agreement", text, minutes=120))
    assert (found.kind, found.words) == ("decision", "The owners of the ferry have signed an agreement with the widows.")


def test_an_arrest_is_new_wherever_it_is_told(service: RunningStories) -> None:
    (found,) = developments(service, message("b", TITLE, f"{RETOLD} Two men were detained near the pier.", minutes=60))
    assert found.words == "Two men were detained near the pier."


def test_the_kind_is_that_which_readers_want_first(service: RunningStories) -> None:
    sentence = "Judge Owen Tarrick of Larnby counted 140 ropes."
    (found,) = developments(service, message("b", TITLE, f"{RETOLD} {sentence}", minutes=60))
    assert (found.kind, found.words) == ("number", sentence)


def test_a_title_may_leave_the_unit_out(service: RunningStories) -> None:
    developments(service, message("b", TITLE, f"{TEXT} It was minus 22 degrees Fahrenheit.", minutes=60))
    text = f"{RETOLD} It was minus 30 degrees Celsius."
    assert developments(service, message("c", "Minus 30 off Salu island", text, minutes=90)) == ()


def test_backfill_adds_nothing(service: RunningStories) -> None:
    assert developments(service, message("b", TITLE, f"{RETOLD} {NEWS}", minutes=60, backfill=True)) == ()


def test_an_edited_article_adds_what_its_first_version_did_not_have(service: RunningStories) -> None:
    (found,) = developments(service, message("a", TITLE, f"{TEXT} {NEWS}", minutes=60, version=2))
    assert found.words == NEWS
    assert developments(service, message("a", TITLE, f"{TEXT} {NEWS} ", minutes=90, version=3)) == ()


def test_at_most_three_are_told_and_long_ones_are_cut(service: RunningStories) -> None:
    sentences = [f"The company paid {number} dollars to relatives{' of passengers' * 40}." for number in (310, 420, 530, 640)]
    found = developments(service, message("b", TITLE, " ".join([TEXT, *sentences]), minutes=60))
    assert [len(each.words) for each in found] == [300, 300, 300]
    assert found[0].at.end - found[0].at.start == len(sentences[0])


def test_the_state_is_the_same_after_a_restart(service: RunningStories) -> None:
    developments(service, message("b", TITLE, f"{RETOLD} {NEWS}", minutes=60))
    restarted = RunningStories(now=service.now)
    for _, output in service.log:
        restarted.service.apply(restarted.state, output)
    again = message("c", TITLE, f"{TEXT} {NEWS}", minutes=90)
    assert developments(restarted, again) == developments(service, again) == ()


def test_a_story_of_an_earlier_program_has_none(service: RunningStories) -> None:
    restarted = RunningStories(now=service.now)
    for _, output in service.log:
        old = replace(output, facts=(), words=None) if isinstance(output, Story) else output
        restarted.service.apply(restarted.state, old)
    assert developments(restarted, message("b", TITLE, f"{RETOLD} {NEWS}", minutes=60)) == ()


def test_the_words_of_another_language_are_not_new_ones(service: RunningStories) -> None:
    french = "Neuf personnes sont mortes quand un ferry de Salu a coulé, et soixante et une ont été sauvées."
    assert developments(service, message("b", TITLE, f"{TEXT} {french}", minutes=60, language="fr")) == ()


def test_facts_are_bounded_and_survive_their_encoding() -> None:
    known = KnownFacts()
    for day in range(40):
        text = " ".join(f"They counted {day * 100 + number} sheep." for number in range(10, 40))
        known = add_facts(known, read_facts("Sheep", text, (), pack("en"), date(2026, 3, 10)))
    assert len(known.facts) == MAX_FACTS
    assert "# 3939" in known.facts
    assert decode_known(known.facts, known.encoded_words) == known


def test_an_empty_fact_is_none() -> None:
    known = decode_known(("", "# 9", "~die"), KnownFacts().encoded_words)
    assert known
    assert known.names("~") == {"die"}
    assert known.values() == {"": [9.0]}


def test_a_long_title_is_cut() -> None:
    (title,) = read_facts("sheep " * 1000, "", (), pack("en"), date(2026, 3, 10)).sentences
    assert title.at.end == MAX_TITLE


@pytest.mark.parametrize("words", [None, "", "AAAA", "not base64"])
def test_malformed_words_are_no_facts(words: str | None) -> None:
    assert decode_known(("# 9",), words) is None


WORDS = st.sampled_from(
    [
        *[
            "7",
            "12:30",
            "²",
            "٤",
            "1.200,5",
            "half",
            "dozen",
            "million",
            "third",
            "of",
            "in",
            "and",
            "%",
            "€",
            '"',
            "(",
            "'",
            "n't",
            "May",
            "31",
            "2026",
            "Tuesday",
            "Ana",
            "No.",
            "ruled",
            "out",
            "半",
        ],
        "\n",
    ]
)


@given(
    st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=40).map(" ".join)),
    st.sampled_from(["en", "de", "fr", "ja", "und"]),
)
def test_any_text_is_read(text: str, language: str) -> None:
    day = date(2026, 3, 10)
    facts = read_facts(text, text, (), pack(language), day)
    known = add_facts(KnownFacts(), read_facts("", TEXT, (), pack("en"), day))
    found = find_developments(message("b", text, text), facts, known, (), gap=timedelta(days=2))
    assert all(each.words for each in found)
    assert all(len(fact) <= 100 for fact in add_facts(known, facts).facts)

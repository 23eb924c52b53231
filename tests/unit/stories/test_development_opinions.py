"""What somebody thinks, and who speaks, adds nothing to a story; what another source denies does."""

from dataclasses import replace

import pytest

from monitor.messages import Claim, Span
from tests.unit.stories.ferry import RETOLD, TITLE, developments, ferry_service, message
from tests.unit.stories.service import RunningStories


@pytest.fixture
def service() -> RunningStories:
    return ferry_service()


def test_a_new_speaker_below_the_top_is_no_development(service: RunningStories) -> None:
    speaker, cue = "Ana Ruiz, who heads the Institute for Small Boats,", "said"
    text = f"{RETOLD} {speaker} {cue} that it was a sad morning."
    who, said = (Span("text", text.index(each), text.index(each) + len(each)) for each in ("Ana Ruiz", f"{cue} that"))
    claim = Claim("said", "named", "Ana Ruiz", said, who)
    assert developments(service, replace(message("b", TITLE, text, minutes=60), claims=(claim,))) == ()
    other = f"{RETOLD} Eva Lind, who heads the Office for Wrecks, has been asked to raise the boat."
    assert developments(service, message("c", TITLE, other, minutes=90))


def test_who_speaks_is_no_fact_of_the_story(service: RunningStories) -> None:
    text = f'{RETOLD} "My bread is still in the oven," said Teresita Olarte.'
    assert developments(service, message("b", TITLE, text, minutes=60)) == ()


def test_a_headline_that_announces_background_wants_more(service: RunningStories) -> None:
    text = f"{RETOLD} The wreck is now being watched from Lomo."
    assert developments(service, message("b", "Why ferries sink", text, minutes=60)) == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "Retired nurse Eva Lind called it the thin end of the wedge.",
        "Captain Ana Ruiz was not happy with the old boats of the line.",
        '"I have looked at that horizon for sixty winters," said Eva Lind, walking her terrier.',
        "Local grocer Ana Ruiz fears for the trade of the market town.",
    ],
)
def test_what_somebody_new_thinks_is_no_development(service: RunningStories, sentence: str) -> None:
    assert developments(service, message("b", TITLE, f"{RETOLD} {sentence}", minutes=60)) == ()


def test_a_new_toll_counts_in_the_words_of_somebody_new(service: RunningStories) -> None:
    sentence = '"We have counted fourteen dead," said the fire chief Eva Lind.'
    text = f"{RETOLD} {sentence}"
    claim = Claim("said", "named", "Eva Lind", Span("text", text.index("said"), text.index("said") + 4))
    assert developments(service, replace(message("b", TITLE, text, minutes=60), claims=(claim,)))


def test_an_article_of_opinions_adds_nothing_but_what_is_beside_them(service: RunningStories) -> None:
    text = (
        "Jean Tolley sells pies at the pier of Meru. She fears for her trade, and so does Amara Bell. "
        'Carl Dobbs has one word for the Salu line: "Robbery." "We want 40 new boats," said Olu Martins. '
        "The ferry sank late on Monday."
    )
    assert developments(service, message("b", TITLE, text, minutes=60)) == ()


@pytest.mark.parametrize(("title", "count"), [("Fury on Salu after ferry sinks", 0), ("Divers at Salu ferry", 1)])
def test_a_headline_that_announces_how_people_take_it_wants_more(service: RunningStories, title: str, count: int) -> None:
    text = f"{RETOLD} Eva Lind and Ana Ruiz have been asked to raise the boat of the Salu line."
    assert len(developments(service, message("b", title, text, minutes=60))) == count


@pytest.mark.parametrize(("who", "is_new"), [("Salu line", False), ("harbour master", True)])
def test_the_denial_of_another_source_is_a_development(service: RunningStories, who: str, *, is_new: bool) -> None:
    for ident, source, minutes in (("b", "Salu line", 30), ("c", who, 60)):
        title = f"{source} denies that ferry had too many passengers"
        at = Span("title", len(source) + 1, len(source) + 7)
        found = developments(
            service,
            replace(message(ident, title, RETOLD, minutes=minutes), claims=(Claim("denied", "named", source, at),)),
        )
    assert any(each.kind == "statement" for each in found) == is_new

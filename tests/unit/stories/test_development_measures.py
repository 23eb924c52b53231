"""What of a sentence and of its article decides whether it is a development."""

import pytest

from consumers.stories.developments.measures import Measures
from tests.unit.stories.ferry import RETOLD, TITLE, developments, ferry_service, message

PLAIN = "The boat of the Salu line had been painted."
QUOTED = 'The boat was "badly" painted.'
PAST = "In 2011 the Salu line was founded by fishermen."


@pytest.mark.parametrize(("around", "count"), [(PLAIN, 1), (QUOTED, 0), (PAST, 0)])
def test_quotations_and_background_around_a_sentence_speak_against_it(around: str, count: int) -> None:
    """A sentence that would be a development by itself is none in an article of quotations or of background."""
    text = f"{RETOLD} Divers raised two masts in Ostby. {' '.join([around] * 4)}"
    assert len(developments(ferry_service(), message("b", TITLE, text, minutes=60))) == count


@pytest.mark.parametrize(
    ("sentence", "count"),
    [
        ("The Salu line has called the relatives together on Thursday.", 1),
        ("The Salu line has called the relatives together on Monday.", 0),
        ("The coastguard said on Thursday that nine people died.", 0),
    ],
)
def test_a_new_weekday_is_enough_with_other_news(sentence: str, count: int) -> None:
    text = f"{RETOLD} {sentence}"
    assert len(developments(ferry_service(), message("b", TITLE, text, minutes=60))) == count


def test_measures_weigh_as_much_as_they_count() -> None:
    weights = Measures(signs=1.0, date=2.0, weekday=3.0, quotes=-1.0, background=-2.0)
    assert weights.weigh(Measures(signs=0.5, date=1.0, weekday=0.0, quotes=0.5, background=0.25)) == pytest.approx(1.5)

"""The weights of what may be new in a sentence, by which it is a development or not."""

from collections.abc import Sequence
from datetime import timedelta

from consumers.stories.developments.measures import Measures
from consumers.stories.developments.numbers import MONEY, SHARE
from consumers.stories.developments.sentence_words import May
from monitor.messages import DevelopmentKind

Sign = tuple[float, DevelopmentKind]
"""The weight of what is new, and its kind."""

KINDS: Sequence[DevelopmentKind] = ("number", "decision", "step", "statement", "date", "person", "place", "other")
"""The kinds of what is new, those that a reader wants first at the front: they decide between equal weights."""
MEASURES = Measures(signs=1.0, date=0.7, weekday=3.9, quotes=-0.9, background=-2.6)
THRESHOLD = 1.2
"""How much the measures of a sentence count, which `python -m evals.development_training` fits, and the score from which it is
a development. All other weights are set by hand."""
NEW_NUMBER = FULL_NAME = DATE_NAMED = VERDICT = 1.0
"""A new number, a new name of two words, a new date, and a denial or confirmation where the story had none."""
NEW_TOLL = 1.2
DATE_TO_COME = 1.2
"""A new number of those to whom something happened, and a new date in the future: developments in any words."""
OTHER_VERDICT = 1.2
"""A denial or confirmation at the top by another source than those of the story. It is a development in any words."""
CORRECTION = 0.6
"""That a sentence takes back what was told."""
SMALL_NUMBER, MAX_SMALL = 0.6, 5
"""A new number that is small, unless it counts people to whom something happened: small numbers are in any text."""
HAPPENS = May.DONE | May.DONE_AFTER | May.COMING
"""What shows that a sentence tells an event. A number in another is no news, such as the seats of a hall."""
OF_EVENTS = (MONEY, SHARE)
"""The beginnings of the kinds of numbers that are news without a verb that tells an event: money and shares."""
MONTH_NAMED, DAY_NAMED, PLACE_NAMED, SINGLE_NAME = 0.7, 0.3, 0.8, 0.4
"""A month to come or a later year, a weekday, a place of one word, and another such name."""
DAY_ALONE = 0.5
"""How much of a new weekday counts in MEASURES in a sentence with nothing else that is new: it may be when somebody spoke."""
TAKEN_AT_TOP, TAKEN_BELOW = 0.5, 0.2
"""A decisive step that the story does not know as taken, in the title or first sentence, or further below."""
ARREST_BELOW = 0.6
"""What an arrest further below gains if the story did not speak of one."""
DECIDED = 0.1
"""What a decision at the top gains on a later day: the story awaited it in the same words."""
UNHEARD_AT_TOP, UNHEARD_BELOW = 0.1, 0.15
"""What is added if the story did not even speak of the step. At the top this counts without a verb that tells it as taken."""
OTHER_STEP, PLANNED_STEP, NEW_WORDS = 0.15, 0.1, 0.5
"""Any new step, one that is planned or denied, and all words being new."""
LATER = timedelta(hours=20)
"""An article is of a later day than its story if it appeared so long after the latest one."""
GAPS = ((timedelta(hours=27), 0.3), (LATER, 0.2), (timedelta(hours=9), 0.1))
"""What an article gains that appears so long after the latest one, the longest first: the first hours retell."""
LATER_SENTENCE, MAX_LATER = 0.02, 20
"""What each sentence before it takes off the rank of a development, up to a number of them: news comes first."""
IN_TITLE_TOO = 0.8
"""What a step of the title and of the first sentence gains, if both tell it as taken and the story did not speak of it."""
STEPS_ALONE = -0.2
"""What a sentence loses that tells only steps, on the day of the earlier articles: one day tells them in many words. It does
not lose it by a step of the title and of the first sentence."""
MOSTLY_NEW = 0.5
"""The share of new words from which a sentence next to background may belong to it."""
MOSTLY_QUOTED = 0.4
"""The share of quoted words from which a sentence gives what somebody says, so that a new name is that of a speaker."""
PARTLY_QUOTED, MANY = 0.2, 2
"""The share of quoted words from which a sentence has a quotation, and the sentences from which a kind of them is many."""
MOSTLY_QUOTES = 0.4
"""The share of sentences with a quotation from which an article is one of opinions."""
EXPLAINER = -0.4
"""What a sentence loses if the headline announces background: why a bridge falls."""
MIN_CONTENT = 4
"""A sentence of fewer words that tell something counts as one of so many."""

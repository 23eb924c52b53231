"""The signs of what is new in the days and verdicts of a sentence. Pure."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import pairwise

from consumers.stories.developments import weights
from consumers.stories.developments.days import month_of
from consumers.stories.developments.facts import Sentence, verdict_words
from consumers.stories.developments.known import DATE, MONTH, STANCE, YEAR
from consumers.stories.developments.weights import Sign
from monitor.messages import Claim
from monitor.text.languages import DevelopmentWords

SPEAKING = frozenset({"named", "role"})
"""The sources that may be new: nothing is known of others."""
MONTH_PLACE = len("2026-")
"""Where the month begins in a date."""


def verdict_signs(verdicts: Sequence[Claim], known: Collection[str], *, is_at_top: bool) -> Iterator[tuple[str, Sign]]:
    """Yield whether one of the *verdicts* is the first of its stance, or at the top that of another source."""
    if any(f"{STANCE}{each.stance}" not in known for each in verdicts):
        yield "verdict", (weights.VERDICT, "statement")
    elif is_at_top and any(_is_of_other(each, known) for each in verdicts):
        yield "verdict", (weights.OTHER_VERDICT, "statement")


def _is_of_other(verdict: Claim, known: Collection[str]) -> bool:
    """Return whether none of those with the stance of *verdict* shares a word with who takes it now."""
    words = [*verdict_words(verdict)] if verdict.source in SPEAKING else []
    return bool(words) and not any(f"{STANCE}{each}" in known for each in words)


def rejection_signs(
    sentence: Sentence, known: Collection[str], lang: DevelopmentWords, *, is_said: bool
) -> Iterator[tuple[str, Sign]]:
    """Yield whether a source calls something wrong, if none did, or the sentence takes back what was told."""
    texts = [word.text for word in sentence.words]
    if lang.ends_of_corrections.isdisjoint(texts):
        return
    words = {*texts, *map(" ".join, pairwise(texts))}
    if is_said and f"{STANCE}denied" not in known and not lang.rejections.isdisjoint(words):
        yield "verdict", (weights.VERDICT, "statement")
    elif not lang.corrections.isdisjoint(words):
        yield "correction", (weights.CORRECTION, "statement")


def day_signs(sentence: Sentence, known: Collection[str], appeared: date) -> Iterator[tuple[str, Sign]]:
    """Yield which days, months and years of *sentence* are new, in an article that *appeared* on a day."""
    days = sentence.days
    # Another article may tell the year of a date only once.
    dates = {fact.removeprefix(DATE)[MONTH_PLACE:] for fact in known if fact.startswith(DATE)} if days.dates else set[str]()
    if new := [day for day in days.dates if day[MONTH_PLACE:] not in dates]:
        yield "date", (weights.DATE_TO_COME if max(new) > appeared.isoformat() else weights.DATE_NAMED, "date")
    is_new_month = any(f"{MONTH}{each}" not in known and each >= month_of(appeared.isoformat()) for each in days.months)
    if is_new_month or any(year > appeared.year + 1 and f"{YEAR}{year}" not in known for year in sentence.years):
        yield "month", (weights.MONTH_NAMED, "date")
    if any(not any(f"{DATE}{day}" in known for day in each) for each in days.weekdays):
        yield "weekday", (weights.DAY_NAMED, "date")

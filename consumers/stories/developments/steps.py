"""The steps that a sentence tells, such as an approval or an arrest, and whether they are taken. Pure."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from consumers.stories.developments.sentence_words import Word
from monitor.text.languages import DevelopmentWords
from monitor.text.languages.developments import matches

MAX_GAP = 2
"""The most words between those of a phrase: turned the offer down."""
LOOK_BACK, LOOK_BACK_PLANNED = 4, 3
"""The words before a step that may say that it is denied, was taken earlier, or is only planned."""

Mode = Literal["done", "spoken", "planned", "denied", "earlier"]
"""done: a verb tells the step; spoken: it is spoken of; earlier: it was taken before what the article tells."""


class Steps(NamedTuple):
    """The steps that one word may tell, and their mode."""

    names: frozenset[str]
    mode: Mode


def find_steps(words: Sequence[Word], lang: DevelopmentWords) -> Iterator[Steps]:
    """Yield the steps of each word that begins one. A name is none, unless all nouns have capitals."""
    for place, word in enumerate(words):
        if place and word.is_capitalised and not lang.capitalises_nouns:
            continue
        names = frozenset(name for name, following in lang.steps_of(word.text) if _follow(words, place + 1, following))
        if names:
            yield Steps(names, _mode(words, place, lang))


def _follow(words: Sequence[Word], at: int, patterns: Sequence[str]) -> bool:
    """Return whether words that match *patterns* follow from *at* on, with at most MAX_GAP others before each."""
    for pattern in patterns:
        found = next(
            (each for each in range(at, min(at + MAX_GAP + 1, len(words))) if matches(words[each].text, pattern)), None
        )
        if found is None:
            return False
        at = found + 1
    return True


def _mode(words: Sequence[Word], place: int, lang: DevelopmentWords) -> Mode:
    before = words[max(0, place - LOOK_BACK) : place]
    texts = {word.text for word in before}
    if not lang.earlier.isdisjoint(texts):
        return "earlier"
    if not lang.not_done.isdisjoint(texts) or any(word.is_contracted_not for word in before):
        return "denied"
    near = {word.text for word in before[-LOOK_BACK_PLANNED:]}
    if not lang.planned.isdisjoint(near):
        return "planned"
    word = words[place].text
    is_done = word in lang.done or word.endswith(lang.done_endings) or not lang.done_after.isdisjoint(near)
    return "done" if is_done else "spoken"


DECISIONS = frozenset(("approve", "reject", "ban", "lift", "rule", "convict", "acquit", "appoint", "dismiss", "charge"))
"""The steps that are decisions."""
DECISIVE = DECISIONS | frozenset(
    (
        *(
            "agree",
            "begin",
            "end",
            "cancel",
            "delay",
            "reopen",
            "resign",
            "win",
            "lose",
            "deny",
            "admit",
            "apologise",
            "recall",
        ),
        *(
            "recall",
            "die",
            "find",
            "rescue",
            "arrest",
            "release",
            "launch",
            "land",
            "destroy",
            "bankrupt",
            "spare",
            "control",
            "crash",
        ),
        *("attack",),
    )
)
"""The steps that change a story. Others, such as talks or a rise, are told in too many ways."""

"""The steps that a sentence tells, such as an approval or an arrest, and whether they are taken. Pure."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from consumers.stories.developments.sentence_words import May, Word
from monitor.text.languages import DevelopmentWords
from monitor.text.languages.developments import Phrase, matches

MAX_GAP = 2
"""The most words between those of a phrase: turned the offer down."""
ANY = "*"
"""A pattern that any word matches."""
LOOK_BACK, LOOK_BACK_PLANNED = 4, 3
"""The words before a step that may say that it is denied, was taken earlier, or is only planned."""
DECISIONS = frozenset({
    "approve", "reject", "ban", "lift", "rule", "convict", "sentence", "acquit", "appoint", "dismiss", "charge", "impose",
    "pardon", "extradite", "sign",
})  # fmt: skip
"""The steps that are decisions."""
DECISIVE = DECISIONS | {
    "agree", "begin", "end", "cancel", "delay", "reopen", "resign", "win", "lose", "deny", "admit", "apologise", "recall",
    "die", "find", "rescue", "arrest", "release", "launch", "land", "destroy", "bankrupt", "spare", "control", "crash",
    "cause", "attack", "abduct", "plead", "repair", "arrive", "depart", "submit", "return", "flee", "evacuate", "capture",
    "retreat", "declare", "steal", "erupt", "infect", "quarantine",
}  # fmt: skip
"""The steps that change a story. Others, such as talks or a rise, are told in too many ways."""
ARREST = "arrest"
DEATH = "die"
"""The step of which a number is news without a verb of an event: that brings the number of dead to 14."""
TOLLS = frozenset({DEATH, "hurt", "missing", ARREST, "rescue"})
"""The steps that are told with the number of those whom they befell."""
COURSE = frozenset({"begin", "end"})
"""The steps that anything takes. On the day of the earlier articles they say little."""
Mode = Literal["done", "spoken", "vague", "planned", "denied", "earlier"]
"""done: a verb tells the step; spoken: it is spoken of; vague: the words may mean something else; earlier: it was taken before
what the article tells."""


class Steps(NamedTuple):
    """The steps that one word may tell, those of them that it surely tells, and their mode."""

    names: frozenset[str]
    firm: frozenset[str]
    mode: Mode


def find_steps(words: Sequence[Word], lang: DevelopmentWords, *, is_title: bool) -> Iterator[Steps]:
    """Yield the steps of each word that begins one. A name is none, unless all nouns have capitals."""
    done = May.DONE | May.DONE_IN_TITLE if is_title else May.DONE
    for place, word in [(place, word) for place, word in enumerate(words) if word.may & May.STEP]:
        if place and word.may & May.CAPITAL and not lang.capitalises_nouns:
            continue
        names, firm = word.steps, word.firm_steps
        if word.phrases and (found := _phrases(words, place)):
            names = frozenset(name for name, _, _ in found)
            firm = frozenset(name for name, _, is_vague in found if not is_vague)
        if names:
            # After an article it is an adjective: a grown male.
            is_adjective = place > 0 and words[place - 1].may & May.ARTICLE and word.may & May.DONE
            yield Steps(names, firm, _mode(words, place, done) if firm and not is_adjective else "vague")


def _phrases(words: Sequence[Word], place: int) -> list[Phrase]:
    """Return the phrases that begin at *place*, the longest only: "ruled out" is no ruling."""
    # Few phrases go on, so most are passed over by the first letter of their next word.
    initials = [ANY, *[word.text[0] for word in words[place + 1 : place + MAX_GAP + 2]]]
    if words[place].initials.isdisjoint(initials):
        return []
    found = list[Phrase]()
    for phrase in words[place].phrases:
        following = phrase[1]
        if following[0][0] not in initials:
            continue
        if found and len(following) < len(found[0][1]):
            break
        if _follow(words, place + 1, following):
            found.append(phrase)
    return found


def _follow(words: Sequence[Word], at: int, patterns: Sequence[str]) -> bool:
    """Return whether words that match *patterns* follow from *at* on, with at most MAX_GAP others before each."""
    for pattern in patterns:
        for each in range(at, min(at + MAX_GAP + 1, len(words))):
            if matches(words[each].text, pattern):
                at = each + 1
                break
        else:
            return False
    return True


def _mode(words: Sequence[Word], place: int, done: int) -> Mode:
    """Return whether the step at *place* is taken. *done* are the bits of a word that tells it as taken."""
    before = near = 0
    for at in range(max(0, place - LOOK_BACK), place):
        before |= words[at].may
        if at >= place - LOOK_BACK_PLANNED:
            near |= words[at].may
    if before & May.EARLIER:
        return "earlier"
    if before & May.NOT_DONE:
        return "denied"
    if near & May.PLANNED:
        return "planned"
    return "done" if words[place].may & done or near & May.DONE_AFTER else "spoken"

"""The steps of a sentence that its story does not know as taken, and their weights. Pure."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from consumers.stories.developments import weights
from consumers.stories.developments.facts import Sentence
from consumers.stories.developments.known import DONE, STEP, KnownFacts
from consumers.stories.developments.steps import ARREST, COURSE, DECISIONS, DECISIVE, Steps
from consumers.stories.developments.weights import Sign
from monitor.messages import DevelopmentKind


class KnownSteps(NamedTuple):
    """The steps that a story has *heard* of, and those that are *taken*.

    *main* are the new ones that title and first sentence of an article tell as taken. *is_later* is set on a later day.
    """

    heard: frozenset[str]
    taken: frozenset[str]
    main: frozenset[str]
    is_later: bool

    def signs(self, sentence: Sentence, *, is_at_top: bool) -> Iterator[tuple[str, Sign]]:
        """Yield what is new in the steps of *sentence*: each sign with its name."""
        for steps in sentence.steps:
            is_heard = not self.heard.isdisjoint(steps.names)
            if is_heard and (steps.mode != "done" or steps.firm.isdisjoint(DECISIVE)):
                continue
            kind: DevelopmentKind = "step" if steps.firm.isdisjoint(DECISIONS) else "decision"
            if not is_heard and steps.mode in {"done", "spoken"}:
                yield "step", (weights.OTHER_STEP, kind)
            elif not is_heard and steps.mode in {"planned", "denied"}:
                yield "planned", (weights.PLANNED_STEP, kind)
            if steps.firm.isdisjoint(DECISIVE) or (steps.firm <= COURSE and not self.is_later):
                continue
            if steps.mode == "done" and self.taken.isdisjoint(steps.names):
                yield "taken", (self._taken_at_top(steps) if is_at_top else self._taken_below(steps), kind)
                if not is_heard:
                    yield "unheard", (weights.UNHEARD_AT_TOP if is_at_top else weights.UNHEARD_BELOW, kind)
            elif steps.mode == "spoken" and not is_heard and is_at_top:
                yield "unheard", (weights.UNHEARD_AT_TOP, kind)

    def _taken_at_top(self, steps: Steps) -> float:
        """Return the weight of a step that the title or the first sentence tells as taken."""
        is_main = not self.main.isdisjoint(steps.firm)
        is_decided = self.is_later and not steps.firm.isdisjoint(DECISIONS)
        return weights.TAKEN_AT_TOP + weights.IN_TITLE_TOO * is_main + weights.DECIDED * is_decided

    def _taken_below(self, steps: Steps) -> float:
        """Return the weight of a step that a sentence below the first one tells as taken."""
        is_arrest = steps.firm == {ARREST} and self.heard.isdisjoint(steps.names)
        return weights.TAKEN_BELOW + weights.ARREST_BELOW * is_arrest


def known_steps(known: KnownFacts, top: Sequence[Sentence], *, is_later: bool) -> KnownSteps:
    """Return the steps of a story with the facts *known*, to compare those of an article with the sentences *top* first."""
    heard, taken = known.names(STEP), known.names(DONE)
    new = [
        frozenset(
            name
            for steps in sentence.steps
            if steps.mode in {"done", "spoken"} and (taken if steps.mode == "done" else heard).isdisjoint(steps.names)
            for name in steps.firm & DECISIVE
        )
        for sentence in top
    ]
    return KnownSteps(heard, taken, new[0] & new[1] if len(new) > 1 else frozenset(), is_later)

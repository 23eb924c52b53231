"""Why a watch matched a document that does not name its subject, or did not match one that does: by rule."""

from collections.abc import Mapping

from consumers.alerts.matching.document import Document, TokenRange
from consumers.alerts.matching.resolve import phrase_terms
from evals.alerts_gold.gold import Gold
from monitor.text.tokens import tokens

STEM = 4
"""Words that share so many letters are taken for forms of one another."""


class Causes:
    """The causes of the errors of watches that look for *used*, by subject."""

    def __init__(self, gold: Gold, used: Mapping[str, tuple[str, ...]]) -> None:
        self.gold, self.used = gold, used
        self.docs = {subject.name: subject.docs for subject in gold.subjects}
        self.forms = {subject.name: subject.forms for subject in gold.subjects}
        self.longest = max(map(len, gold.uses), default=1)

    def false_alert(self, subject: str, doc: str) -> str:
        """Why the watch on *subject* matched *doc*."""
        reading = self.gold.readings[doc]
        there = {place: form for form in self.used[subject] for place in _places(reading, form)}
        if not there:
            return "by another name of the same"
        if all(self._inside(reading, place) for place in there):
            return "inside a longer name"
        if not any(reading.excerpt(place).words in {form, form.upper()} for place, form in there.items()):
            return "written otherwise than listed"
        others = {other for form in there.values() for other in self.gold.uses.get(tokens(form), ()) if other != subject}
        if any(doc in self.docs[other] for other in others):
            return "another subject of that name"
        return "named, and linked to no subject"

    def missed(self, subject: str, doc: str) -> str:
        """Why the watch on *subject* did not match *doc*."""
        reading, used = self.gold.readings[doc], self.used[subject]
        if not used:
            return "no word to look for"
        there = [form for form in self.forms[subject] if _places(reading, form)]
        if not there:
            return "form not listed"
        if not set(there).isdisjoint(used):
            return "there, but in other letters or not recognised as a name"
        stems = {word[:STEM] for form in used for word in tokens(form) if len(word) >= STEM}
        alike = any(word[:STEM] in stems for form in there for word in tokens(form))
        return "inflected, or shortened, otherwise than looked for" if alike else "form not looked for"

    def _inside(self, reading: Document, place: TokenRange) -> bool:
        """Whether *place* lies within a longer one of a form that is listed."""
        start, end = place
        row = reading.tokens
        return any(
            row[first:last] in self.gold.uses
            for first in range(max(0, end - self.longest), start + 1)
            for last in range(end, min(len(row), first + self.longest) + 1)
            if last - first > end - start
        )


def _places(reading: Document, form: str) -> list[TokenRange]:
    return [place for key in phrase_terms(form) for place in reading.positions(key)]

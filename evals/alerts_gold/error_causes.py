"""Rules that determine the cause of a false alert or of a missed document."""

from collections.abc import Mapping

from consumers.alerts.matching.document import Document
from consumers.alerts.matching.resolve import phrase_term
from consumers.alerts.matching.word_graph import TokenRange
from evals.alerts_gold.dataset import Dataset
from monitor.text.tokens import tokens

STEM_LENGTH = 4
"""Words with the same first STEM_LENGTH letters count as forms of one word."""


class ErrorCauses:
    """Determines the causes of errors of watches. *searched* has the forms that each watch searches for, by subject id."""

    def __init__(self, data: Dataset, searched: Mapping[str, tuple[str, ...]]) -> None:
        self.data, self.searched = data, searched
        self.subjects = {subject.id: subject for subject in data.subjects}
        self.longest = max(map(len, data.uses), default=1)

    def false_alert(self, subject: str, document_id: str) -> str:
        """Return why the watch on *subject* matched a document that does not name the subject."""
        document = self.data.documents[document_id]
        matches = {position: form for form in self.searched[subject] for position in _positions(document, form)}
        if not matches:
            return "matched through another name of the same entity"
        if all(self._is_inside_longer_form(document, position) for position in matches):
            return "inside a longer name"
        if not any(document.excerpt(position).words in {form, form.upper()} for position, form in matches.items()):
            return "written differently from the listed form"
        others = {other for form in matches.values() for other in self.data.uses.get(tokens(form), ()) if other != subject}
        if any(document_id in self.subjects[other].documents for other in others):
            return "names another subject"
        return "name not linked to any subject"

    def missed(self, subject: str, document_id: str) -> str:
        """Return why the watch on *subject* did not match a document that names the subject."""
        document, searched = self.data.documents[document_id], self.searched[subject]
        if not searched:
            return "no searchable words"
        present = [form for form in self.subjects[subject].forms if _positions(document, form)]
        if not present:
            return "form not listed"
        if not set(present).isdisjoint(searched):
            return "present, but written differently or not recognised as a name"
        stems = {word[:STEM_LENGTH] for form in searched for word in tokens(form) if len(word) >= STEM_LENGTH}
        is_related = any(word[:STEM_LENGTH] in stems for form in present for word in tokens(form))
        return "inflected or shortened form not searched for" if is_related else "form not searched for"

    def _is_inside_longer_form(self, document: Document, position: TokenRange) -> bool:
        """Return whether *position* is within a longer run of words that is itself a listed form."""
        start, end = position
        words = document.tokens
        return any(
            words[first:last] in self.data.uses
            for first in range(max(0, end - self.longest), start + 1)
            for last in range(end, min(len(words), first + self.longest) + 1)
            if last - first > end - start
        )


def _positions(document: Document, form: str) -> list[TokenRange]:
    return document.term_positions(phrase_term("phrase", form))

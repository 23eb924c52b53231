"""Whether a noun can be the subject of a verb by its case, in Slavic languages: Путину сообщил is not said by Путин.

A dictionary of the language tells, if it is installed (monitor.text.languages.lemmas), else the endings of words do.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.text.languages.attribution import Case, WordClass, words
from monitor.text.languages.lemmas import Gender, nominatives

MAX_ACRONYM = 5
"""The most letters of an acronym, which has no cases."""


def decline(noun: str, endings: Iterable[tuple[str, int, str]]) -> Iterator[str]:
    """Yield the forms of *noun*, of those of *endings* with the first ending that fits.

    Each has the ending of a nominative, the letters of it that change, and what takes their place in each case.
    """
    for ending, length, forms in endings:
        if noun.endswith(ending):
            stem = noun[: len(noun) - length]
            yield noun
            yield from (stem + form for form in forms.split())
            return


def word_classes(
    texts: Mapping[WordClass, str],
    nouns: Mapping[WordClass, str],
    indeclinable: Collection[str],
    cases: Callable[[str], Iterable[str]],
) -> dict[WordClass, frozenset[str]]:
    """Return the words by class: those of *texts*, and *nouns* in all *cases*, or as they are if they are *indeclinable*."""
    classes = {name: words(text) for name, text in texts.items()}
    for name, text in nouns.items():
        forms = ((noun,) if noun in indeclinable else cases(noun) for noun in text.split())
        classes[name] = frozenset(form for each in forms for form in each)
    return classes


@dataclass(frozen=True, slots=True)
class Cases:
    """How a language shows the case of a noun; a call is a JudgeCase.

    *code* is that of the dictionary. Without one, words that match *oblique* are no nominatives. Those that match *feminine*
    are nominatives of the feminine or other cases of the masculine. *masculine_verb* and *feminine_verb* match past forms.
    In the plural (*plural_verb*) a subject is a plural, or somebody together with somebody else (*together*: с).
    """

    code: str
    oblique: re.Pattern[str]
    feminine: re.Pattern[str]
    masculine_verb: re.Pattern[str]
    feminine_verb: re.Pattern[str]
    plural_verb: re.Pattern[str]
    together: frozenset[str]

    def __call__(self, words: Sequence[str], head: int, verb: str) -> Case:
        """Return whether the noun group of *words* can be the subject of *verb*."""
        found = self._judge(words[head], verb)
        if found == "subject" and self.plural_verb.search(verb) and not self.together.intersection(words):
            return self._judge_plural(words[head])
        if found != "unclear":
            return found
        # "Дмитро Кулеба": the given name tells the case of the surname.
        before = words[head - 1] if head else ""
        return self._judge(before, verb) if before[:1].isupper() else found

    def _judge(self, word: str, verb: str) -> Case:
        find = nominatives(self.code)
        if (word.isupper() and len(word) <= MAX_ACRONYM) or not word.isalpha():
            return "subject"
        genders = find(word) if find else self._guess(word.lower())
        if not genders:
            return "other"
        if self.masculine_verb.search(verb):
            return "subject" if genders & {"masculine", "any"} else "unclear"
        if self.feminine_verb.search(verb):
            # A woman may be called by a masculine noun: министр заявила.
            return "subject" if genders & {"masculine", "feminine", "any"} else "unclear"
        # Without a dictionary and a verb, Putina may be either.
        return "unclear" if genders == {"feminine"} and not (find or verb) else "subject"

    def _judge_plural(self, word: str) -> Case:
        find = nominatives(self.code)
        is_known = find and word.isalpha() and not word.isupper()
        return "other" if find and is_known and not find(word) & {"plural", "any"} else "subject"

    def _guess(self, word: str) -> frozenset[Gender]:
        """Return the genders in which *word* is a nominative, by its ending."""
        if self.oblique.search(word):
            return frozenset()
        return frozenset({"feminine"}) if self.feminine.search(word) else frozenset({"any"})

"""What is known of the words of a language: the lists of its pack, and its dictionary of forms if it has one."""

from collections.abc import Callable
from dataclasses import dataclass

from consumers.entities.name_rules.words import Word
from monitor.text import gazetteer
from monitor.text.languages import LanguagePack
from monitor.text.languages.name_cues import NameCues, name_list
from monitor.text.languages.word_kinds import Entry, WordKind, dictionary
from monitor.text.tokens import tokens


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of a language. *places* has each name of a place by its folded words, and whether it is another word too."""

    cues: NameCues
    stopwords: frozenset[str]
    roles: frozenset[str]
    given_names: frozenset[str]
    places: dict[tuple[str, ...], bool]
    look_up: Callable[[Word], Entry]

    def kinds(self, word: Word) -> frozenset[WordKind]:
        """Return what the dictionary says that *word* may be."""
        return self.look_up(word).kinds

    def forms(self, word: Word) -> tuple[str, ...]:
        """Return the folded dictionary forms of *word*, and the word itself."""
        return self.look_up(word).forms

    def is_given(self, word: Word) -> bool:
        """Return whether *word* is a known given name, or one with a hyphen that begins with one."""
        if not word.is_capital or word.is_acronym or word.key in self.cues.office_bodies:
            return False
        known = (word.key, word.key.partition("-")[0], *self.forms(word))
        return "given" in self.kinds(word) or not self.given_names.isdisjoint(known)

    def is_place(self, word: Word) -> bool:
        """Return whether *word* is the name of a known place, and is not also another word."""
        return any(
            self.places.get((form,)) is False or gazetteer.resolve(form, "place") for form in {word.key, *self.forms(word)}
        )

    def is_definite(self, word: Word) -> bool:
        """Return whether *word* has the article as its prefix."""
        return bool(self.cues.article) and word.key.startswith(self.cues.article) and len(word.key) > len(self.cues.article) + 1

    def is_role(self, word: Word) -> bool:
        """Return whether *word* says who somebody is, such as minister."""
        return not self.roles.isdisjoint((word.key, word.last_part, *self.forms(word)))

    def is_head(self, word: Word) -> bool:
        """Return whether *word* says that a name is an organisation's, such as ministry."""
        forms = (word.last_part, *self.forms(word))
        return not self.cues.heads.isdisjoint(forms) or (
            bool(self.cues.head_endings) and word.key.endswith(self.cues.head_endings)
        )

    def is_body(self, word: Word) -> bool:
        """Return whether *word* is an organisation by itself, such as Bundestag."""
        if not word.is_capital:
            return False
        endings = self.cues.body_endings
        return not self.cues.bodies.isdisjoint((word.key, *self.forms(word))) or (bool(endings) and word.key.endswith(endings))

    def is_listed(self, word: Word, kind: str) -> bool:
        """Return whether *word* is in the set of the cues with the name *kind*."""
        listed: frozenset[str] = getattr(self.cues, kind)
        return not listed.isdisjoint((word.key, *self.forms(word)))


def lexicon(language: LanguagePack, cues: NameCues) -> Lexicon:
    """Return the words of *language* with its *cues*."""
    found = dictionary(language.code) if cues.needs_dictionary else None
    return Lexicon(
        cues,
        language.stopwords,
        # Offices have words such as the Dutch article, since they are of several words.
        (cues.roles | language.names.offices) - language.stopwords - cues.particles,
        frozenset(name for file in cues.given_names for name in name_list(file)),
        _places(cues),
        (lambda word: found(word.text)) if found else (lambda word: Entry(frozenset(), (word.key,))),
    )


def _places(cues: NameCues) -> dict[tuple[str, ...], bool]:
    listed = name_list(cues.places) if cues.places else ()
    return {tokens(name.rstrip("?")): name.endswith("?") for name in listed} | {
        tokens(name): False for name in cues.more_places
    }

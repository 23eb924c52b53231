"""The interface of a language: LanguagePack and its parts. All of them are data; the services contain the algorithms.

Words are folded (monitor.text.tokens) unless a field says otherwise. Patterns are applied to the text as written. Every
part has a default, so a small pack works: a pack with stopwords alone improves stories and changes nothing else.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Literal

from monitor.text.languages.attribution import AttributionRules
from monitor.text.languages.calendar import NO_CALENDAR, CalendarWords
from monitor.text.languages.developments import NO_WORDS, DevelopmentWords
from monitor.text.languages.name_cues import NameCues
from monitor.text.languages.not_news import NotNewsRules
from monitor.text.languages.origins import OriginWords
from monitor.text.languages.patterns import NOTHING
from monitor.text.languages.roles import RoleRules

PUNCTUATION_AT_END = re.compile(r"[\s.,;:!?\"”)\]-]+$")
CAPITALISED_WORD = re.compile(r"\b[A-Z][\w-]+")
ABBREVIATION_IN_BRACKETS = re.compile(r"\s{0,4}\(([A-Z][A-Z.]{1,9})\)")


def word_list(package: str, file: str) -> frozenset[str]:
    """Return the words in a *file* of *package*, which are separated by white space."""
    return frozenset((files(package) / file).read_text(encoding="utf-8").split())


def topic_words(package: str) -> dict[str, str]:
    """Return the words for each top concept, by code, in the file topic_words.txt of *package*."""
    lines = (files(package) / "topic_words.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {f"medtop:{int(number):02}000000": words for number, words in rows}


def never_headline_case(title: str) -> bool:  # noqa: ARG001  (the signature of NameRules.is_headline_case)
    """Return False: the default, for a language that writes titles like any other sentence."""
    return False


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A package with the data of a model. A checksum verifies the data, and no code of the package runs.

    *folder* is the data folder in the package, *sha256* the checksum of its files (consumers.entities.ner.data_hash), and
    *requirement* what ``pip install`` takes to install it.
    """

    package: str
    folder: str
    sha256: str
    requirement: str


@dataclass(frozen=True, slots=True)
class NerModel:
    """The model that recognises names: its *files*, and the *library* that loads them.

    A model is optional: without its package, the language has the names of the gazetteer, and its articles say so. Models of
    monitor.text.ner_models come with newsmonitor. A model may take hundreds of megabytes, so it is loaded when the first
    article in the language comes. One that is *required* is loaded at the start instead, and its absence is a problem.
    *needs* names the packages that the model needs beside that of its files.
    """

    files: ModelFiles
    library: Literal["spacy", "slovnet", "lac", "sudachi", "mecab-ko"] = "spacy"
    required: bool = False
    needs: tuple[str, ...] = ()


def own_model(folder: str, sha256: str, *, required: bool = False) -> NerModel:
    """Return the model in a *folder* of monitor.text.ner_models; *sha256* is the checksum of its files."""
    return NerModel(ModelFiles("monitor.text.ner_models", folder, sha256, "newsmonitor"), required=required)


@dataclass(frozen=True, slots=True)
class SportRules:
    """How reports on sport are known, and where the name of a place stands for its team.

    *word* matches a word of sport, *score* a result, *football* a word of association football. *team_before* matches the text
    up to a team, *team_after* the text after one. *origin_before* and *origin_after* match what is around a place that someone
    or something is from (Germany's Anna Vale).
    """

    word: re.Pattern[str]
    score: re.Pattern[str]
    football: re.Pattern[str]
    team_before: re.Pattern[str]
    team_after: re.Pattern[str]
    origin_before: re.Pattern[str]
    origin_after: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Namesake:
    """One of the places of a name: the gazetteer's *entry*, and what shows that an article means it.

    These are other names of the article in one of *countries*, regions and towns in one of *regions_of*, and *words*. Without a
    match of *needs*, if there is one, nothing shows it.
    """

    entry: str
    words: re.Pattern[str]
    countries: frozenset[str] = frozenset()
    regions_of: frozenset[str] = frozenset()
    needs: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class SharedName:
    """The folded *words* of a name that several places have. *default* is the entry if nothing shows which, or None."""

    words: tuple[str, ...]
    default: str | None
    namesakes: tuple[Namesake, ...]


@dataclass(frozen=True, slots=True)
class NameRules:
    """How names are written.

    *titles* matches titles and articles at the start of a person's name, *articles* what is before the name of an organisation
    or a place (General Motors keeps its first word); if None, *titles* does. *endings* matches text at the end that is not part
    of the name, such as a genitive. *offices* are words, often capitalised, that stand before a surname but are no given names
    (President Vale). *family_names_first* are the family names that precede the given name.

    *event_noun* matches the last word of a name if that word makes it an event; *event_name* matches whole names of events in
    the text. *org_before* matches the text up to a name that means an organisation (the broadcaster YTN), and *org_noun* the
    last word of a name that means one. *capitalised_word* matches a word that may be a name by its capital. *abbreviation*
    matches an abbreviation after a name; group 1 is the abbreviation itself. *is_headline_case* returns whether a title
    capitalises most words, so that capitals are no sign of a name. *place_before* matches the text up to a name that means a
    place (in Jordan), *place_after* that after one, such as the date of a dateline. *has_homographs* is whether the name of a
    place in lower case is another word (a turkey), rather than an adjective of the place (la economía argentina), and
    *common_words* are words that are seldom names. *sport* tells teams from places; None if they are not told apart.
    *personal* matches the text after a name up to a pronoun that shows a person, and *aged* that after one up to an age.
    *shared_names* are those of several places.
    """

    titles: re.Pattern[str] = NOTHING
    articles: re.Pattern[str] | None = None
    endings: re.Pattern[str] = PUNCTUATION_AT_END
    offices: frozenset[str] = frozenset()
    family_names_first: frozenset[str] = frozenset()
    event_noun: re.Pattern[str] = NOTHING
    event_name: re.Pattern[str] = NOTHING
    org_before: re.Pattern[str] = NOTHING
    org_noun: re.Pattern[str] = NOTHING
    capitalised_word: re.Pattern[str] = CAPITALISED_WORD
    abbreviation: re.Pattern[str] = ABBREVIATION_IN_BRACKETS
    is_headline_case: Callable[[str], bool] = never_headline_case
    place_before: re.Pattern[str] = NOTHING
    place_after: re.Pattern[str] = NOTHING
    has_homographs: bool = False
    common_words: frozenset[str] = frozenset()
    sport: SportRules | None = None
    personal: re.Pattern[str] = NOTHING
    aged: re.Pattern[str] = NOTHING
    shared_names: tuple[SharedName, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicDescriptions:
    """The words by which articles are assigned to IPTC Media Topics.

    *top_concepts* describes each top concept, by code, in words that are usual in news about it. A concept without a
    description uses its name. *function_words* are words in the names of concepts that an article on the concept need not
    contain. *weights* is the file of monitor.text.data with the trained weights, which replace the descriptions. *cues* are
    the folded words and phrases that carry a narrower concept, by its code.

    *words* take the place of all these in a language whose words the vectors do not know: for each top concept, the words that
    carry it (consumers/topics/word_lists.py). With *joins_letters* the letters between two spaces are one word (Korean).
    """

    top_concepts: Mapping[str, str] = field(default_factory=dict)
    function_words: frozenset[str] = frozenset()
    weights: str | None = None
    cues: Mapping[str, Sequence[str]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    joins_letters: bool = False


@dataclass(frozen=True, slots=True)
class LanguagePack:
    """The data that the services have for one language. A part that is None turns off what depends on it.

    Names are found by *ner_model*, and by rules with *name_cues*; without both only names of the gazetteer are found. Without
    *attribution* there are no claims, and without *topics* there are no topics. *stopwords* are the words that do not help
    to tell stories apart. *news_words* are those that news of any kind has: articles that share only these and names are
    about two events. *correction* matches a title that marks its article as a correction, *correction_note* a note in the
    text that it was corrected. *calendar* names the days on which an event may be. *not_news* has the patterns of
    biographies, captions and the like; without it, all of a text counts as news. *roles* has the words for offices, by
    which persons are called; without it, only names tell who is meant. Without *origins*, sources are told apart by their
    names and all of their words. Without *developments*, only digits and names tell what an article adds to its story.
    """

    code: str
    stopwords: frozenset[str] = frozenset()
    news_words: frozenset[str] = frozenset()
    correction: re.Pattern[str] = NOTHING
    correction_note: re.Pattern[str] = NOTHING
    calendar: CalendarWords = NO_CALENDAR
    names: NameRules = NameRules()
    ner_model: NerModel | None = None
    name_cues: NameCues | None = None
    attribution: AttributionRules | None = None
    topics: TopicDescriptions | None = None
    not_news: NotNewsRules | None = None
    roles: RoleRules | None = None
    origins: OriginWords | None = None
    developments: DevelopmentWords = NO_WORDS

"""The interface of a language's words for developments: those of numbers, days and steps. All of it is data.

consumers/stories/developments contains the algorithm. Words are folded (monitor.text.tokens); a word that ends with *
stands for all that begin so. Every part has a default: without words, only digits and names tell what is new.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

from monitor.text.languages.calendar import NO_CALENDAR, CalendarWords

RATES: Mapping[str, float] = {
    "USD": 1.0, "EUR": 1.1, "GBP": 1.28, "CHF": 1.15, "JPY": 0.0067, "CNY": 0.14, "INR": 0.012, "SEK": 0.097, "NOK": 0.094,
    "DKK": 0.147, "PLN": 0.26, "RUB": 0.0115, "TRY": 0.03, "KRW": 0.00074,
    "CAD": 0.73, "AUD": 0.65, "SGD": 0.75, "CZK": 0.044, "BRL": 0.18, "MXN": 0.055, "ZAR": 0.055,
}  # fmt: skip
"""About how many dollars a currency is worth: enough to take a sum for one in another currency, not to convert it."""
MAX_CACHED = 32_768
"""The most words of a language whose steps are remembered."""
MAX_WORD = 40
"""The longest word that is looked up."""
NONE: frozenset[str] = frozenset()
Unit = tuple[str, float]
"""What a unit measures, such as "m" for lengths or "$EUR" for euros, and how many of the base unit it is."""
Phrase = tuple[str, tuple[str, ...], bool]
"""A step, the words that must follow the first one ("down" after "stepped"), and whether they may mean something else."""


def words(text: str) -> frozenset[str]:
    """Return the words of *text*."""
    return frozenset(text.split())


def counted(text: str, first: int = 0, step: float = 1.0) -> dict[str, float]:
    """Return the words of *text*, each with its number: *first*, and one more for each, times *step*."""
    return {word: step * value for value, word in enumerate(text.split(), first)}


def step_words(package: str) -> dict[str, str]:
    """Return the words of each step in the file steps.txt of *package*."""
    lines = (files(package) / "steps.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if not line.startswith("#"))


def units(table: Mapping[str, Mapping[float, str]]) -> dict[str, Unit]:
    """Return the units by their words. *table* has, for what is measured, the words of each factor."""
    return {word: (kind, factor) for kind, rows in table.items() for factor, text in rows.items() for word in text.split()}


@dataclass(frozen=True, slots=True, eq=False)
class DevelopmentWords:
    """The words of a language that tell facts.

    - *numbers* are the spelled-out numbers, *multipliers* those that multiply the one before (million), and *joins* the words
      between two parts of a number (and), *out_of* those between a part and the whole (in). *fractions*
      have a share (half), *ordinals* the place in a row (fourth).
    - *ranges* are the words between two numbers of one unit (to).
    - *articles* may stand for one before a unit (a week).
    - *units* are those of measures, of money and of time, *other_units* what some of them may be too: pounds are a weight, and
      gallons are of two sizes. *between* may stand before a unit (square). *decimal* is the sign before the decimals of a
      number, *negative* are the words before one below zero, and *frost* those after it.
    - *about* are the words before a number that is rounded either way, *above* those before one that is rounded down (over),
      and *below* those before one that is rounded up (nearly).
    - *distance* are the words beside a time that is counted from another (ago, within), *ages* those beside an age (old), and
      *clock* those beside the time of day (pm), which *day_parts* tell too (at 7 in the morning), and *hour_cues* before it
      (at seven), unless one of *levels* is before them (stands at seven). *before_hours* stand between minutes and an hour
      (ten past seven), and *before_minutes* between an hour and minutes (9 Uhr 20). *peoples* are adjectives that are written
      like names (French), and names of people (Dane).
    - *calendar* names the days.
    - *steps* are the words and phrases of each step, separated by commas: "resign*, step* down, leave?". What ends with a
      question mark has other meanings: it shows that the step is spoken of, and never that it is new.
    - *planned* are the words before a step that is not taken yet (will), *able* those of them that tell what is always so, too
      (can), *earlier* those before one that was taken before what is told (had), and *not_done* those that deny it, as do words
      with one of *not_done_endings* (isn't). A step is told as done by a verb with one of *done_endings*, one of the words
      *done*, one of *preterites* in lower case, or one of *done_after* before it,
      and in a title by one of *done_in_titles* (wins); else it is only spoken of.
    - *analysts* are those whose opinion is no fact, *self* the words of an author who gives his own, and *address* those by
      which an author speaks to the readers (you).
    - *background* are the words of what has long been so (founded), *past* the words and pairs of words of a past year (last
      year) or of every one, and *ago* those near a number of years that are past. *bylines* begin the line that names the
      authors. *edits* tell that an article was published or changed, or who contributed, in a line without other words or
      beside one of the pairs of words *itself* (this article).
    - *place_cues* are the words directly before the name of a place (in), as is one of *genitive* after one of *place_nouns*
      (village of).
    - *listed* are the words for what a headline counts (five things), *explainers* those by which a headline begins that
      announces background (why), *columns* the labels of what its author thinks (opinion), and *moods* the words of one that
      announces how people take the news (fury). *opinions* are the verbs of who says what he thinks or feels (fears).
    - *labels* are the words before a number that counts nothing (phase 3), *rank_endings* those after one that is a rank or a
      decade (55th, 40s), *others* those after a count that leaves one out (36 other applicants), and *who* the pronouns before
      an age (who is 48). *each* stand before an ordinal that tells a share (every tenth), and *now* beside a
      number that has changed.
    - *rejections* are the words and pairs of words by which a source calls something wrong without denying it (an invention),
      and *corrections* those by which an article takes back what was told (misidentified, first reported).
    - *in_dates* may stand between the parts of a date (14th of February), and *years* are the pairs of words after a date for
      its year, with the years from that of the article (next year: 1).
    - *signs_first* says that the sign of a currency stands before the number ($7).
    - *capitalises_nouns* says that a capital is no sign of a name.
    """

    numbers: Mapping[str, float] = field(default_factory=dict)
    multipliers: Mapping[str, float] = field(default_factory=dict)
    joins: frozenset[str] = NONE
    out_of: frozenset[str] = NONE
    fractions: Mapping[str, float] = field(default_factory=dict)
    ordinals: Mapping[str, float] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    other_units: Mapping[str, Unit] = field(default_factory=dict)
    between: frozenset[str] = NONE
    articles: frozenset[str] = NONE
    decimal: str = "."
    negative: frozenset[str] = NONE
    frost: frozenset[str] = NONE
    about: frozenset[str] = NONE
    above: frozenset[str] = NONE
    below: frozenset[str] = NONE
    distance: frozenset[str] = NONE
    ages: frozenset[str] = NONE
    peoples: frozenset[str] = NONE
    clock: frozenset[str] = NONE
    before_hours: frozenset[str] = NONE
    before_minutes: frozenset[str] = NONE
    levels: frozenset[str] = NONE
    day_parts: frozenset[str] = NONE
    hour_cues: frozenset[str] = NONE
    ranges: frozenset[str] = NONE
    calendar: CalendarWords = NO_CALENDAR
    steps: Mapping[str, str] = field(default_factory=dict)
    planned: frozenset[str] = NONE
    earlier: frozenset[str] = NONE
    not_done: frozenset[str] = NONE
    not_done_endings: tuple[str, ...] = ()
    done_after: frozenset[str] = NONE
    done_endings: tuple[str, ...] = ()
    done: frozenset[str] = NONE
    preterites: frozenset[str] = NONE
    done_in_titles: frozenset[str] = NONE
    analysts: frozenset[str] = NONE
    self: frozenset[str] = NONE
    address: frozenset[str] = NONE
    background: frozenset[str] = NONE
    past: frozenset[str] = NONE
    ago: frozenset[str] = NONE
    bylines: frozenset[str] = NONE
    edits: frozenset[str] = NONE
    itself: frozenset[str] = NONE
    place_cues: frozenset[str] = NONE
    place_nouns: frozenset[str] = NONE
    genitive: frozenset[str] = NONE
    listed: frozenset[str] = NONE
    able: frozenset[str] = NONE
    explainers: frozenset[str] = NONE
    columns: frozenset[str] = NONE
    moods: frozenset[str] = NONE
    opinions: frozenset[str] = NONE
    labels: frozenset[str] = NONE
    others: frozenset[str] = NONE
    rank_endings: frozenset[str] = NONE
    who: frozenset[str] = NONE
    each: frozenset[str] = NONE
    now: frozenset[str] = NONE
    rejections: frozenset[str] = NONE
    corrections: frozenset[str] = NONE
    in_dates: frozenset[str] = NONE
    years: Mapping[str, int] = field(default_factory=dict)
    signs_first: bool = False
    capitalises_nouns: bool = False
    steps_of: Callable[[str], tuple[Phrase, ...]] = field(init=False)
    first_of_units: frozenset[str] = field(init=False)
    rounding_pairs: frozenset[str] = field(init=False)
    ends_of_corrections: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Compile the steps, and list the words of units, rounding, rejections and corrections of two words by one of them."""
        pairs = (pair for pair in (*self.about, *self.above, *self.below) if " " in pair)
        object.__setattr__(self, "rounding_pairs", frozenset(pair.partition(" ")[0] for pair in pairs))
        object.__setattr__(self, "first_of_units", frozenset(unit.partition(" ")[0] for unit in self.units))
        ends = (words.rpartition(" ")[2] for words in (*self.rejections, *self.corrections))
        object.__setattr__(self, "ends_of_corrections", frozenset(ends))
        object.__setattr__(self, "steps_of", lru_cache(MAX_CACHED)(compile_steps(self.steps)))


def compile_steps(steps: Mapping[str, str]) -> Callable[[str], tuple[Phrase, ...]]:
    """Return a function that returns the steps that a word begins, each with what must follow."""
    exact, prefixes = dict[str, list[Phrase]](), dict[str, list[Phrase]]()
    for step, text in steps.items():
        for entry in text.split(","):
            first, *following = entry.rstrip("?").split()
            table = prefixes if first.endswith("*") else exact
            table.setdefault(first.rstrip("*"), []).append((step, tuple(following), entry.endswith("?")))
    lengths = sorted({len(prefix) for prefix in prefixes})

    def find(word: str) -> tuple[Phrase, ...]:
        found = [phrase for length in lengths for phrase in prefixes.get(word[:length], ())] + exact.get(word, [])
        # Of several entries the longest says whether the word is vague: rescue is not, rescuers are.
        return tuple({phrase[:2]: phrase for phrase in found}.values())

    return lambda word: find(word) if len(word) <= MAX_WORD else ()


def matches(word: str, pattern: str) -> bool:
    """Return whether *word* is *pattern*, or begins with what is before its *."""
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


def joined(*tables: Iterable[str]) -> frozenset[str]:
    """Return all words of *tables*."""
    return frozenset(word for table in tables for word in table)


NO_WORDS = DevelopmentWords()

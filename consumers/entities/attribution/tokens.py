"""The words and signs of a title or text, with the classes of the words, and the bounds of its sentences. Linear time."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from monitor.messages import Entity
from monitor.text.languages import CLASSES, AttributionRules, PhraseCue, Verb, WordClass

MAX_SENTENCE = 300
"""The most tokens of a sentence. A longer one is read in parts."""
MAX_WORD = 40
"""The most code points of a word that can have a class."""
ENDS = ".!?\n"
OPENING, CLOSING, STRAIGHT = "“«„‘", "”»’", "\"'"
BIT: Mapping[WordClass, int] = {name: 1 << number for number, name in enumerate(CLASSES)}
VERB, WORD, CAPITAL, OWNER = (1 << len(CLASSES) + number for number in range(4))
"""A cue of the verbs, any word, a word with a capital, and the owner in a genitive (Chile's)."""


OPENING_NAME, CLOSING_NAME = frozenset('«„“"'), frozenset('»“”"')
MAX_QUOTED_NAME = 6
"""The most tokens of a name in quotation marks, with the marks."""


def bits(*classes: WordClass) -> int:
    """Return the mask of *classes*."""
    return sum(BIT[name] for name in classes)


FUNCTION = bits(
    "be", "auxiliary", "modal", "determiner", "person_pronoun", "group_pronoun", "body_pronoun", "possessive", "break",
    "conjunction", "preposition",
)  # fmt: skip
"""Words that begin a sentence when they have a capital after an abbreviation."""

NAMED_KINDS = bits("outlet", "body")
"""What may be named in quotation marks."""
GRAMMAR = FUNCTION | bits("relative", "negation")
"""Words that a short acronym is not, though it has their letters: WHO, US."""
MAX_ACRONYM = 4
MAX_CACHED = 20_000
"""The most words whose classes are kept."""


class Lexicon:
    """The classes of words of a language, and its phrases, for lookup by word."""

    def __init__(self, rules: AttributionRules) -> None:
        """Merge the classes of *rules*."""
        self.rules = rules
        self.flags: dict[str, int] = dict.fromkeys(rules.verbs, VERB)
        for name, words in rules.words.items():
            for word in words:
                self.flags[word] = self.flags.get(word, 0) | BIT[name]
        self.phrases: dict[str, list[PhraseCue]] = {}
        for phrase in rules.phrases:
            for start in phrase.starts:
                self.phrases.setdefault(start, []).append(phrase)
        self._read: dict[str, tuple[str, int]] = {}
        self._capitals_count = rules.grammar.capitalises_nouns
        self.endings = tuple((ending, BIT[name]) for ending, name in rules.endings.items())

    def read(self, written: str) -> tuple[str, int]:
        """Return a word as it is compared, and its classes. *written* is the word or sign in the text."""
        if (known := self._read.get(written)) is not None:
            return known
        if not written[0].isalnum():
            return written, self.flags.get(written, 0)
        word, capital = written.lower().replace("’", "'"), written[0].isupper()
        kind = self._classify(word, capital=capital)
        if 1 < len(written) <= MAX_ACRONYM and written.isupper() and kind & GRAMMAR and written[-1].isalnum():
            kind = 0
        kind |= CAPITAL | WORD if capital else WORD
        if self.rules.owner.search(word):
            kind |= OWNER
        if len(self._read) >= MAX_CACHED:
            self._read.clear()
        if len(word) <= MAX_WORD:
            self._read[written] = word, kind
        return word, kind

    def _classify(self, word: str, *, capital: bool) -> int:
        """Return the classes of *word*, in lower case. *capital* is whether it is written with a capital."""
        if (known := self.flags.get(word)) is not None:
            return known
        if len(word) > MAX_WORD:
            return 0
        if self.rules.owner.search(word):
            return OWNER
        if capital and not self._capitals_count:
            return 0
        return next((bit for ending, bit in self.endings if word.endswith(ending) and len(word) > len(ending) + 2), 0)


@lru_cache(maxsize=32)
def lexicon(rules: AttributionRules) -> Lexicon:
    """Return the lexicon of *rules*."""
    return Lexicon(rules)


HYPHENS = "-‐‑"


class Mention(NamedTuple):
    """A mention of *entity*: its first and last token."""

    first: int
    last: int
    entity: Entity


@dataclass(slots=True)
class Tokens:
    """The tokens of a title or text, and what is known of each: its classes, whether it is quoted, and the entity it names."""

    field: Literal["title", "text"]
    text: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    flags: list[int]
    quoted: list[bool]
    mentions: dict[int, Mention]
    rules: AttributionRules

    def span_text(self, first: int, last: int) -> str:
        """Return the text from token *first* to token *last*, on one line."""
        return " ".join(self.text[self.starts[first] : self.ends[last]].split())

    def verb(self, index: int) -> Verb | None:
        """Return the verb at *index*."""
        return self.rules.verbs.get(self.words[index]) if self.flags[index] & VERB else None

    def index_at(self, offset: int) -> int:
        """Return the first token that starts at *offset* or after it."""
        return bisect_left(self.starts, offset)


def tokenize(field: Literal["title", "text"], text: str, entities: Sequence[Entity], rules: AttributionRules) -> Tokens:
    """Return the tokens of *text*, which names *entities*."""
    read = lexicon(rules).read
    matches = list(rules.token.finditer(text))
    written = [match.group() for match in matches]
    known = list(map(read, map(str.lower, written) if text.isupper() else written))
    if rules.grammar.inverts and (left := _around_names(known)):
        matches = [match for index, match in enumerate(matches) if index not in left]
        known = [each for index, each in enumerate(known) if index not in left]
    words, flags = [word for word, _ in known], [kind for _, kind in known]
    starts, ends = [match.start() for match in matches], [match.end() for match in matches]
    tokens = Tokens(field, text, words, starts, ends, flags, _quoted(text, words, starts), {}, rules)
    _mark_mentions(tokens, entities)
    return tokens


def _around_names(known: Sequence[tuple[str, int]]) -> set[int]:
    """Return the quotation marks around the names of outlets and bodies: газета «Маяк»."""
    found: set[int] = set()
    for index in range(1, len(known) - 2):
        if known[index][0] in OPENING_NAME and known[index - 1][1] & NAMED_KINDS and known[index + 1][1] & CAPITAL:
            after = range(index + 2, min(index + MAX_QUOTED_NAME, len(known)))
            end = next((each for each in after if known[each][0] in CLOSING_NAME), None)
            if end is not None:
                found |= {index, end}
    return found


def _quoted(text: str, words: Sequence[str], starts: Sequence[int]) -> list[bool]:
    """Return which tokens are in quotation marks. Quotations end with their line. The marks themselves are not in them."""
    result = [False] * len(words)
    double = single = -1
    for index, word in enumerate(words):
        if word == "\n":
            double = single = -1
        elif word in OPENING or word in CLOSING or word in STRAIGHT:
            before = text[starts[index] - 1] if starts[index] else " "
            opens = word in OPENING or (word in STRAIGHT and (before.isspace() or before in "([—–"))
            if word in "'‘’":
                if single >= 0 and word != "‘":
                    result[single + 1 : index] = [True] * (index - single - 1)
                    single = -1
                elif opens:
                    single = index
            elif double >= 0 and not (opens and word in OPENING):
                result[double + 1 : index] = [True] * (index - double - 1)
                double = -1
            elif opens or word in STRAIGHT:
                double = index
    return result


def _mark_mentions(tokens: Tokens, entities: Sequence[Entity]) -> None:
    """Mark the tokens of the mentions of *entities*, and further mentions of the same words."""
    names: dict[str, Entity] = {}
    owner = tokens.rules.owner
    for entity in entities:
        for span in entity.mentions:
            first, last = tokens.index_at(span.start), tokens.index_at(span.end) - 1
            if span.field == tokens.field and first <= last and not _is_part(tokens, span.end, last):
                _mark(tokens, Mention(first, last, entity))
                if first == last:
                    names.setdefault(tokens.words[first], entity)
    for index, word in enumerate(tokens.words):
        if tokens.flags[index] & CAPITAL and index not in tokens.mentions:
            name = owner.sub("", word) if tokens.flags[index] & OWNER else word
            if found := names.get(name):
                tokens.mentions[index] = Mention(index, index, found)


def _is_part(tokens: Tokens, end: int, last: int) -> bool:
    """Return whether token *last* goes on with a hyphen after a name that ends at *end*: the US-Präsident is not the US.

    The Siemens-Konzern is Siemens.
    """
    goes_on = tokens.ends[last] > end + 1 and tokens.text[end] in HYPHENS
    return goes_on and tokens.text[end + 1 : tokens.ends[last]].lower() not in tokens.rules.words.get("apposition", ())


def _mark(tokens: Tokens, mention: Mention) -> None:
    for index in range(mention.first, mention.last + 1):
        tokens.mentions.setdefault(index, mention)


def sentences(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """Yield the first and last token of each sentence; a sentence of more than MAX_SENTENCE tokens in parts."""
    start, count = 0, len(tokens.words)
    possible = [index for index, word in enumerate(tokens.words) if word[-1] in ENDS]
    for index in possible:
        if index >= start and (end := _sentence_end(tokens, index, count)) is not None:
            yield from _parts(start, end)
            start = end + 1
            while start < count and tokens.words[start] == "\n":
                start += 1
    yield from _parts(start, count - 1)


def _parts(first: int, last: int) -> Iterator[tuple[int, int]]:
    for start in range(first, last + 1, MAX_SENTENCE):
        yield start, min(start + MAX_SENTENCE - 1, last)


def _sentence_end(tokens: Tokens, index: int, count: int) -> int | None:
    """Return the last token of the sentence if it ends at the sign or word *index*, closing quotation marks included."""
    word = tokens.words[index]
    if word == "\n":
        return index - 1
    following = index + 1
    if word in ".!?":
        previous = tokens.words[index - 1] if index else ""
        if word == "." and (previous in tokens.rules.abbreviations or (len(previous) == 1 and previous.isalpha())):
            return None
        while following < count and tokens.words[following] in "”»’\"'" and tokens.quoted[index]:
            following += 1
        if following < count and tokens.flags[following] & WORD and not tokens.flags[following] & CAPITAL:
            return None if tokens.text[tokens.starts[following]].islower() else following - 1
        return following - 1
    if word[-1] == "." and following < count and tokens.flags[following] & CAPITAL and tokens.flags[following] & FUNCTION:
        return index
    return None

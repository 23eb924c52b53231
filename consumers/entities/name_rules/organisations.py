"""Names of organisations: by their legal form, by words such as ministry beside other words with a capital, and acronyms."""

from collections.abc import Iterator, Sequence

from consumers.entities.name_rules.lexicon import Lexicon
from consumers.entities.name_rules.persons import Range
from consumers.entities.name_rules.words import SPACES, Word, is_joined

MAX_BEFORE, MAX_AFTER = 5, 6
"""The most words of a name before and after the word that shows an organisation."""
MAX_QUOTED, MAX_ACRONYM = 8, 6
"""The most words of a name in quotation marks, and letters of an acronym."""
OPENING, CLOSING = frozenset("«\"„“”‘'"), frozenset("»\"”“’'")


def organisations(text: str, words: Sequence[Word], lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Yield the start and end of the names of organisations in *text*, whose *words* are given."""
    for number in range(len(words)):
        quoted = _quoted(text, words, number, lexicon)
        if quoted:
            yield quoted
        found = _with_form(words, number, lexicon) or _with_head(words, number, lexicon) or _alone(words, number, lexicon)
        if found:
            yield words[found[0]].start, words[found[1] - 1].end


def _quoted(text: str, words: Sequence[Word], number: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """Return the name in quotation marks after a legal form, with the form, or after another word of an organisation."""
    word = words[number]
    is_form = word.text in lexicon.cues.quoted_forms
    if number + 1 >= len(words) or not (is_form or lexicon.is_head(word)):
        return None
    gap = words[number + 1].gap
    if gap[:1] not in SPACES or gap[1:] not in OPENING:
        return None
    for last in range(number + 1, min(len(words), number + 1 + MAX_QUOTED)):
        after = text[words[last].end : words[last].end + 1]
        if after in CLOSING and after:
            return (word.start, words[last].end + 1) if is_form else (words[number + 1].start, words[last].end)
        if last > number + 1 and any(sign in CLOSING or sign == "\n" for sign in words[last].gap):
            return None
    return None


def _with_form(words: Sequence[Word], number: int, lexicon: Lexicon) -> Range | None:
    """Return the name that ends with a legal form, such as GmbH."""
    if words[number].text.rstrip(".") not in lexicon.cues.forms or not is_joined(words, number):
        return None
    first = number
    while first > max(0, number - MAX_BEFORE) and is_joined(words, first) and _is_part(words[first - 1], lexicon):
        first -= 1
    return (first, number + 1) if first < number else None


def _with_head(words: Sequence[Word], number: int, lexicon: Lexicon) -> Range | None:
    """Return the name around a word such as ministry, if other words of it have a capital or complete it."""
    word = words[number]
    if not lexicon.is_head(word):
        return None
    first = _first_before(words, number, lexicon)
    if not word.is_capital and not (first < number and "adjective" in lexicon.kinds(words[first])):
        return None
    end = _end_after(words, number, lexicon)
    if first == number and end == number + 1:
        return None
    is_name = first < number or not word.is_first or any(each.is_capital for each in words[number + 1 : end])
    return (first, end) if is_name else None


def _first_before(words: Sequence[Word], number: int, lexicon: Lexicon) -> int:
    first = before = number
    while before > max(0, number - MAX_BEFORE) and is_joined(words, before) and _is_part(words[before - 1], lexicon):
        before -= 1
        # An adjective may be in lower case (Київська міська рада), if it is not the first word of the name.
        first = before if words[before].is_capital else first
    # The first word of a sentence has its capital anyway.
    if first < number and words[first].is_first and not lexicon.kinds(words[first]) and words[first].key in lexicon.stopwords:
        first += 1
    return first


def _is_part(word: Word, lexicon: Lexicon) -> bool:
    if word.key in lexicon.stopwords or lexicon.is_role(word):
        return False
    kinds = lexicon.kinds(word)
    return "adjective" in kinds or (word.is_capital and (not kinds or word.is_acronym))


def _end_after(words: Sequence[Word], number: int, lexicon: Lexicon) -> int:
    """Return the end of the name with the head *number*: words with a capital, joined by links, or genitives."""
    end = last = number + 1
    while last < min(len(words), number + 1 + MAX_AFTER) and is_joined(words, last):
        word = words[last]
        if last == number + 1 and words[number].key in lexicon.cues.office_bodies and lexicon.is_given(word):
            break
        if word.key not in lexicon.stopwords and not lexicon.is_role(word) and _completes(words, end, last, lexicon):
            end = last + 1
        elif not _is_link(words, last, lexicon):
            break
        last += 1
    return end


def _is_link(words: Sequence[Word], number: int, lexicon: Lexicon) -> bool:
    """Return whether the word *number* may join two parts of a name. After "and the", another name begins."""
    key, cues = words[number].key.rstrip("'’"), lexicon.cues
    return key in cues.conjunctions or (key in cues.links and words[number - 1].key not in cues.conjunctions)


def _completes(words: Sequence[Word], end: int, number: int, lexicon: Lexicon) -> bool:
    """Return whether the word *number* goes on a name that ends before *end*: in a language of genitives, if it is one."""
    word, kinds = words[number], lexicon.kinds(words[number])
    if not kinds:
        return word.is_capital
    if lexicon.is_given(word) or "genitive" not in kinds:
        return False
    before = words[end - 1]
    return word.is_capital or not before.is_capital or "adjective" in lexicon.kinds(before) or lexicon.is_head(before)


def _alone(words: Sequence[Word], number: int, lexicon: Lexicon) -> Range | None:
    """Return an organisation by itself, or an acronym."""
    word = words[number]
    if lexicon.is_body(word):
        return number, number + 1
    if not word.is_acronym or len(word.text) > MAX_ACRONYM or not word.text.isalpha() or word.is_roman:
        return None
    if word.key in lexicon.cues.ordinary_acronyms or word.key in lexicon.stopwords:
        return None
    # Among other words in capitals, they are no sign of an acronym.
    beside = (words[each] for each in (number - 1, number + 1) if 0 <= each < len(words))
    return None if any(each.is_acronym for each in beside) else (number, number + 1)

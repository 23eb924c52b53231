"""Names of persons: after a known given name, an initial or a role, and the surnames of those alone."""

from collections.abc import Iterator, Sequence

from consumers.entities.name_rules.lexicon import Lexicon
from consumers.entities.name_rules.words import Word, is_joined

Range = tuple[int, int]
"""The number of the first word of a name, and that after its last one."""
MIN_CAPITALS = 4
"""The fewest letters of a surname in capitals."""
MAX_GIVEN, MAX_PARTICLES, MAX_AFTER_ROLE = 4, 3, 3
"""The most given names, particles (van der), and words of a name after a role."""


def persons(words: Sequence[Word], lexicon: Lexicon) -> Iterator[Range]:
    """Yield the names of persons among *words*: first those that something shows, then their surnames alone."""
    found: list[Range] = []
    number = 0
    while number < len(words):
        end = _person(words, number, lexicon)
        if end:
            found.append((number, end))
        number = end or number + 1
    yield from found
    taken = {each for start, end in found for each in range(start, end)}
    surnames = {words[end - 1].text for start, end in found if end - start > 1}
    for number, word in enumerate(words):
        if number not in taken and word.text in surnames and _may_be_surname(words, number, lexicon):
            yield number, number + 1


def _person(words: Sequence[Word], number: int, lexicon: Lexicon) -> int | None:
    """Return the end of the person's name that begins with the word *number*; None if there is none."""
    word = words[number]
    if not word.is_capital:
        return None
    return (
        _after_given(words, number, lexicon)
        or _surname_first(words, number, lexicon)
        or _after_role(words, number, lexicon)
        or _after_speech(words, number, lexicon)
        or _only_surname(words, number, lexicon)
    )


def _after_given(words: Sequence[Word], number: int, lexicon: Lexicon) -> int | None:
    """Return the end of a name that begins with given names or initials, and has a surname."""
    end = number
    while (
        end < min(len(words), number + MAX_GIVEN)
        and (end == number or is_joined(words, end))
        and (
            words[end].is_initial
            or lexicon.is_given(words[end])
            or (end > number and "patronymic" in lexicon.kinds(words[end]))
        )
    ):
        end += 1
    if end == number or (words[number].key in lexicon.stopwords and not words[number].is_initial):
        return None
    if words[number].is_initial and not (end < len(words) and words[number + 1].gap.startswith(".")):
        return None
    surname = _surname_end(words, end, lexicon)
    if surname:
        return surname
    return end if end - number > 1 and not words[end - 1].is_initial else None


def _surname_end(words: Sequence[Word], number: int, lexicon: Lexicon) -> int | None:
    """Return the end of the surname that begins with the word *number*, with its particles; None if it is no surname."""
    last = number
    while last < number + MAX_PARTICLES and is_joined(words, last) and words[last].key.rstrip("'’") in lexicon.cues.particles:
        last += 1
    if not (is_joined(words, last) and _may_be_surname(words, last, lexicon)):
        return None
    has_number = is_joined(words, last + 1) and words[last + 1].is_roman
    return last + 2 if has_number else last + 1


def _may_be_surname(words: Sequence[Word], number: int, lexicon: Lexicon) -> bool:
    word = words[number]
    if not word.is_capital or word.is_initial or (word.is_acronym and len(word.text) < MIN_CAPITALS):
        return False
    if word.key in lexicon.stopwords or lexicon.is_role(word) or lexicon.is_head(word) or lexicon.is_body(word):
        return False
    if "surname" not in lexicon.kinds(word) and lexicon.is_place(word):
        return False
    return not lexicon.is_listed(word, "place_ends") and not lexicon.is_listed(word, "forms")


def _surname_first(words: Sequence[Word], number: int, lexicon: Lexicon) -> int | None:
    """Return the end of a surname before a given name with its patronymic, or before initials (Шевченко Т. Г.)."""
    if "surname" not in lexicon.kinds(words[number]):
        return None
    end = number + 1
    while (
        end < min(len(words), number + MAX_GIVEN)
        and is_joined(words, end)
        and (words[end].is_initial or lexicon.is_given(words[end]) or "patronymic" in lexicon.kinds(words[end]))
    ):
        end += 1
    if end == number + 1:
        return None
    # A single initial may begin the next name.
    return end if not words[end - 1].is_initial or words[end - 2].is_initial else None


def _after_role(words: Sequence[Word], number: int, lexicon: Lexicon) -> int | None:
    """Return the end of the name after a role, such as "minister Crosetto"."""
    if not (is_joined(words, number) and lexicon.is_role(words[number - 1])):
        return None
    if not _is_unknown_name(words, number, lexicon):
        return None
    end = number + 1
    while end < number + MAX_AFTER_ROLE and is_joined(words, end) and _is_unknown_name(words, end, lexicon):
        end += 1
    return end


def _after_speech(words: Sequence[Word], number: int, lexicon: Lexicon) -> int | None:
    """Return the end of the name after a verb of speech, such as "sagte Merz"."""
    if not (is_joined(words, number) and words[number - 1].key in lexicon.cues.speech):
        return None
    is_name = _is_unknown_name(words, number, lexicon) and not lexicon.is_listed(words[number], "place_heads")
    end = number + 1
    if is_name and is_joined(words, end) and _is_unknown_name(words, end, lexicon):
        return end + 1
    return end if is_name else None


def _is_unknown_name(words: Sequence[Word], number: int, lexicon: Lexicon) -> bool:
    """Return whether the word *number* has a capital, and nothing speaks against a surname."""
    word = words[number]
    if not _may_be_surname(words, number, lexicon) or word.is_acronym or lexicon.is_place(word):
        return False
    kinds = lexicon.kinds(word)
    return "surname" in kinds or not ("common" in kinds or "place" in kinds)


def _only_surname(words: Sequence[Word], number: int, lexicon: Lexicon) -> int | None:
    """Return the end of a surname that the dictionary knows, where its capital is no sign of a sentence's start."""
    word = words[number]
    kinds = lexicon.kinds(word)
    if "surname" not in kinds or word.is_first or word.is_acronym or "given" in kinds:
        return None
    if lexicon.is_place(word) or not _may_be_surname(words, number, lexicon):
        return None
    is_adjective = "adjective" in kinds and is_joined(words, number + 1) and not words[number + 1].is_capital
    after_capital = is_joined(words, number) and words[number - 1].is_capital and not lexicon.is_role(words[number - 1])
    return None if is_adjective or after_capital else number + 1

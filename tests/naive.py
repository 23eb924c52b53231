"""A slow and simple evaluator of queries. It shares only the syntax tree with the matcher.

It knows words with one hyphen or apostrophe, initials, hashtags, signs and ü, Arabic and Hebrew words with prefixes, and
katakana, of which each letter is a word. Of the signs in a sentence it knows the comma and the full stop.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from consumers.alerts.query.ast import AliasSet, And, AtLeast, FieldValue, Near, NearOperator, Node, Not, Or, Phrase, Prefix

Position = tuple[str, int, int]
"""Part ("title" or "text"), index of the first word, index of the last word."""


@dataclass(frozen=True)
class PlainArticle:
    """An article of plain words. *field_values* are pairs such as ("lang", "en")."""

    title: str
    paragraphs: tuple[str, ...]
    field_values: frozenset[tuple[str, str]]

    def items(self, part: str) -> list[str]:
        """Return what stands between spaces in the title or the text; an empty item ends a paragraph."""
        paragraphs = (self.title,) if part == "title" else self.paragraphs
        return [item for paragraph in paragraphs for item in (*paragraph.split(), "")]

    def lead_length(self) -> int:
        """Return the number of words in the text's first paragraph."""
        return len(split_words(self.paragraphs[0])) if self.paragraphs else 0


class Word(NamedTuple):
    """A word as one reading of an item has it, and the indexes of the first and last of the item's words that it stands for."""

    text: str
    first: int
    last: int


def split_words(text: str) -> list[str]:
    """Return the words of *text* in their original spelling. A + is before each katakana that continues a run."""
    continued = re.sub("(?<=[ァ-ー])[ァ-ー]", r" +\g<0>", text)
    return re.findall(r"\+?[ァ-ー]|[A-Za-z0-9ü]+|[א-ת]+|[ء-ي]+", continued)


def readings(item: str) -> list[list[Word]]:
    """Return the ways to read *item*, as written first."""
    words = split_words(item)
    written = [Word(word.replace("ü", "u"), index, index) for index, word in enumerate(words)]
    found = [written]
    if "ü" in item:
        found.append([Word(word.replace("ü", "ue"), index, index) for index, word in enumerate(words)])
    if re.fullmatch(r"\w+['-]\w+,?", item) and not item.endswith("'s"):
        found.append([Word("".join(words), 0, 1)])
    if re.fullmatch(r"(\w\.)+", item):
        found.append([Word("".join(words), 0, len(words) - 1)])
    if "&" in item:
        found.append([written[0], Word("and", 1, 1), written[1]])
    if item.startswith("#"):
        found.append([Word(word, 0, 0) for word in re.findall("[A-Z][a-z]+", item)])
    return found


def with_prefixes(word: str) -> re.Pattern[str]:
    """Return a pattern for *word* alone, or with Arabic or Hebrew prefixes."""
    if re.match("[א-ת]", word):
        return re.compile(f"ו?(ש|כש|לכש|מש)?[בכלמ]?ה?{word}")
    if re.match("[ء-ي]", word):
        bare = word.removeprefix("ال")
        the = f"|[وف]?لل{bare}" if bare != word or not word.startswith("ال") else ""
        return re.compile(f"[وف]?[بكل]?(ال)?{word}{the}")
    return re.compile(re.escape(word))


def without_prefix(word: Word, node: Phrase) -> Word:
    """Return *word*, or the first word of *node* if *word* is that one with a prefix and *node* has three letters."""
    first = node.text.split()[0]
    if node.exact or len(node.text.replace(" ", "")) < 3 or not with_prefixes(first).fullmatch(word.text):
        return word
    return word._replace(text=first)


def ends_phrase(item: str, following: str) -> bool:
    """Return whether a paragraph or a sentence ends between *item* and the item *following*."""
    is_stop = item.endswith(".") and not re.search(r"(^|\.)[A-Z]\.$", item)
    return not item or (is_stop and not re.match("[a-z]", following))


def matches(node: Node, article: PlainArticle, sets: Mapping[str, tuple[str, ...]]) -> bool:
    """Return whether *node* is true of *article*."""
    if isinstance(node, And):
        return all(matches(part, article, sets) for part in node.parts)
    if isinstance(node, Or):
        return any(matches(part, article, sets) for part in node.parts)
    if isinstance(node, Not):
        return not matches(node.part, article, sets)
    if isinstance(node, AtLeast):
        return [matches(part, article, sets) for part in node.parts].count(True) >= node.count
    if isinstance(node, FieldValue):
        has_value = (node.name, node.text) in article.field_values
        # None of the names is known, so the words in the title count too.
        return has_value or (node.name == "about" and bool(positions(Phrase(node.text, "title"), article, sets)))
    return bool(positions(node, article, sets))


def positions(node: Node, article: PlainArticle, sets: Mapping[str, tuple[str, ...]]) -> set[Position]:
    """Return the positions of *node*, a text leaf, an Or or a Near; for a Near, those of its last part."""
    if isinstance(node, Near):
        chains = product(*[positions(part, article, sets) for part in node.parts])
        return {
            chain[-1] for chain in chains if all(is_near(*pair) for pair in zip(chain, chain[1:], node.operators, strict=False))
        }
    if isinstance(node, Or):
        return {position for part in node.parts for position in positions(part, article, sets)}
    if isinstance(node, AliasSet):
        return {position for text in sets[node.name] for position in positions(Phrase(text, node.scope), article, sets)}
    assert isinstance(node, Phrase | Prefix)
    return {
        position
        for part in ("title", "text")
        for position in leaf_positions(node, part, article)
        if is_in_scope(position, node.scope, article)
    }


def leaf_positions(node: Phrase | Prefix, part: str, article: PlainArticle) -> set[Position]:
    """Return the positions of *node* in *part*."""
    items = article.items(part)
    found: set[Position] = set()
    first = 0
    for number, item in enumerate(items):
        for reading in readings(item):
            for start, word in enumerate(reading):
                if isinstance(node, Prefix):
                    is_found = with_prefixes(node.stem.lower()).match(word.text.lower())
                    lasts = {first + word.last} if is_found else set()
                else:
                    words, rest = [without_prefix(word, node), *reading[start + 1 :]], items[number + 1 :]
                    lasts = {first + last for last in ends(node, node.text.split(), item, words, rest)}
                found |= {(part, first + word.first, last) for last in lasts}
        first += len(split_words(item))
    return found


def ends(node: Phrase, searched: list[str], item: str, reading: list[Word], rest: list[str]) -> Iterator[int]:
    """Yield the index of the last word of each occurrence of the items *searched* that begins with *reading* of *item*.

    *rest* are the items that follow. Indexes count from the first word of *item*.
    """
    for form in [readings(searched[0])[0]] if node.exact else readings(searched[0]):
        yield from ends_of_form(node, searched, [word.text for word in form], item, reading, rest)


def ends_of_form(
    node: Phrase, searched: list[str], form: list[str], item: str, reading: list[Word], rest: list[str]
) -> Iterator[int]:
    """Yield the same as ends(); *form* is what is left of the first of the items *searched*."""
    if not form:
        if len(searched) == 1:
            raise AssertionError("a form has a word")
        yield from ends(node, searched[1:], item, reading, rest)
        return
    if not reading:
        if rest and not ends_phrase(item, rest[0]):
            width = len(split_words(item))
            for each in readings(rest[0]):
                yield from (width + last for last in ends_of_form(node, searched, form, rest[0], each, rest[1:]) if each)
        return
    if not is_equal(form[0], searched[0], reading[0].text, item, exact=node.exact):
        return
    if len(form) == len(searched) == 1:
        if not any(word.text.startswith("+") for word in reading[1:2]):
            yield reading[0].last
    else:
        yield from ends_of_form(node, searched, form[1:], item, reading[1:], rest)


def is_equal(form: str, searched: str, word: str, item: str, *, exact: bool) -> bool:
    """Return whether *word*, a word of *item*, is *form*, a word of the item *searched* of a phrase."""
    if form != word if exact else form.lower() != word.lower():
        return False
    if exact and form not in {each.replace("ü", "u") for each in {*split_words(searched)} & {*split_words(item)}}:
        return False
    if re.fullmatch(r"(\w\.)+", searched) and len(form) > 1:
        return item.isupper()
    sign = re.search(r"[+#$]+", searched)
    if re.fullmatch("[B-HJ-Z]", searched) or sign:
        return re.findall(r"[+#$]+", item) == (re.findall(r"[+#$]+", searched))
    return True


def is_in_scope(position: Position, scope: str, article: PlainArticle) -> bool:
    """Return whether *position* is within *scope*."""
    part, _, last = position
    if scope == "lead":
        return part == "title" or last < article.lead_length()
    return scope in {"anywhere", part}


def is_near(left: Position, right: Position, operator: NearOperator) -> bool:
    """Return whether *operator* allows these positions. Overlapping positions are not near each other."""
    if left[0] != right[0]:
        return False
    between = right[1] - left[2] - 1
    if not operator.ordered and between < 0:
        between = left[1] - right[2] - 1
    return 0 <= between <= operator.distance

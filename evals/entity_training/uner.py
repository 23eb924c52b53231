"""Files of Universal NER: sentences of Universal Dependencies, with the tag of each word."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from evals.spans import Sample, read_tags

Contractions = Mapping[tuple[str, str], str]
_TEXT = "# text = "


class Word(NamedTuple):
    """A word, its tag, and the space after it, if there is one."""

    text: str
    tag: str
    after: str = " "


def _portuguese() -> dict[tuple[str, str], str]:
    """Return the contractions of Portuguese, by the preposition and the word after it."""
    articles = ("o", "a", "os", "as")
    demonstratives = [f"{stem}{ending}" for stem in ("est", "ess", "aquel") for ending in ("e", "a", "es", "as")] + [
        "isto",
        "isso",
        "aquilo",
    ]
    pairs = {
        (preposition, word): f"{letter}{word}"
        for preposition, letter in (("de", "d"), ("em", "n"))
        for word in (*articles, "ele", "ela", "eles", "elas", *demonstratives)
    }
    pairs |= {("por", word): f"pel{word}" for word in articles}
    pairs |= {("a", word): f"à{word[1:]}" for word in (*articles, *demonstratives) if word.startswith("a")}
    return pairs | {("a", "o"): "ao", ("a", "os"): "aos"}


CONTRACTIONS: Mapping[str, Contractions] = {
    "pt": _portuguese(),
}
"""Two words that are written as one. Universal Dependencies separates them, and these files do not have the one."""


def read_uner(path: Path, *, language: str, contractions: Contractions) -> Iterator[Sample]:
    """Yield the sentences of a file. One whose words are not in its text is left out."""
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = block.strip().split("\n")
        text = next((line.removeprefix(_TEXT) for line in lines if line.startswith(_TEXT)), "")
        rows = [line.split("\t") for line in lines if line[:1].isdigit()]
        words = contracted(_words(text, [(row[1], row[2]) for row in rows if row[0].isdigit()]), contractions)
        if words:
            yield _sample(words, language)


def contracted(words: Sequence[Word], contractions: Contractions) -> list[Word]:
    """Return *words* with their *contractions*, except where a name begins or ends between the two."""
    result: list[Word] = []
    for word in words:
        last = result[-1] if result else None
        one = contractions.get((last.text.lower(), word.text.lower())) if last else None
        if last and one and last.after and _is_inside(last.tag, word.tag):
            result[-1] = Word(one.capitalize() if last.text[0].isupper() else one, last.tag, word.after)
        else:
            result.append(word)
    return result


def _is_inside(first: str, second: str) -> bool:
    return second.startswith("I-") if first != "O" else second == "O"


def _words(text: str, tagged: Sequence[tuple[str, str]]) -> list[Word]:
    """Return the words of *text* with what is between them; nothing if one is not there."""
    words: list[Word] = []
    end = 0
    for word, tag in tagged:
        start = text.find(word, end)
        if start < 0:
            return []
        if words:
            words[-1] = words[-1]._replace(after=" " if start > end else "")
        words.append(Word(word, tag))
        end = start + len(word)
    return words


def _sample(words: Sequence[Word], language: str) -> Sample:
    text = ""
    places: list[tuple[int, int]] = []
    for word in words:
        places.append((len(text), len(text) + len(word.text)))
        text += word.text + word.after
    text = text.rstrip()
    return Sample(language, text, tuple(read_tags([word.tag for word in words], places)), ((0, len(text)),))

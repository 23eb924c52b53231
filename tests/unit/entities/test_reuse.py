"""What a model has found in a piece of text is used again where the piece comes again, with the same results."""

import re
import tracemalloc
import zlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from consumers.entities.ner import NerSpan
from consumers.entities.reuse import reusing, split

REACH = 4
WORDS = st.sampled_from(["Kim", "met", "Okafor,", "in", "Nairobi.", "the", "\n", "U.S.", "said:", "“Yes.”", "Ω", "\n\n", "of"])
TEXTS = st.lists(WORDS, max_size=60).map(" ".join)


class Model:
    """A model that finds the words with capitals. Their labels depend on REACH words on each side. It counts what it reads."""

    def __init__(self) -> None:
        self.words_read = 0

    def recognise(self, texts: list[str]) -> list[list[NerSpan]]:
        """Return the names in each of *texts*."""
        return [self._names(text) for text in texts]

    def _names(self, text: str) -> list[NerSpan]:
        words = list(re.finditer(r"\S+", text))
        self.words_read += len(words)
        names = []
        for number, word in enumerate(words):
            around = " ".join(each.group() for each in words[max(0, number - REACH) : number + REACH + 1])
            if word.group()[0].isupper():
                names.append(NerSpan(*word.span(), f"{zlib.crc32(around.encode())}"))
        return names


@given(TEXTS, st.data(), st.lists(WORDS, max_size=12).map(" ".join))
def test_an_edited_text_has_the_names_that_the_model_finds_in_all_of_it(text: str, data: st.DataObject, new: str) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    edited = f"{text[:start]} {new} {text[end:]}"
    recognise = reusing(Model().recognise, REACH)
    assert recognise([text]) == Model().recognise([text])
    assert recognise([edited, text]) == Model().recognise([edited, text])


@given(st.lists(st.text(max_size=80), max_size=4), st.integers(0, 20))
@example(["Kim. " * 3, "Kim. Kim."], 1)
def test_names_are_inside_the_text_and_as_the_model_finds_them_there_whatever_it_has_read(
    texts: list[str], max_pieces: int
) -> None:
    recognise = reusing(Model().recognise, REACH, max_pieces)
    for text in [*texts, *texts]:
        ((*names,),) = recognise([text])
        assert names == Model().recognise([text])[0]
        assert all(0 <= start < end <= len(text) for start, end, _ in names)


@given(st.text(max_size=200))
def test_the_pieces_of_a_text_contain_all_of_its_words_once(text: str) -> None:
    pieces = split(text, REACH)
    assert "".join("".join(text[piece.start : piece.end].split()) for piece in pieces) == "".join(text.split())
    assert all(piece.context_start <= piece.start < piece.end <= piece.context_end for piece in pieces)


SENTENCES = [
    f"On day {number} Kim met Okafor number {number}, who had come to Nairobi from city {number}." for number in range(30)
]


@pytest.mark.parametrize(
    ("edited", "share"),
    [
        (SENTENCES, 0.0),
        (["NAIROBI (Agency) -", *SENTENCES], 0.1),
        ([*SENTENCES[:9], "On day 9 Kim met nobody.", *SENTENCES[10:]], 0.1),
        ([*SENTENCES[:9], *SENTENCES[10:]], 0.1),
        ([*SENTENCES[:9], *SENTENCES[20:]], 0.1),
        ([*SENTENCES, "Kim left."], 0.1),
    ],
)
def test_of_a_copy_with_an_edit_a_tenth_is_read(edited: list[str], share: float) -> None:
    model = Model()
    recognise = reusing(model.recognise, REACH)
    recognise([" ".join(SENTENCES)])
    all_words, model.words_read = model.words_read, 0
    recognise([" ".join(edited)])
    assert model.words_read <= share * all_words


def test_the_pieces_used_last_are_remembered() -> None:
    model = Model()
    recognise = reusing(model.recognise, REACH, max_pieces=3)
    recognise(["Kim one.", "Kim two.", "Kim three."])
    recognise(["Kim one."])
    recognise(["Kim four."])
    model.words_read = 0
    recognise(["Kim one.", "Kim three.", "Kim four."])
    assert model.words_read == 0
    recognise(["Kim two."])
    assert model.words_read == 2


def test_a_name_that_reaches_beyond_the_context_of_its_piece_is_not_used_again() -> None:
    def recognise_all(texts: list[str]) -> list[list[NerSpan]]:
        return [[NerSpan(0, len(text), "ORG")] for text in texts]

    long, other = "Kim, " + "of the " * 20, "Kim, " + "of the " * 10 + "end"
    recognise = reusing(recognise_all, REACH)
    assert recognise([long]) == [[NerSpan(0, len(long), "ORG")]]
    assert recognise([other]) == [[NerSpan(0, len(other), "ORG")]]


def test_long_lines_of_names_take_no_memory() -> None:
    recognise = reusing(Model().recognise, REACH)
    tracemalloc.start()
    for number in range(20):
        recognise([f"Kim {number} " * 2000])
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < 1_000_000

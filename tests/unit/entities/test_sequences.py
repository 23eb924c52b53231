"""The best labels for a sequence, and the names in them."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.entities.ner import NerSpan
from consumers.entities.sequences import MAX_SENTENCE, best_path, named, sentences


@given(st.integers(1, 5), st.integers(0, 1000))
def test_the_best_path_is_the_best_of_all(length: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    scores, steps = (random.normal(size=(rows, 3)).astype(np.float32) for rows in (length, 3))
    first, last = random.normal(size=(2, 3)).astype(np.float32)

    def total(path: tuple[int, ...]) -> float:
        inner = sum(scores[place, label] for place, label in enumerate(path))
        return float(first[path[0]] + inner + sum(steps[pair] for pair in pairwise(path)) + last[path[-1]])

    assert tuple(best_path(scores, steps, first, last)) == max(product(range(3), repeat=length), key=total)


@given(st.text(alphabet="あ。\n!", max_size=400))
def test_sentences_cover_a_text_in_order(text: str) -> None:
    places = list(sentences(text))
    assert "".join(text[start:end] for start, end in places) == text
    assert all(0 < end - start <= MAX_SENTENCE for start, end in places)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("O B-PER I-PER O", [NerSpan(1, 3, "PER")]),
        ("B-PER B-PER I-LOC O", [NerSpan(0, 1, "PER"), NerSpan(1, 2, "PER"), NerSpan(2, 3, "LOC")]),
        ("I-ORG I-ORG O I-ORG", [NerSpan(0, 2, "ORG"), NerSpan(3, 4, "ORG")]),
    ],
)
def test_a_label_that_continues_nothing_begins_a_name(labels: str, expected: list[NerSpan]) -> None:
    assert named(labels.split(), [(place, place + 1) for place in range(4)]) == expected

"""The sentences of a text."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.sentences import MAX_SENTENCES, split_sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("...", []),
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Mr. Vale left. He met J. K. Orr.", ["Mr. Vale left.", "He met J. K. Orr."]),
        ("It rose by 3.5 m. in May. Then it fell", ["It rose by 3.5 m. in May.", "Then it fell"]),
        ("Er kam am 13. Juni. Er war 13. Sie auch.", ["Er kam am 13. Juni.", "Er war 13.", "Sie auch."]),
        ("A heading\n\nA text", ["A heading", "A text"]),
        ("“No.” She left.", ["“No.”", "She left."]),
        ("金正恩访俄。普京没有评论。", ["金正恩访俄。", "普京没有评论。"]),
        ("वह आया। वह गया।", ["वह आया।", "वह गया।"]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [text[start:end].strip() for start, end in split_sentences(text)] == expected


@given(st.text(alphabet="Ab1 .!?\n\"'”。()", max_size=60))
def test_sentences_are_in_order_and_have_all_words(text: str) -> None:
    spans = list(split_sentences(text))
    assert all(start < end for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert [char for start, end in spans for char in text[start:end] if char.isalnum()] == [c for c in text if c.isalnum()]


def test_a_text_of_very_many_sentences_is_not_split_to_its_end() -> None:
    text = "Go. " * (2 * MAX_SENTENCES)
    spans = list(split_sentences(text))
    assert (len(spans), spans[-1][1]) == (MAX_SENTENCES, len(text))

"""The conditional random field, and the features by which it reads Japanese."""

from pathlib import Path

import numpy as np
import pytest

from consumers.entities import crf
from consumers.entities.sudachi import Morpheme, features, shape

NOUN, PARTICLE = ("名詞", "普通名詞"), ("助詞", "格助詞")


def words(*pairs: tuple[str, tuple[str, ...]]) -> list[Morpheme]:
    """Return words one after the other."""
    found: list[Morpheme] = []
    for text, tags in pairs:
        start = found[-1].end if found else 0
        found.append(Morpheme(text, start, start + len(text), tags))
    return found


def test_a_model_is_read_as_it_was_written_and_contains_no_feature(tmp_path: Path) -> None:
    steps = np.array([[0, 0, -9], [0, 0, 9], [0, 0, 0]], dtype=np.float32)
    weights = np.array([[0, 2, 0], [1, 0, 0]], dtype=np.float32)
    crf.write(tmp_path, ["O", "B-PER", "I-PER"], steps, ["山川", "は"], weights)
    model = crf.read(tmp_path)
    assert model.label([["山川", "unknown"], ["太郎"], ["は"]]) == ["B-PER", "I-PER", "O"]
    assert model.label([]) == []
    assert not any("山川".encode() in file.read_bytes() for file in tmp_path.iterdir())


def test_a_word_has_the_head_of_its_group_of_nouns() -> None:
    first, second, last, particle = features(words(("東京", NOUN), ("第一", NOUN), ("大学", NOUN), ("が", PARTICLE)))
    assert {"head=大学", "head distance=2", "after head=が"} <= set(first)
    assert {"head=大学", "head distance=1"} <= set(second)
    assert not any(feature.startswith("head") for feature in (*last, *particle))


def test_a_word_has_its_neighbours_and_the_edges_of_the_sentence() -> None:
    (only,) = features(words(("東京", NOUN)))
    assert {"word0=東京", "word-1=#", "word2=#", "tag0=名詞/普通名詞", "words+=東京|#"} <= set(only)


@pytest.mark.parametrize(
    ("text", "expected"), [("東京タワー", "ik"), ("さいたま市", "hi"), ("F1レース", "adk"), ("々", "i"), ("!?", "!?"), ("", "")]
)
def test_a_shape_has_each_kind_of_letters_once_for_a_run(text: str, expected: str) -> None:
    assert shape(text) == expected

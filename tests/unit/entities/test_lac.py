"""LAC, the analyser of Chinese: its files, its network, and the names in its tags."""

import struct
from pathlib import Path

import numpy as np
import pytest

from consumers.entities.lac import LAYERS, UNITS, _read, _scores, load, parts
from consumers.entities.ner import NerSpan
from consumers.entities.sequences import MAX_SENTENCE

TAGS = ("PER-B", "PER-I", "LOC-B", "LOC-I", "n-B", "n-I", "O")
LETTERS = {"张": "PER-B", "伟": "PER-I", "北": "LOC-B", "京": "LOC-I", "国": "LOC-B", "在": "n-B", ".": "n-B", "OOV": "O"}
"""The letters of the toy model, each with the tag that it always has."""


def write(file: Path, *values: np.ndarray) -> None:
    """Write an array as PaddlePaddle does: a version, no sequences, another version, a description, and the numbers."""
    description = b"\x08\x05\x10\x01"
    numbers = b"".join(each.astype("<f4").tobytes() for each in values)
    file.write_bytes(struct.pack("<IQIi", 0, 0, 0, len(description)) + description + numbers)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Return the folder of a model whose units each stand for a tag, so that its states depend on the letter alone."""
    weights = tmp_path / "model_baseline"
    weights.mkdir()
    (tmp_path / "word.dic").write_text("".join(f"{n}\t{letter}\n" for n, letter in enumerate(LETTERS)), encoding="utf-8")
    (tmp_path / "tag.dic").write_text("".join(f"{n}\t{tag}\n" for n, tag in enumerate(TAGS)), encoding="utf-8")
    embeddings = np.zeros((len(LETTERS), UNITS))
    for number, tag in enumerate(LETTERS.values()):
        embeddings[number, TAGS.index(tag)] = 1
    write(weights / "word_emb", embeddings)
    open_gate = np.concatenate([np.full(UNITS, 50.0), np.zeros(2 * UNITS)])
    for number in range(2 * LAYERS):
        inputs = np.zeros((UNITS if number < LAYERS else 2 * UNITS, 3 * UNITS))
        inputs[:UNITS, 2 * UNITS :] = np.eye(UNITS)
        write(weights / f"fc_{number}.w_0", inputs)
        write(weights / f"fc_{number}.b_0", open_gate)
        write(weights / f"gru_{number}.b_0", np.zeros(3 * UNITS))
        write(weights / f"gru_{number}.w_0", np.zeros(2 * UNITS * UNITS), np.zeros(UNITS * UNITS))
    write(weights / "fc_4.w_0", np.eye(2 * UNITS, len(TAGS)))
    write(weights / "fc_4.b_0", np.zeros(len(TAGS)))
    write(weights / "crfw", np.zeros((len(TAGS) + 2, len(TAGS))))
    return tmp_path


def test_names_are_found_in_each_text_by_the_tags_of_its_letters(model: Path) -> None:
    found = load(model)(["", "张伟在北京。", "在"])
    assert found == [[], [NerSpan(0, 2, "PER"), NerSpan(3, 5, "LOC")], []]


def test_traditional_letters_and_full_width_signs_are_read_as_those_of_the_vocabulary(model: Path) -> None:
    letters = _read(model).letters
    assert letters["國"] == letters["国"]
    assert letters["張"] == letters["张"]
    assert letters["。"] == letters["\uff0e"] == letters["."]
    assert "龍" not in letters


def test_the_names_of_a_list_that_the_model_joins_are_told_apart() -> None:
    text = "张伟、张伟 伟"
    names = [NerSpan(0, 2, "PER"), NerSpan(3, 5, "PER"), NerSpan(6, 7, "PER")]
    assert list(parts(NerSpan(0, 7, "PER"), text)) == names
    assert list(parts(NerSpan(0, 9, "PER"), "Joe Biden")) == [NerSpan(0, 9, "PER")]


def test_a_letter_that_continues_nothing_begins_a_word(model: Path) -> None:
    ((first, second),) = load(model)(["伟。\n京"])
    assert (first, second) == (NerSpan(0, 1, "PER"), NerSpan(3, 4, "LOC"))


def test_a_text_without_the_end_of_a_sentence_is_read_in_pieces(model: Path) -> None:
    text = "在" * (3 * MAX_SENTENCE) + "北京"
    assert load(model)([text]) == [[NerSpan(len(text) - 2, len(text), "LOC")]]


def test_the_scores_of_a_sentence_do_not_depend_on_others_in_its_batch(model: Path) -> None:
    network = _read(model)
    random = np.random.default_rng(1)
    for forward, backward in network.layers:
        for direction in (forward, backward):
            for weights in (direction.input, direction.gates, direction.candidate):
                weights[:] = random.normal(scale=0.3, size=weights.shape)
    short, long = [0, 1, 2], [5, 4, 3, 2, 1, 0, 0]
    (alone,) = _scores(network, [short])
    together, _ = _scores(network, [short, long])
    assert np.allclose(alone, together, atol=1e-5)

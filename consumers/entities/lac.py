"""LAC, a lexical analyser of Chinese: a network that gives each letter a tag. Some of the tags mark names.

The network has two layers of gated recurrent units (GRU), each in both directions, and a conditional random field (CRF). The
package jieba has its weights, as PaddlePaddle writes them; here numpy computes it.
"""

import re
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from consumers.entities.ner import NerSpan, readable
from consumers.entities.sequences import Floats, best_path, sentences
from monitor.text.scripts.letters import LETTERS

LABELS: Mapping[str, str] = {"PER": "PER", "nr": "PER", "LOC": "LOC", "ns": "LOC", "ORG": "ORG", "nt": "ORG"}
"""The label of a name for each tag that marks one. The tags in small letters are of an older scheme, and rare."""
BATCH = 32
"""The most sentences that are computed together, which bounds the memory."""
LAYERS, UNITS = 2, 128
UNKNOWN = "OOV"
"""The entry of the vocabulary for letters that it does not have."""
_SIGNS: Mapping[int, str] = {
    **{ord(sign): '"' for sign in "“”「」『』"},
    **{ord(sign): "·" for sign in "‧・•"},
    **{ord(sign): "," for sign in "、 \u3000"},
    ord("。"): ".",
}
"""Signs that the texts from which the model learned have in another form. It takes others for parts of a name."""
_SEPARATORS = re.compile(
    r"(?<![A-Za-z])[ \u3000]+|[ \u3000]+(?![A-Za-z])|[、，。；：！？,;:!?()（）\"“”「」『』《》〈〉【】\[\]…\t]+"
)
"""What ends a name: signs, and spaces but for those between Latin words."""


@dataclass(frozen=True, slots=True)
class Direction:
    """The weights of a layer in one direction: from its input to the three gates, and from its own state."""

    input: Floats
    bias: Floats
    gates: Floats
    candidate: Floats


@dataclass(frozen=True, slots=True)
class Network:
    """The weights, the tag of each output, and the number of each letter in *embeddings*.

    *first*, *last* and *steps* are the scores of a tag at the beginning, at the end, and after each other one.
    """

    embeddings: Floats
    layers: Sequence[tuple[Direction, Direction]]
    output: Floats
    output_bias: Floats
    first: Floats
    last: Floats
    steps: Floats
    tags: Sequence[str]
    letters: Mapping[str, int]


def load(folder: Path) -> Callable[[list[str]], list[list[NerSpan]]]:
    """Return the function that finds the names in each text, with the model in *folder* of jieba."""
    network = _read(folder)
    return lambda texts: [_names(network, readable(text, by_letters=True)) for text in texts]


def _read(folder: Path) -> Network:
    weights = folder / "model_baseline"

    def direction(number: int, width: int) -> Direction:
        state = _parameter(weights / f"gru_{number}.w_0", -1)
        bias = _parameter(weights / f"fc_{number}.b_0", -1) + _parameter(weights / f"gru_{number}.b_0", -1)
        gates, candidate = state[: 2 * UNITS**2], state[2 * UNITS**2 :]
        return Direction(
            _parameter(weights / f"fc_{number}.w_0", width),
            bias,
            gates.reshape(UNITS, -1),
            candidate.reshape(UNITS, -1),
        )

    widths = (UNITS, *[2 * UNITS] * (LAYERS - 1))
    layers = [(direction(2 * number, width), direction(2 * number + 1, width)) for number, width in enumerate(widths)]
    tags = _dictionary(folder / "tag.dic")
    # The first row is for the first letter, the second for the last, and the others are from each tag to each.
    transitions = _parameter(weights / "crfw", len(tags) + 2)
    return Network(
        _parameter(weights / "word_emb", -1).reshape(-1, UNITS),
        layers,
        _parameter(weights / "fc_4.w_0", 2 * UNITS),
        _parameter(weights / "fc_4.b_0", -1),
        transitions[0],
        transitions[1],
        transitions[2:],
        list(tags),
        _with_variants(_dictionary(folder / "word.dic")),
    )


def _parameter(file: Path, rows: int) -> Floats:
    """Return the array in a *file* of PaddlePaddle, as a matrix of so many *rows*; -1 for a vector."""
    content = file.read_bytes()
    # A version, the levels of sequences (none), another version, and the length of the description of the array.
    header = struct.Struct("<IQIi")
    description = header.unpack_from(content)[-1]
    values = np.frombuffer(content, "<f4", offset=header.size + description).astype(np.float32)
    return values if rows < 0 else values.reshape(rows, -1)


def _dictionary(file: Path) -> dict[str, int]:
    """Return the entries of a dictionary *file* in order, with their numbers."""
    rows = (line.split("\t") for line in file.read_text(encoding="utf-8").split("\n"))
    return {row[1]: int(row[0]) for row in rows if row[0] and len(row) == 2}  # noqa: PLR2004  (a number and an entry)


def _with_variants(letters: Mapping[str, int]) -> dict[str, int]:
    """Return *letters* with their variants: traditional ideographs, capitals, full-width signs and other quotation marks.

    An ideograph of GB 2312, the character set of simplified Chinese, stays itself: 乾 is no variant of 干 in a name.
    """
    full_width = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    traditional = {code: LETTERS[code] for code in range(0x3400, 0xA000) if not chr(code).encode("gb2312", "ignore")}
    plain: dict[int, int | str] = {**full_width, **_SIGNS, **traditional}
    codes = (*plain, *range(0x41, 0x5B))
    variants = {chr(code): letters.get(chr(code).translate(plain).lower()) for code in codes}
    return {**letters, **{variant: number for variant, number in variants.items() if number is not None}}


def _names(network: Network, text: str) -> list[NerSpan]:
    """Return the names in *text*, in order."""
    places = list(sentences(text))
    unknown = network.letters[UNKNOWN]
    found: list[NerSpan] = []
    # Sentences of like length are computed together, so that little is computed for what is behind the end of one.
    places.sort(key=lambda span: span[1] - span[0])
    for first in range(0, len(places), BATCH):
        batch = places[first : first + BATCH]
        numbers = [[network.letters.get(letter, unknown) for letter in text[start:end]] for start, end in batch]
        for (start, _), scores in zip(batch, _scores(network, numbers), strict=True):
            path = best_path(scores, network.steps, network.first, network.last)
            found += _spans([network.tags[number] for number in path], start)
    return sorted(part for name in found for part in parts(name, text))


def parts(name: NerSpan, text: str) -> Iterator[NerSpan]:
    """Yield the parts of *name* between the separators in it, which are names of a list."""
    start = name.start
    for separator in _SEPARATORS.finditer(text, name.start, name.end):
        if separator.start() > start:
            yield name._replace(start=start, end=separator.start())
        start = separator.end()
    if start < name.end:
        yield name._replace(start=start)


def _scores(network: Network, batch: Sequence[Sequence[int]]) -> list[Floats]:
    """Return the score of each tag for each letter of the sentences of *batch*, which are numbers of letters."""
    lengths = np.array([len(sentence) for sentence in batch])
    numbers = np.zeros((lengths.max(), len(batch)), dtype=np.int64)
    for column, sentence in enumerate(batch):
        numbers[: len(sentence), column] = sentence
    places = np.arange(len(numbers))[:, None]
    # Each sentence in reverse, with what is behind its end still behind.
    reverse = (np.where(places < lengths, lengths - 1 - places, places), np.arange(len(batch)))
    states = network.embeddings[numbers]
    for forward, backward in network.layers:
        states = np.concatenate([_run(forward, states), _run(backward, states[reverse])[reverse]], axis=-1)
    scores = states @ network.output + network.output_bias
    return [scores[:length, column] for column, length in enumerate(lengths)]


def _run(direction: Direction, inputs: Floats) -> Floats:
    """Return the states of a layer of gated recurrent units at each place of *inputs* (place, sentence, feature)."""
    projected = inputs @ direction.input + direction.bias
    state = np.zeros((inputs.shape[1], UNITS), dtype=np.float32)
    states = np.empty((*inputs.shape[:2], UNITS), dtype=np.float32)
    for place, each in enumerate(projected):
        gates = 1 / (1 + np.exp(-(each[:, : 2 * UNITS] + state @ direction.gates)))
        update, reset = gates[:, :UNITS], gates[:, UNITS:]
        candidate = np.tanh(each[:, 2 * UNITS :] + (reset * state) @ direction.candidate)
        state = state + update * (candidate - state)
        states[place] = state
    return states


def _spans(tags: Sequence[str], start: int) -> Iterator[NerSpan]:
    """Yield the names of a sentence that begins at *start*, from the *tags* of its letters, such as PER-B."""
    words: list[tuple[int, int, str]] = []
    for place, tag in enumerate(tags):
        kind, _, position = tag.partition("-")
        if position == "I" and words:
            words[-1] = (words[-1][0], place + 1, words[-1][2])
        else:
            words.append((place, place + 1, kind))
    return (NerSpan(start + first, start + last, LABELS[kind]) for first, last, kind in words if kind in LABELS)

"""The figures over documents and their intervals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.figures import draw, make_random, mean, mean_scores, precision_recall, share, spread

COUNTS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=40)
"""Of each document the names that are right, the other ones that are found, and the other ones that are marked."""


def columns(counts: list[tuple[int, int, int]]) -> list[tuple[int, int, int, int]]:
    return [(right, right + wrong, right, right + missed) for right, wrong, missed in counts]


@given(COUNTS, st.integers(0, 2**32))
def test_each_figure_is_a_share_with_an_interval_in_order(counts: list[tuple[int, int, int]], seed: int) -> None:
    row = precision_recall(columns(counts), make_random(seed))
    assert list(row) == [f"{name}{end}" for name in ("precision", "recall", "f1") for end in ("", "_low", "_high")]
    assert all(0 <= value <= 1 for value in row.values())
    assert all(row[f"{name}_low"] <= row[f"{name}_high"] for name in ("precision", "recall", "f1"))
    right, found, _, marked = np.array(columns(counts)).sum(axis=0)
    assert row["precision"] == pytest.approx(right / found if found else 0)
    assert row["recall"] == pytest.approx(right / marked if marked else 0)
    assert row["f1"] == pytest.approx(2 * right / (found + marked) if right else 0)


@given(COUNTS, st.integers(0, 2**32))
def test_the_same_seed_gives_the_same_interval(counts: list[tuple[int, int, int]], seed: int) -> None:
    first, second = (precision_recall(columns(counts), make_random(seed)) for _ in range(2))
    assert first == second


@given(st.tuples(st.integers(1, 9), st.integers(0, 9), st.integers(0, 9)), st.integers(1, 30))
def test_documents_that_are_all_alike_have_an_interval_of_one_point(one: tuple[int, int, int], times: int) -> None:
    row = precision_recall(columns([one] * times), make_random())
    for name in ("precision", "recall", "f1"):
        assert row[f"{name}_low"] == pytest.approx(row[name]) == row[f"{name}_high"]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.integers(1, 50))
def test_each_sample_has_as_many_documents_as_the_set(values: list[float], samples: int) -> None:
    sums = draw(np.array([(value, 1.0) for value in values]), make_random(), samples)
    assert sums.shape == (samples, 2)
    assert sums[:, 1] == pytest.approx(len(values))
    assert min(values) * len(values) - 1e-9 <= sums[:, 0].min() <= sums[:, 0].max() <= max(values) * len(values) + 1e-9


def test_the_interval_covers_the_mean_of_a_population_in_about_95_of_100_sets() -> None:
    random = make_random(1)
    rows = [mean("right", list(map(float, random.random(200) < 0.3)), random) for _ in range(200)]
    covered = sum(row["right_low"] <= 0.3 <= row["right_high"] for row in rows)
    assert 180 <= covered <= 199


def test_more_documents_make_the_interval_narrower() -> None:
    few, many = (mean("right", [0.0, 1.0] * number, make_random()) for number in (10, 1000))
    assert many["right_high"] - many["right_low"] < (few["right_high"] - few["right_low"]) / 5


def test_no_document_is_an_error() -> None:
    with pytest.raises(ValueError, match="no document"):
        precision_recall([], make_random())


def test_a_share_of_nothing_is_zero() -> None:
    assert share("right", [(0, 0)], make_random()) == {"right": 0.0, "right_low": 0.0, "right_high": 0.0}


def test_samples_are_drawn_of_whole_groups() -> None:
    scores = [(1.0, 1.0), (0.0, 0.0), (1.0, 1.0), (0.0, 0.0)]
    alike = mean_scores(scores, ["a", "a", "b", "b"], make_random())
    different = mean_scores(scores, ["a", "b", "a", "b"], make_random())
    assert (alike["f1"], alike["f1_low"], alike["f1_high"]) == (0.5, 0.5, 0.5)
    assert (different["f1"], different["f1_low"], different["f1_high"]) == (0.5, 0.0, 1.0)


def test_the_spread_is_the_least_and_the_most() -> None:
    assert spread("f1", [0.5, 0.25, 0.75]) == {"f1_least": 0.25, "f1_most": 0.75}

"""The mutants of the chaos test fit the source: each replaces a text that is there, and the result is still Python."""

import ast
from pathlib import Path

import pytest

from tests.chaos.mutants import MUTANTS, Findings, Mutant, NotApplicable, apply, copy_tree, first_findings, outcome


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source."""
    return copy_tree(tmp_path_factory.mktemp("tree"))


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda each: each.name)
def test_a_mutant_changes_the_source_and_is_python(mutant: Mutant, tree: Path) -> None:
    before = {file: (tree / file).read_text() for file, _, _ in mutant.edits}
    try:
        apply(mutant, tree)
        for file, text in before.items():
            assert (tree / file).read_text() != text
            ast.parse((tree / file).read_text())
    finally:
        for file, text in before.items():
            (tree / file).write_text(text)


def test_a_mutant_whose_text_is_not_there_is_refused(tree: Path) -> None:
    with pytest.raises(NotApplicable, match="0 times 'no such text'"):
        apply(Mutant("outdated", frozenset({"lost"}), [("monitor/backoff.py", "no such text", "")]), tree)


@pytest.mark.parametrize(
    ("trials", "expected"),
    [
        ([[("lost", "r1")], []], (1, [("lost", "r1")])),
        ([[("left out", "a fault")], [("lost", "r1")]], (2, [("left out", "a fault"), ("lost", "r1")])),
        ([[], []], (2, [])),
    ],
    ids=["at once", "after a fault that was left out", "not at all"],
)
def test_trials_are_made_until_one_has_findings(trials: list[Findings], expected: tuple[int, Findings]) -> None:
    assert first_findings(lambda seed: trials[seed - 1], range(1, len(trials) + 1)) == expected


@pytest.mark.parametrize(
    ("kinds", "text"),
    [
        ({"lost", "delivery"}, "caught by delivery, lost (seed 3)"),
        ({"left out", "lost"}, "caught by lost (seed 3)"),
        ({"left out"}, "not caught: a fault was left out (seed 3)"),
        (set(), "passes"),
    ],
)
def test_a_fault_that_was_left_out_catches_no_mutant(kinds: set[str], text: str) -> None:
    assert outcome(kinds, seed=3) == text

"""docs/reliability.md lists the faults that a trial makes and who tells of each, and the tests that it names exist."""

import ast
import random
import re
from functools import cache
from pathlib import Path

import pytest

from tests.acceptance.test_chaos import OF_THE_CLOCK, ON_KAFKA, ON_SQLITE
from tests.chaos.faults.table import FAULTS
from tests.chaos.mutants import MUTANTS
from tests.chaos.plan import FULL_TEXT_FEED, NO_FEED, OUTLETS, Plan, Version, after_loss, make_plan

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"(tests/[\w/]+\.py)::(\w+)", PAGE)))
PLACES = {"/ready": "`/ready`", "/metrics": "`/metrics`", "log": "the log", "status": "`status`", "doctor": "`doctor`"}


@cache
def functions(file: str) -> frozenset[str]:
    """The names of the functions of a module."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_test_that_the_page_names_exists(file: str, name: str) -> None:
    assert name in functions(file)


def test_each_numbered_fault_names_a_test() -> None:
    rows = [line for line in PAGE.splitlines() if re.match(r"\| \d+ \|", line)]
    assert [int(line.split("|")[1]) for line in rows] == list(range(1, len(rows) + 1))
    assert [line for line in rows if "::test_" not in line] == []


def test_the_page_lists_each_fault_of_a_trial_with_who_tells_of_it() -> None:
    _, _, table = PAGE.partition("### The faults of a trial\n")
    rows = {cells[1].strip(): cells for line in table.splitlines() if len(cells := line.split("|")) == 6}
    assert rows.keys() - {"fault", "---"} == {fault.name for fault in FAULTS}
    for fault in FAULTS:
        assert rows[fault.name][4].strip().startswith(PLACES[fault.told.place] if fault.told else "—")


def test_nothing_is_told_only_where_nothing_is_lost_or_late() -> None:
    assert [fault.name for fault in FAULTS if fault.told is None] == ["older records"]


def test_the_page_says_which_faults_the_short_form_makes() -> None:
    _, _, rest = PAGE.partition("- **`make test`** ")
    paragraph, _, _ = rest.partition("\n- ")
    assert re.findall(r"`([\w ]+)`", paragraph) == [*ON_SQLITE, *OF_THE_CLOCK, *ON_KAFKA, "make chaos"]


def test_the_page_says_how_many_mutants_there_are() -> None:
    assert f"breaks a copy of the program in {len(MUTANTS)} ways" in PAGE


def version(number: int, round_: int, feed: int = 0) -> Version:
    """A version of the only item of a feed."""
    return Version(f"item-{feed}", number, feed, OUTLETS[feed], round_, f"Title {number}", "Text")


def test_after_a_loss_the_version_that_a_feed_shows_is_the_first() -> None:
    plan = Plan((version(1, 0), version(1, 0, FULL_TEXT_FEED), version(2, 1), version(3, 4), version(1, 2, NO_FEED)))
    after = after_loss(plan, {0: 2, FULL_TEXT_FEED: 2})
    assert [(each.item, each.number, each.round, each.title) for each in after.versions] == [
        (f"item-{FULL_TEXT_FEED}", 1, 2, "Title 1"),
        ("item-0", 1, 2, "Title 2"),
        ("item-0", 2, 4, "Title 3"),
    ]


def test_each_round_of_a_plan_has_news_for_its_fault() -> None:
    for seed in range(20):
        plan = make_plan(random.Random(seed), rounds=12)
        assert {each.round for each in plan.versions} == set(range(13))

"""docs/watches.md: every example in it is as it says."""

import re
from pathlib import Path

import pytest

from consumers.alerts.matching.compile import compile_watch, query_problem
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.lookups import lookups
from consumers.alerts.query.errors import BadQuery
from consumers.alerts.service import check
from consumers.alerts.tools.explain import explain, format_lines
from monitor.config import Watch
from monitor.config.load import parse
from tests.make import told

TEXT = (Path(__file__).parents[3] / "docs" / "watches.md").read_text(encoding="utf-8")
BLOCKS = [block.split("```")[0] for block in TEXT.split("```toml\n")[1:]]
CONFIG = parse("\n".join(BLOCKS), Path(__file__).parent)
LOOKUPS = lookups(CONFIG)
TABLES = [[cell.strip() for cell in row.strip("|\n").split(" | ")] for row in re.findall(r"^\| .*`.*\|$", TEXT, re.MULTILINE)]
MATCHING = [row for row in TABLES if len(row) == 3]
ASKING = [query for row in TABLES if len(row) == 2 for query in re.findall(r"`([^`]+)`", row[0])]


def holds(query: str, shown: str) -> bool:
    """Whether *query* is true of an article as the table writes it: title / paragraph¶paragraph."""
    title, _, text = shown.partition(" / ")
    reading = Document(told(title, text.replace("¶", "\n\n")))
    return explain(compile_watch(Watch("w", query=query), LOOKUPS).tree, reading).holds


def test_the_config_is_good() -> None:
    assert check(CONFIG) == []
    assert [watch.id for watch in CONFIG.watches] == ["kim-travels", "kim-abroad", "kim-summit"]


@pytest.mark.parametrize(("query", "good", "bad"), MATCHING)
def test_a_query_matches_what_is_beside_it(query: str, good: str, bad: str) -> None:
    assert holds(query.strip("`"), good)
    assert not holds(query.strip("`"), bad)


@pytest.mark.parametrize("query", ASKING)
def test_a_field_is_as_written(query: str) -> None:
    assert query_problem(Watch("w", query=query), LOOKUPS) is None


def test_nothing_was_passed_over() -> None:
    assert (len(MATCHING), len(ASKING)) == (21, 11)


def test_the_error_is_as_shown() -> None:
    bad = query_problem(Watch("w", query='"Kim Jong Un" NEAR/5'), LOOKUPS)
    assert isinstance(bad, BadQuery)
    said, shown = (
        re.search(pattern, TEXT, re.MULTILINE) for pattern in (r"query: (NEAR/5 .*)$", r'^ {4}( {4}"Kim.*\n) {4}(.*\^)$')
    )
    assert said
    assert shown
    assert (bad.said, bad.shown) == (said[1], shown[1] + shown[2])


def test_the_explanation_is_as_shown() -> None:
    tree = compile_watch(Watch("w", query='"Kim Jong Un" Putin'), LOOKUPS).tree
    told_lines = list(format_lines(explain(tree, Document(told("Kim Jong-un travels", "Путин waits.")))))
    assert all(f"    {line}\n" in TEXT for line in told_lines)

"""docs/watches.md: the examples behave as it says."""

import re
from pathlib import Path

import pytest

from consumers.alerts.matching.compile import compile_watch, query_problem
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.resolve import lookups_for
from consumers.alerts.query.parse import parse as parse_query
from consumers.alerts.service import check
from consumers.alerts.tools.explain import explain, format_lines
from monitor.config import Watch
from monitor.config.load import parse
from monitor.runtime import registry
from tests.make import article_stories

TEXT = (Path(__file__).parents[3] / "docs" / "watches.md").read_text(encoding="utf-8")
BLOCKS = [block.split("```")[0] for block in TEXT.split("```toml\n")[1:]]
CONFIG = parse("\n".join(BLOCKS), Path(__file__).parent, registry.extensions())
LOOKUPS = lookups_for(CONFIG)
OWN, _, FOREIGN = TEXT.partition("\n| in other systems")
FOREIGN, _, REST = FOREIGN.partition("\n\n")


def rows(text: str) -> list[list[str]]:
    """Return the cells of the tables in *text* that have code in them."""
    lines = re.findall(r"^\| .*`.*\|$", text, re.MULTILINE)
    return [[cell.strip() for cell in line.strip("|\n").split(" | ")] for line in lines]


ROWS = rows(OWN + REST)
EXAMPLES = [row for row in ROWS if len(row) == 3]
FIELD_QUERIES = [query for row in ROWS if len(row) == 2 for query in re.findall(r"`([^`]+)`", row[0])]


def holds(query: str, article: str) -> bool:
    """Return whether *query* matches an article in the table's notation: title / paragraph¶paragraph."""
    title, _, text = article.partition(" / ")
    document = Document(article_stories(title, text.replace("¶", "\n\n")))
    return explain(compile_watch(Watch("w", query=query), LOOKUPS).ast, document).holds


def test_example_config_is_valid() -> None:
    assert check(CONFIG) == []
    assert [watch.id for watch in CONFIG.watches] == ["kim-travels", "kim-abroad", "kim-summit"]


@pytest.mark.parametrize(("query", "matching", "other"), EXAMPLES)
def test_query_matches_some_articles_and_not_others(query: str, matching: str, other: str) -> None:
    assert [article for article in matching.split("; ") if not holds(query.strip("`"), article)] == []
    assert [article for article in other.split("; ") if holds(query.strip("`"), article)] == []


@pytest.mark.parametrize("query", FIELD_QUERIES)
def test_field_query_is_valid(query: str) -> None:
    assert query_problem(Watch("w", query=query), LOOKUPS) is None


@pytest.mark.parametrize(
    ("other", "ours"), [(other, row[1].strip("`")) for row in rows(FOREIGN) for other in re.findall(r"`([^`]+)`", row[0])]
)
def test_an_operator_of_another_system_is_read_as_ours(other: str, ours: str) -> None:
    assert parse_query(other) == parse_query(ours)


def test_every_row_of_the_tables_is_tested() -> None:
    assert (len(EXAMPLES), len(FIELD_QUERIES)) == (55, 13)


def test_error_is_as_documented() -> None:
    problem = query_problem(Watch("w", query='"Kim Jong Un" NEAR/5'), LOOKUPS)
    assert problem
    message = re.search(r"query: (NEAR/5 .*)$", TEXT, re.MULTILINE)
    context = re.search(r'^ {4}( {4}"Kim.*\n) {4}(.*\^)$', TEXT, re.MULTILINE)
    assert message
    assert context
    assert (problem.message, problem.context) == (message[1], context[1] + context[2])


def test_explanation_is_as_documented() -> None:
    tree = compile_watch(Watch("w", query='"Kim Jong Un" Putin'), LOOKUPS).ast
    explanation = list(format_lines(explain(tree, Document(article_stories("Kim Jong-un travels", "Путин waits.")))))
    assert explanation
    assert all(f"    {line}\n" in TEXT for line in explanation)

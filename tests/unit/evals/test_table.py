"""The table of figures."""

from evals import table
from evals.sets import Row

NAMES: Row = {
    "set": "ner_x",
    "part": "dev",
    "language": "en",
    "entity_type": "org",
    "texts": 12,
    "model": "en_sm",
    "precision": 0.5,
    "precision_low": 0.25,
    "precision_high": 1.0,
    "seconds": 3.25,
}
STORIES: Row = {"set": "s", "kind": "stories", "articles": 4, "stories": 2, "f1": 0.75, "f1_least": 0.5, "f1_most": 0.9}
SPEED: Row = {"set": "s", "kind": "speed", "articles": 4, "articles_per_cpu_second": 20.26}


def test_each_row_is_a_line_below_the_heads() -> None:
    head, *rows = (line.split() for line in table.lines([NAMES, STORIES, SPEED]))
    assert " ".join(head) == "set language figures of precision recall F1 other figures documents CPU s model"
    assert rows == [
        ["ner_x", "en", "org", ".500", "(.250-1.000)", "12", "3.2", "en_sm"],
        ["s", "stories", ".750", "[.500-.900]", "stories", "2", "4"],
        ["s", "speed", "articles_per_cpu_second", "20.3", "4"],
    ]


def test_figures_are_below_their_heads() -> None:
    head, *lines = table.lines([NAMES, STORIES, SPEED])
    starts = [line.index(cell) for line, cell in zip(lines, (".500", ".750", "articles_per"), strict=True)]
    assert starts == [head.index(name) for name in ("precision", "F1", "other")]


def test_a_row_without_a_figure_is_a_remark() -> None:
    assert table.figures({"set": "a", "error": "missed", "count": 3, "seconds": 0.5}) == []
    assert table.figures(STORIES) == ["f1"]

"""The table of the figures of all sets: a line for each row, with intervals of 95 % in round brackets.

Figures are shares of one, or larger than one. The least and the most over several orders of the articles are in square
brackets.
"""

from collections.abc import Iterator, Mapping, Sequence

from evals.sets import Row

ENDS = ("_low", "_high", "_least", "_most")
"""What follows the name of a figure in the names of its interval and its spread."""
SCORES: Mapping[str, str] = {"precision": "precision", "recall": "recall", "f1": "F1"}
"""The figures that have a column of their own, with its head."""
COUNTED = ("documents", "texts", "articles", "pages")
"""What a row may count its documents by."""
SHOWN_APART = frozenset({"set", "part", "language", "model"})
HEADS = ("set", "language", "figures of", *SCORES.values(), "other figures", "documents", "CPU s", "model")
RIGHT_ALIGNED = frozenset({"documents", "CPU s"})


def figures(row: Row) -> list[str]:
    """Return the names of the figures of *row*; none if it is a remark."""
    return [name for name, value in row.items() if isinstance(value, float) and name != "seconds" and not name.endswith(ENDS)]


def lines(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of the table of *rows*."""
    table = [HEADS, *map(_cells, rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for cells in table:
        padded = (
            cell.rjust(width) if head in RIGHT_ALIGNED else cell.ljust(width)
            for head, cell, width in zip(HEADS, cells, widths, strict=True)
        )
        yield "  ".join(padded).rstrip()


def _cells(row: Row) -> tuple[str, ...]:
    counted = next((name for name in COUNTED if name in row), "")
    counts = (f"{name} {value}" for name, value in row.items() if type(value) is int and name != counted)
    others = (f"{name} {_figure(row, name)}" for name in figures(row) if name not in SCORES)
    seconds = row.get("seconds")
    return (
        str(row["set"]),
        str(row.get("language", "")),
        ", ".join(value for name, value in row.items() if isinstance(value, str) and name not in SHOWN_APART),
        *(_figure(row, name) if name in row else "" for name in SCORES),
        ", ".join((*others, *counts)),
        str(row.get(counted, "")),
        "" if not seconds else f"{seconds:.1f}",
        str(row.get("model", "")),
    )


def _figure(row: Row, name: str) -> str:
    text = _number(row[name])
    for opening, ends, closing in (("(", ("_low", "_high"), ")"), ("[", ("_least", "_most"), "]")):
        if all(name + end in row for end in ends):
            text += f" {opening}{'-'.join(_number(row[name + end]) for end in ends)}{closing}"
    return text


def _number(value: object) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value:.1f}" if value > 1 else f"{value:.3f}".removeprefix("0")

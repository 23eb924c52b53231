"""A mark holds until what its kind says ends it."""

from datetime import timedelta

import pytest

from monitor.marks import holds
from monitor.messages import Alert, Change, Mark, MarkState, Standing
from tests.make import START, alert


def mark(state: MarkState, hours: float | None = None, standing: Standing | None = "reported") -> Mark:
    """A mark that a reader made of version 2 at START, for some hours."""
    until = None if hours is None else START + timedelta(hours=hours)
    return Mark("kim:s1", state, 2, until, standing, "ana", None, START)


def version(number: int, change: Change = "outlet", standing: Standing = "reported") -> Alert:
    return alert(number, change=change, standing=standing)


@pytest.mark.parametrize(
    ("made", "versions", "hours", "expected"),
    [
        (mark("open"), [version(2)], 0, False),
        (mark("acknowledged"), [version(1, "stance"), version(2, "stance"), version(3)], 0, True),
        (mark("acknowledged"), [version(2), version(3), version(4, "stance"), version(5)], 0, False),
        (mark("acknowledged"), [version(3, "correction")], 0, False),
        (mark("acknowledged"), [version(3, "development")], 0, True),
        (mark("snoozed", 4), [version(3, "correction", "denied")], 3.9, True),
        (mark("snoozed", 4), [], 4, False),
        (mark("snoozed"), [version(3), version(4, "stance")], 1000, True),
        (mark("snoozed"), [version(3, "correction")], 0, False),
        (mark("snoozed"), [version(3), version(4, "standing", "disputed")], 0, False),
        (mark("muted"), [version(3, "correction", "denied")], 1000, True),
    ],
)
def test_a_mark_holds(made: Mark, versions: list[Alert], hours: float, *, expected: bool) -> None:
    assert holds(made, versions, START + timedelta(hours=hours)) is expected

"""Every construct of a watch costs time in proportion to its size, at every stage."""

import pytest
from structlog.testing import capture_logs

from tests.doubling import measure
from tests.query_growth import CONSTRUCTS, SIZE, STAGES

MAX_EXPONENT = 1.5
"""Halfway between linear and quadratic."""


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_a_watch_eight_times_as_large_costs_about_eight_times_as_much(construct: str) -> None:
    superlinear = {}
    with capture_logs():
        for name, stage in STAGES.items():
            # On a busy machine a measurement may be disturbed, but not each of several.
            exponents = (measure(stage(CONSTRUCTS[construct]), SIZE * scale, repeats).exponent for scale, repeats in RUNS)
            if all((lowest := exponent) > MAX_EXPONENT for exponent in exponents):
                superlinear[name] = round(lowest, 2)
    assert not superlinear


RUNS = ((1, 1), (1, 3), (2, 5))
"""How much larger than SIZE the small watch is in each run, and how often it is measured. A run ends the test if it is good."""

"""The time of every rule, tokenizer and parser grows no faster than its text, whatever the text (python -m tests.linear)."""

import pytest

from tests.linear import inputs
from tests.linear.functions import ALL
from tests.linear.growth import MAX_EXPONENT, measure, suspects


@pytest.mark.parametrize("name", ALL)
def test_the_time_is_linear_in_the_text(name: str) -> None:
    longest = suspects(ALL[name], inputs.ALL)
    growths = {label: measure(ALL[name], generator).exponent for label, generator in longest.items()}
    assert {label: exponent for label, exponent in growths.items() if exponent > MAX_EXPONENT} == {}


def test_quadratic_growth_is_found_and_work_that_ends_at_some_length_passes() -> None:
    def search(text: str) -> int:
        return sum(text.count("a-", 0, place) for place in range(len(text)))

    assert measure(search, inputs.WORDS["a-a-a"]).exponent > MAX_EXPONENT
    assert measure(lambda text: search(text[:6000]), inputs.WORDS["a-a-a"]).exponent < MAX_EXPONENT

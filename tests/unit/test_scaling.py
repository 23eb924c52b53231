"""The model of what a load needs, and its tables in docs/scaling.md."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.scaling.costs import Costs
from bench.scaling.needs import DAY, LOADS, USABLE_CORES, Load, needs, polls_a_second
from bench.scaling.tables import tables


def test_the_tables_of_the_docs_are_what_the_model_computes() -> None:
    text = Path("docs/scaling.md").read_text(encoding="utf-8")
    assert [name for name, lines in tables().items() if "\n".join(lines) not in text] == []


def test_what_an_article_costs_grows_with_the_rate_and_the_poller_with_the_feeds() -> None:
    one, ten = needs(Load("", 10)), needs(Load("", 100))
    assert ten.cores["stories"] == pytest.approx(10 * one.cores["stories"])
    assert ten.gb_a_day == pytest.approx(10 * one.gb_a_day)
    assert ten.open_stories == pytest.approx(10 * one.open_stories)
    assert ten.kafka_cores == pytest.approx([10 * each for each in one.kafka_cores])
    assert needs(Load("", 10, feeds=100_000)).cores["poller"] > one.cores["poller"]
    assert needs(Load("", 10, feeds=100_000)).cores["stories"] == one.cores["stories"]


def test_a_feed_with_an_article_a_day_is_polled_38_times_and_a_busy_one_every_minute() -> None:
    assert polls_a_second(Load("", 1 / DAY, feeds=1)) * DAY == pytest.approx(38, abs=0.1)
    assert polls_a_second(Load("", 1.0, feeds=1)) * DAY == 1440


def test_the_cores_of_a_service_that_it_can_use_decide_which_is_the_bottleneck() -> None:
    assert needs(LOADS[1]).bottleneck == "stories"
    cheap = needs(LOADS[1], replace(Costs(), stories_ms=0.1))
    assert cheap.bottleneck == max(cheap.cores, key=lambda name: cheap.cores[name] / USABLE_CORES[name]) != "stories"


def test_matching_grows_more_slowly_than_the_watches() -> None:
    few, many = (needs(Load("", 10, watches=count, match_share=0.0)) for count in (1_000, 100_000))
    assert 1 < many.cores["alerts"] / few.cores["alerts"] < 10


def test_an_input_needs_a_partition_for_each_core_and_that_of_entities_for_sixteen_processes() -> None:
    found = replace(needs(LOADS[0]), cores={"poller": 0.2, "entities": 33.0, "stories": 1.5})
    assert found.partitions() == {"poller": 1, "entities": 3, "stories": 2}
    assert found.partitions(2.0) == {"poller": 1, "entities": 5, "stories": 3}

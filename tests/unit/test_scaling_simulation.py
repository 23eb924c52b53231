"""The simulation behind docs/scaling.md: it agrees with what queueing theory knows, loses no article, and repeats itself."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from bench.scaling.day import COARSE, FINE, NIGHT, NOON, PEAK, WATCHED, arrivals, rate_at
from bench.scaling.simulation import Station, simulate


def random_arrivals(rate: float, seconds: float, step: float) -> Iterator[tuple[float, int]]:
    """Yield steps with random arrivals, *rate* a second."""
    counts = np.random.default_rng(1).poisson(rate * step, int(seconds / step))
    return ((step, count) for count in counts.tolist())


@pytest.mark.parametrize("utilization", [0.5, 0.8])
def test_articles_wait_for_a_busy_station_for_as_long_as_pollaczek_and_khinchine_say(utilization: float) -> None:
    station = Station("one", 0.01, limit=1)
    run = simulate([station], 1, random_arrivals(utilization / station.seconds, 2000, 0.005))
    waits = run.latencies("one", 0, 1990) - station.seconds
    expected = station.seconds * utilization / (2 * (1 - utilization))
    assert waits.mean() == pytest.approx(expected, rel=0.03)


def test_a_batch_lets_its_articles_wait_for_each_other() -> None:
    station = Station("one", 0.01)
    run = simulate([station], 1, [(1.0, 0), (1.0, 10), (0.05, 0), (0.04, 0), (0.02, 0)])
    assert run.left["one"].tolist() == [0, 0, 0, 0, 10]


def test_a_station_that_gets_more_than_it_can_do_grows_without_bound() -> None:
    run = simulate([Station("one", 0.01)], 1, random_arrivals(120, 100, 0.01))
    waiting = run.waiting["one"]
    assert waiting[len(waiting) // 2] == pytest.approx(20 * 50, rel=0.3)
    assert waiting[-1] == pytest.approx(20 * 100, rel=0.2)
    assert run.empty_after(50) == float("inf")


STATIONS = (Station("first", 0.02, cores=3), Station("second", 0.004), Station("third", 0.001))


@pytest.mark.parametrize("cores", [1, 4])
@pytest.mark.parametrize("step", [0.005, 0.7])
def test_each_article_leaves_each_station_once_and_in_order(cores: float, step: float) -> None:
    steps = [*random_arrivals(30, 100, step), *[(step, 0)] * 1000]
    run = simulate(STATIONS, cores, steps)
    before = run.arrived
    for station in STATIONS:
        after = run.left[station.name]
        assert (after <= before).all()
        assert (np.diff(after) >= 0).all()
        before = after
    assert before[-1] == run.arrived[-1] == sum(count for _, count in steps)
    assert run.used == pytest.approx(sum(each.seconds for each in STATIONS) * run.arrived[-1])


def test_stations_use_no_more_than_the_cores_that_they_share() -> None:
    alone, shared = (simulate(STATIONS, cores, [(1.0, 10_000), *[(1.0, 0)] * 20]) for cores in (4, 1))
    assert shared.used == pytest.approx(20.0)
    assert alone.used > 2 * shared.used


def test_the_queue_that_was_longest_and_the_time_until_it_is_empty_are_told() -> None:
    run = simulate([Station("fast", 0.001), Station("slow", 0.1)], 4, [(1.0, 100), *[(1.0, 0)] * 20])
    assert run.longest() == ("slow", 80)
    assert run.empty_after(1.0) == pytest.approx(9)


MEASURED = {"entities": 3.5, "topics": 2.7, "stories": 4.9, "alerts": 2.6}
"""What `python -m bench.rate` measures of each service at 40 articles a second on SQLite: the median in ms."""
CPU = 0.0164
"""Seconds of CPU for each of its articles."""
COMMIT = 0.0205 / 4
"""Seconds of CPU that each of four commits takes more on Kafka, with the broker."""


@pytest.mark.parametrize(("commit", "cores", "measured", "simulated"), [(0.0, 1, 13.7, 17), (COMMIT, 2, 43.4, 36)])
def test_40_articles_a_second_take_as_long_as_the_docs_say(commit: float, cores: int, measured: float, simulated: int) -> None:
    stations = []
    for name, each in MEASURED.items():
        stations += [Station(f"{name} alone", each / sum(MEASURED.values()) * CPU), Station(name, max(commit, 1e-9))]
    run = simulate(stations, cores, [(0.001, 1 if number % 25 == 0 else 0) for number in range(10_000)])
    seconds = run.latencies("alerts", 1, 9)
    assert len(seconds) == 320
    assert round(float(np.median(seconds)) * 1000) == simulated
    assert simulated == pytest.approx(measured, rel=0.25)
    assert f"it says {simulated} ms" in Path("docs/scaling.md").read_text(encoding="utf-8")


def test_the_same_seed_gives_the_same_day_and_another_one_another() -> None:
    def day(seed: int) -> Sequence[tuple[float, int]]:
        return list(arrivals(50, np.random.default_rng(seed)))

    assert day(1) == day(1)
    assert day(1) != day(2)


def test_a_day_has_its_mean_besides_the_burst_and_short_steps_around_noon() -> None:
    steps = list(arrivals(20, np.random.default_rng(1)))
    assert sum(length for length, _ in steps) == pytest.approx(NOON + NIGHT)
    assert {length for length, _ in steps} == {FINE, COARSE}
    assert rate_at(20, 0) == 0
    assert rate_at(20, NOON - 1) == pytest.approx(PEAK * 20)
    before = sum(count for _, count in steps[: int((NOON - WATCHED[0]) / COARSE)])
    assert before == pytest.approx(20 * (NOON - WATCHED[0]), rel=0.03)

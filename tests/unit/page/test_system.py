"""The pages of the system, the feeds and the settings."""

from dataclasses import replace
from datetime import timedelta

from monitor.config import Config, FeedConfig, FetchConfig, Target, target_hash
from monitor.feeds.configured import id_of
from monitor.feeds.feed_state import initial_state
from monitor.messages import Delivery, Process, Rhythm, TargetState
from monitor.messages.processes import RunningService
from monitor.runtime.process_records import ProcessRecord
from page.views.feeds import list_feeds
from page.views.settings import list_settings
from page.views.system import config_troubles, list_services, list_targets, measure_stages
from tests.make import START, alert

NOON = START + timedelta(hours=8)


def process(pid: int, *services: RunningService, at: timedelta = timedelta(), trouble: str | None = None) -> ProcessRecord:
    """A process that has reported its *services*, *at* before noon."""
    reported = Process(
        f"p{pid}", "laptop", pid, "0.1", START, NOON - at, ended=False, services=services, config_trouble=trouble
    )
    return ProcessRecord(reported, reported.at.timestamp())


def test_why_an_edit_of_the_config_is_not_in_use_is_shown_once() -> None:
    refused = "config refused: line\x1b 3"
    gone = process(4, at=timedelta(minutes=3), trouble="old")
    records = [process(1), process(2, trouble=refused), process(3, trouble=refused), gone]
    assert config_troubles(records, NOON) == ["config refused: line\\x1b 3"]


def test_a_service_has_the_worst_state_of_its_processes() -> None:
    well, broken = RunningService("stories", "running", None, 1), RunningService("stories", "broken", "disk full", 0)
    gone = RunningService("alerts", "running", None, 1)
    processes = [process(1, well), process(2, broken), process(3, gone, at=timedelta(minutes=3))]
    stories, alerts = list_services(["stories", "alerts"], processes, {"stories": 7}, NOON)
    assert (stories.state, stories.trouble, stories.lag, len(stories.places)) == ("broken", "disk full", 7, 2)
    assert (alerts.state, alerts.lag) == ("not running", None)


def test_the_services_are_not_known_before_the_processes_have_been_read() -> None:
    (row,) = list_services(["alerts"], [process(1, RunningService("alerts", "running", None, 1))], {"alerts": 7}, None)
    assert (row.state, row.lag, config_troubles([process(2, trouble="refused")], None)) == ("not known", 7, [])


def test_stages_are_measured_by_the_stamps_of_alerts() -> None:
    def stamped(seconds: float) -> dict[str, object]:
        end = START + timedelta(seconds=seconds)
        return {"stamps": {"article.stories.v1": START, "alert.v1": end, "received": START}}

    rows = measure_stages([alert(number, id=f"a{number}", **stamped(number / 100)) for number in range(101)])
    assert [(row.name, round(row.p50), round(row.p95), round(row.p99)) for row in rows] == [
        ("alerts", 500, 950, 990),
        ("all together", 500, 950, 990),
    ]


def test_the_state_of_an_earlier_address_of_a_target_counts_no_more() -> None:
    target = Target("desk", webhook="https://example.org/hook")
    state = TargetState("desk", 1, "disabled", START, START, None, 3, 410, "gone", START, None, target_hash(target))
    delivery = Delivery("kim:s1", 1, "desk", "failed", 1, START, None, 500, "error 500", None)
    (row,) = list_targets([target], {"desk": state}, [delivery])
    assert (row.state, row.failed, row.error) == ("disabled", 1, "gone")
    (row,) = list_targets([replace(target, webhook="https://example.org/new")], {"desk": state}, [delivery])
    assert (row.state, row.error) == ("ok", "error 500")


def test_feeds_with_trouble_come_first() -> None:
    well, failing = FeedConfig("https://a.example/rss"), FeedConfig("https://b.example/rss", name="B")
    hours = (0.0, 0.01, *([1.0] * 22))
    rhythm = Rhythm(hours, 60.0, START, START, 60.0)
    states = {
        id_of(well): replace(initial_state(id_of(well), "", 300, START), state="ok", interval=300, rhythm=rhythm),
        id_of(failing): replace(initial_state(id_of(failing), "", 300, START), state="failing", failures=6, error="HTTP 500"),
    }
    first, second = list_feeds([well, failing], states, {}, START)
    assert (first.title, first.is_well, first.failures, first.error) == ("B", False, 6, "HTTP 500")
    assert second.hours
    assert (second.hours.heights[:3], second.next_poll) == ((0, 1, 14), START + timedelta(minutes=5))
    assert second.hours.numbers == " ".join(("0", "0", *["5"] * 22))


def test_settings_tell_the_value_and_the_meaning_and_no_secret() -> None:
    config = Config(bus="kafka://user:secret-word@broker:9092", fetch=FetchConfig(allow_networks=("127.0.0.0/8",)))
    settings = {each.key: each for each in list_settings(config)}
    assert "secret-word" not in settings["bus"].value
    assert settings["fetch.allow_networks"].value == "127.0.0.0/8"
    assert settings["fetch.max_bytes"].value == "15728640"
    assert settings["page.token_env"].value == "not set"
    assert all(each.description for each in settings.values())

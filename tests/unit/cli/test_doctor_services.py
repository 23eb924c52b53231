"""What `newsmonitor doctor` finds in the records of the processes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.cli.findings.finding import Finding
from monitor.cli.findings.services import examine_clocks, examine_configs, examine_services, examine_versions
from monitor.messages import Process, RunningService
from monitor.runtime.process_records import ProcessRecord
from tests.make import START

NOW = START + timedelta(hours=1)
POLLER = RunningService("poller", "running", None, 4)
DESK = Process("desk:42", "desk", 42, "0.1.0", START, NOW, ended=False, services=(POLLER,), config_hash="aaa")
PAGE = replace(DESK, id="web:7", host="web", pid=7, services=())


def stored(*processes: Process, ahead: float = 0.0) -> list[ProcessRecord]:
    """The *processes*, stored when they were published by a bus whose clock is *ahead* by so many seconds."""
    return [ProcessRecord(each, each.at.timestamp() + ahead) for each in processes]


def with_service(**changes: object) -> Process:
    return replace(DESK, services=(replace(POLLER, **changes),))  # type: ignore[arg-type]


def services(*processes: Process, lag: int | None = 0) -> list[Finding]:
    return examine_services(["poller"], stored(*processes), {"poller": lag}, NOW)


def levels(findings: list[Finding]) -> list[str]:
    return [each.level for each in findings]


def test_a_service_that_runs_is_well() -> None:
    assert services(DESK) == [Finding("ok", "services", "1 of 1 run")]


def test_a_service_that_runs_nowhere_is_to_be_started() -> None:
    other = replace(DESK, services=(replace(POLLER, name="alerts"),))
    (finding,) = services(other, lag=7)
    assert finding.level == "act"
    assert finding.text.startswith("poller runs nowhere, and 7 messages wait for it: start it with `newsmonitor run`")


def test_without_any_process_one_line_says_so() -> None:
    (finding,) = examine_services(["poller", "alerts"], [], {"poller": 3, "alerts": None}, NOW)
    assert finding == Finding("act", "services", "no service runs, and 3 messages wait: start them with `newsmonitor run`")


def test_a_lost_process_needs_an_act_only_if_no_other_runs_its_service() -> None:
    lost = replace(DESK, id="gone:1", host="gone", pid=1, at=NOW - timedelta(minutes=2))
    (alone,) = services(lost)
    assert (alone.level, "poller was lost on gone (pid 1): nothing heard since" in alone.text) == ("act", True)
    assert levels(services(lost, DESK)) == ["ok", "note"]


def test_processes_that_others_replaced_long_ago_are_only_counted() -> None:
    long_ago = NOW - timedelta(days=2)
    lost = [replace(DESK, id=f"pod-{number}:1", host=f"pod-{number}", pid=1, at=long_ago) for number in range(3)]
    ok, counted = services(*lost, DESK)
    assert counted == Finding("note", "services", "3 processes were lost over a day ago; others do their work now")
    assert ok.level == "ok"
    assert levels(services(*lost)) == ["act"] * 3
    alerts = replace(lost[0], services=(replace(POLLER, name="alerts"),))
    lines = [
        each.text for each in examine_services(["poller", "alerts"], stored(alerts, DESK), {"poller": 0, "alerts": 0}, NOW)
    ]
    assert "alerts was lost on pod-0 (pid 1)" in " ".join(lines)


def test_a_page_that_is_served_needs_nothing_and_is_no_service() -> None:
    assert services(DESK, PAGE) == services(DESK)
    assert services(PAGE, lag=3) == [
        Finding("act", "services", "no service runs, and 3 messages wait: start them with `newsmonitor run`")
    ]


def test_a_page_that_was_lost_needs_an_act_for_a_day_or_until_another_process_serves_it() -> None:
    lost = replace(PAGE, id="gone:1", host="gone", pid=1, at=NOW - timedelta(minutes=2))
    (alone,) = services(DESK, lost)
    since = f"the page was lost on gone (pid 1): nothing heard since {lost.at:%Y-%m-%d %H:%M:%S} UTC"
    remedy = "see its log, and start it with `newsmonitor serve` or `newsmonitor run`"
    assert alone == Finding("act", "services", f"{since}; {remedy}")
    assert levels(services(lost)) == ["act", "act"], "no service runs either"
    assert levels(services(DESK, PAGE, lost)) == ["ok", "note"]
    long_ago = replace(lost, at=NOW - timedelta(days=2))
    assert services(DESK, PAGE, long_ago)[1].text == "1 process was lost over a day ago; others do their work now"
    assert levels(services(DESK, long_ago)) == ["ok", "note"]
    assert levels(services(PAGE, long_ago)) == ["act", "note"], "no service runs, and the lost one is counted"


def test_a_broken_process_is_told_however_far_its_clock_is_behind() -> None:
    broken = replace(with_service(state="broken", trouble="disk full"), id="far:1", host="far", at=NOW - timedelta(days=2))
    found = examine_services(["poller"], [*stored(DESK), ProcessRecord(broken, NOW.timestamp())], {}, NOW)
    assert found == [Finding("act", "services", "poller on far (pid 42) fails: disk full")]


def test_a_process_that_was_just_lost_is_named_however_far_the_clock_of_the_bus_is_behind() -> None:
    lost = replace(DESK, id="gone:1", host="gone", pid=1, at=NOW - timedelta(minutes=2))
    records = [*stored(DESK), *stored(lost, ahead=-2 * 24 * 60 * 60)]
    ok, named = examine_services(["poller"], records, {"poller": 0}, NOW)
    assert (ok.level, named.level, "lost on gone (pid 1)" in named.text) == ("ok", "note", True)


@pytest.mark.parametrize(("state", "verb"), [("broken", "fails"), ("waiting", "waits")])
def test_a_service_without_progress_needs_an_act(state: str, verb: str) -> None:
    (finding,) = services(with_service(state=state, trouble="the disk is full"))
    assert finding == Finding("act", "services", f"poller on desk (pid 42) {verb}: the disk is full")


def test_a_service_that_works_but_not_as_it_should_needs_an_act() -> None:
    (finding,) = services(with_service(trouble="the model is away"))
    assert finding == Finding("act", "services", "poller on desk (pid 42) runs, but: the model is away")


def test_a_service_that_starts_needs_none() -> None:
    found = services(with_service(state="starting", trouble="restoring its state: 7 records read", partitions=0))
    assert levels(found) == ["ok", "note"]
    assert found[1].text == "poller on desk (pid 42) starts: restoring its state: 7 records read"


def test_an_instance_that_stands_by_is_noted_and_all_that_do_need_an_act() -> None:
    idle = replace(with_service(partitions=0), id="idle:7", host="idle", pid=7)
    assert levels(services(DESK, idle)) == ["ok", "note"]
    found = services(idle, lag=2)
    assert levels(found) == ["note", "act"]
    assert found[1].text.startswith("poller only stands by: no process that reports has its partitions, and 2 messages wait")


def test_a_process_that_has_just_started_may_stand_by_for_a_moment() -> None:
    idle = replace(with_service(partitions=0), started=NOW - timedelta(seconds=20))
    found = services(idle)
    assert levels(found) == ["ok", "note"]
    assert found[0].text == "0 of 1 run"


def test_hidden_characters_are_escaped() -> None:
    (finding,) = services(with_service(state="broken", trouble="a\u202eb"))
    assert "\\u202e" in finding.text


def clocks(*records: ProcessRecord) -> list[str]:
    return [each.text for each in examine_clocks(records, NOW) if each.level == "act"]


def test_clocks_that_agree_are_well() -> None:
    assert clocks(*stored(DESK, ahead=3)) == []


def test_a_record_from_the_future_says_that_this_clock_is_behind() -> None:
    (text,) = clocks(*stored(replace(DESK, at=NOW + timedelta(minutes=2))))
    assert text.startswith("the newest record is 120 s after the time of this machine: its clock is behind, or was ahead")


@pytest.mark.parametrize(("ahead", "word"), [(-60.0, "ahead of"), (60.0, "behind")])
def test_a_machine_whose_clock_differs_from_the_bus_is_named(ahead: float, word: str) -> None:
    process = replace(DESK, at=NOW - timedelta(seconds=ahead))
    (text,) = clocks(ProcessRecord(process, NOW.timestamp()))
    assert text.startswith(f"the clock on desk (pid 42) is 60 s {word} the times that the bus gives records")


def test_a_process_whose_clock_is_behind_is_not_taken_for_lost() -> None:
    found = examine_services(["poller"], [ProcessRecord(replace(DESK, at=NOW - timedelta(hours=1)), NOW.timestamp())], {}, NOW)
    assert levels(found) == ["ok"]


def test_a_process_with_another_config_is_named() -> None:
    old = replace(DESK, id="old:1", host="old", pid=1, config_hash=None)
    assert levels(examine_configs([DESK, old], "aaa")) == ["ok"]
    (finding,) = examine_configs([DESK, old], "bbb")
    assert finding.text.startswith("the process on desk (pid 42) uses another config than this file (aaa, not bbb): give it")


def test_a_process_that_refuses_an_edit_says_why_and_once() -> None:
    refused = replace(DESK, config_trouble="config refused: line 3: no such key")
    for hash_ in ("aaa", "bbb"):
        (finding,) = examine_configs([refused], hash_)
        assert finding.level == "act"
        assert finding.text == (
            "the process on desk (pid 42) does not use the latest edit of its config: config refused: line 3: no such key"
        )


def test_a_process_of_another_version_is_noted() -> None:
    found = examine_versions([DESK], "0.2.0")
    assert levels(found) == ["ok", "note"]
    assert found[1].text == "the process on desk (pid 42) runs 0.1.0, and this is 0.2.0: restart the older one"


def test_an_edit_that_waits_for_a_restart_needs_an_act() -> None:
    edited = replace(DESK, config_deferred=("bus", "streams"))
    (finding,) = examine_configs([edited], "aaa")
    assert finding.level == "act"
    assert finding.text == (
        "the process on desk (pid 42) was started before an edit of bus, streams: restart it, so that it takes effect"
    )
    assert levels(examine_configs([DESK], "aaa")) == ["ok"]

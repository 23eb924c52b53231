"""`newsmonitor deliveries` lists failed deliveries with the reason, and sends them again."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from consumers.delivery.tools.redrive import Selection, newest_versions, select
from monitor.bus.backends import connect
from monitor.clock import utc
from monitor.messages import Delivery
from monitor.messages.codec import encode
from tests.integration.command import invoke
from tests.integration.receiver import SECRET, Receiver, receiving
from tests.make import START, alert


@pytest.fixture
async def receiver(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Receiver]:
    """A running receiver, with the secret in the environment."""
    monkeypatch.setenv("DESK_SECRET", SECRET)
    async with receiving() as running_receiver:
        yield running_receiver


def failed(story: str, version: int = 1, target: str = "desk", hours: float = 1) -> list[Delivery]:
    """The records of a delivery that failed *hours* ago."""
    body = alert(version, id=f"kim:{story}", story=story, title=f"{story} breaks")
    at = utc() - timedelta(hours=hours)
    queued = Delivery(body.id, version, target, "queued", 0, at, at, None, None, body)
    return [queued, replace(queued, state="failed", attempt=8, due=None, status=500, error="HTTP 500", body=None)]


async def store(folder: Path, receiver: Receiver, *records: Delivery) -> None:
    """Write a config with two targets, and publish *records*."""
    (folder / "monitor.toml").write_text(
        'bus = "sqlite:news.db"\n[delivery]\nallow_networks = ["127.0.0.0/8"]\n'
        + "".join(
            f'[[targets]]\nid = "{name}"\nwebhook = "{receiver.base}"\nsecret_env = "DESK_SECRET"\n'
            for name in ("desk", "night")
        )
    )
    async with connect(f"sqlite:{folder / 'news.db'}") as bus:
        await bus.publish([encode(record) for record in records])


async def test_failed_deliveries_are_listed_with_the_reason(tmp_path: Path, receiver: Receiver) -> None:
    await store(tmp_path, receiver, *failed("s1"), *failed("s2", target="night"), *failed("s3", hours=200))
    code, out, _ = await invoke(tmp_path, "deliveries", "list")
    lines = out.splitlines()
    assert code == 0
    assert [line.split(maxsplit=2)[2] for line in lines[::2]] == [
        "failed     desk  kim:s1 version 1, after 8 attempts: HTTP 500",
        "failed     night  kim:s2 version 1, after 8 attempts: HTTP 500",
    ]
    assert lines[1::2] == ["    s1 breaks", "    s2 breaks"]
    code, out, _ = await invoke(tmp_path, "deliveries", "list", "--target", "night", "--json")
    (row,) = map(json.loads, out.splitlines())
    assert (row["alert"], row["target"], row["state"], row["error"], row["title"]) == (
        "kim:s2",
        "night",
        "failed",
        "HTTP 500",
        "s2 breaks",
    )
    code, _, err = await invoke(tmp_path, "deliveries", "list", "--target", "nihgt")
    assert (code, "there is no target 'nihgt'; choose from desk, night" in err) == (2, True)
    code, _, err = await invoke(tmp_path, "deliveries", "redrive", "--alert", "kim:s9")
    assert (code, "there is no delivery of an alert 'kim:s9'; `newsmonitor deliveries list --state all`" in err) == (2, True)
    code, out, err = await invoke(tmp_path, "deliveries", "list", "--state", "sent")
    assert (code, out, err) == (0, "", "no sent deliveries\n")


async def test_a_target_that_left_the_config_can_still_be_listed(tmp_path: Path, receiver: Receiver) -> None:
    await store(tmp_path, receiver, *failed("s1", target="evening"))
    code, out, _ = await invoke(tmp_path, "deliveries", "list", "--target", "evening")
    assert (code, "evening  kim:s1 version 1" in out) == (0, True)
    (tmp_path / "monitor.toml").write_text('bus = "sqlite:empty.db"\n')
    code, _, err = await invoke(tmp_path, "deliveries", "list", "--target", "evening")
    assert (code, "there is no target 'evening'; there are no [[targets]] in the config yet" in err) == (2, True)


async def test_a_redrive_sends_what_failed_under_the_same_ids(tmp_path: Path, receiver: Receiver) -> None:
    await store(tmp_path, receiver, *failed("s1"), *failed("s1", 2), *failed("s2", target="night"), *failed("s3"))
    code, _, err = await invoke(tmp_path, "deliveries", "redrive", "--alert", "kim:s1", "--alert", "kim:s2")
    assert (code, err) == (0, "2 of 2 accepted\n")
    assert receiver.received == [("kim:s1:2", "s1 breaks"), ("kim:s2:1", "s2 breaks")]
    _, out, _ = await invoke(tmp_path, "deliveries", "list", "--state", "sent")
    assert "night  kim:s2 version 1, after 9 attempts" in out
    code, _, err = await invoke(tmp_path, "deliveries", "redrive")
    assert (code, receiver.ids[2:]) == (0, ["kim:s3:1"])
    code, _, err = await invoke(tmp_path, "deliveries", "redrive")
    assert (code, err) == (0, "0 of 0 accepted\n")
    _, out, _ = await invoke(tmp_path, "status")
    assert "1 failed" in out, "the first version of s1, which the second one replaces"


async def test_a_redrive_tells_what_was_dropped_but_not_what_a_failed_digest_left_out(
    tmp_path: Path, receiver: Receiver
) -> None:
    (queued, ended), (_, of_digest) = failed("s1"), failed("s2")
    dropped = replace(ended, state="dropped", left_out=1)
    withheld = replace(of_digest, alert="kim:s3", state="withheld", left_out=1)
    await store(tmp_path, receiver, queued, dropped, withheld, failed("s2")[0], replace(of_digest, left_out=2))

    async def left_out() -> int:
        _, out, _ = await invoke(tmp_path, "targets", "--json")
        count: int = json.loads(out.splitlines()[0])["left_out"]
        return count

    assert await left_out() == 2
    assert (await invoke(tmp_path, "deliveries", "redrive"))[0] == 0
    assert (receiver.ids, await left_out()) == (["kim:s2:1"], 2)
    assert (await invoke(tmp_path, "deliveries", "redrive", "--state", "dropped"))[0] == 0
    assert (receiver.ids, await left_out()) == (["kim:s2:1", "kim:s1:1"], 1)


async def test_a_target_that_fails_again_is_left_and_the_reason_recorded(tmp_path: Path, receiver: Receiver) -> None:
    await store(tmp_path, receiver, *failed("s1"), *failed("s2"), *failed("s3", target="night"))
    receiver.statuses = [503]
    code, out, err = await invoke(tmp_path, "deliveries", "redrive")
    assert (code, err) == (1, "1 of 3 accepted\n")
    assert receiver.ids == ["kim:s1:1", "kim:s3:1"]
    assert "failed     desk  kim:s1 version 1, after 9 attempts: HTTP 503" in out
    _, out, _ = await invoke(tmp_path, "deliveries", "list")
    assert "kim:s1 version 1, after 9 attempts: HTTP 503" in out
    assert "kim:s2 version 1, after 8 attempts: HTTP 500" in out


async def test_an_alert_that_has_left_the_log_does_not_hold_the_others_of_its_target(
    tmp_path: Path, receiver: Receiver
) -> None:
    (_, without_body), both = failed("s1"), failed("s2")
    await store(tmp_path, receiver, without_body, *both)
    code, out, err = await invoke(tmp_path, "deliveries", "redrive")
    assert (code, err, receiver.ids) == (1, "1 of 2 accepted\n", ["kim:s2:1"])
    assert "kim:s1 version 1, after 9 attempts: the alert is no longer in the log" in out


async def test_status_points_to_the_list(tmp_path: Path, receiver: Receiver) -> None:
    await store(tmp_path, receiver, *failed("s1"))
    _, out, _ = await invoke(tmp_path, "status")
    assert "deliveries 1 failed; `newsmonitor deliveries list` shows why they failed" in out


def test_an_older_version_is_never_sent_after_a_newer_one() -> None:
    older, newer = failed("s1")[1], replace(failed("s1", 2)[1], state="sent")
    assert newest_versions([older], [older, newer]) == []
    assert newest_versions([older], [older]) == [older]


def test_a_selection_has_a_target_an_alert_a_time_and_a_state() -> None:
    record = Delivery("kim:s1", 1, "desk", "retrying", 2, START, START, 500, "HTTP 500", None)
    now = START + timedelta(hours=2)
    assert select([record], Selection(state="pending"), now) == [record]
    assert select([record], Selection(state="all", targets=("desk",), alerts=("kim:s1",)), now) == [record]
    assert select([record], Selection(state="failed"), now) == []
    assert select([record], Selection(state="all", targets=("night",)), now) == []
    assert select([record], Selection(state="all", alerts=("kim:s2",)), now) == []
    assert select([record], Selection(state="all", since=timedelta(hours=1)), now) == []

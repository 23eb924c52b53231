"""`newsmonitor targets` shows how the receivers behave, enables a target, and sends test messages."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from consumers.delivery import service as delivery
from monitor.bus import Bus
from monitor.bus.backends import connect
from monitor.cli.shared import read_config
from monitor.clock import utc
from monitor.messages import Delivery, TargetState
from monitor.messages.codec import encode
from tests.bus import read_all
from tests.integration.command import invoke
from tests.integration.receiver import SECRET, Receiver, receiving
from tests.make import alert
from tests.running import running, until


@pytest.fixture
async def receiver(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Receiver]:
    """A running receiver, with the secret in the environment."""
    monkeypatch.setenv("DESK_SECRET", SECRET)
    async with receiving() as running_receiver:
        yield running_receiver


@pytest.fixture
async def bus(tmp_path: Path, receiver: Receiver) -> AsyncIterator[Bus]:
    """The bus of a config with two targets in the folder of the test."""
    (tmp_path / "monitor.toml").write_text(
        'bus = "sqlite:news.db"\n[delivery]\nallow_networks = ["127.0.0.0/8"]\nretries = [3600]\n'
        '[[watches]]\nid = "kim"\nany = ["Kim"]\n[[targets]]\nid = "log"\nlog = true\n'
        f'[[targets]]\nid = "desk"\nwebhook = "{receiver.base}"\nsecret_env = "DESK_SECRET"\n'
    )
    async with connect(f"sqlite:{tmp_path / 'news.db'}") as opened:
        yield opened


async def rows(folder: Path, *words: str) -> dict[str, Any]:
    """Return what `targets --json` prints of each target."""
    code, out, _ = await invoke(folder, "targets", *words, "--json")
    assert code == 0
    return {row["target"]: row for row in map(json.loads, out.splitlines())}


async def wait_for_state(bus: Bus, state: str) -> None:
    async def is_recorded() -> bool:
        return any(record.state == state for record in await read_all(bus, TargetState))

    await until(is_recorded)


@pytest.mark.usefixtures("bus")
async def test_a_target_that_was_never_used_is_ok(tmp_path: Path) -> None:
    code, out, _ = await invoke(tmp_path, "targets")
    assert code == 0
    assert out.splitlines() == [
        "log  log  ok; 0 alerts pending",
        "    last success: none",
        "desk  webhook  ok; 0 alerts pending",
        "    last success: none",
    ]
    assert await rows(tmp_path) == await rows(tmp_path, "list")


async def test_a_disabled_target_is_shown_and_enabled_while_the_service_runs(
    tmp_path: Path, bus: Bus, receiver: Receiver
) -> None:
    receiver.usual, config = 410, read_config(tmp_path / "monitor.toml")
    await bus.publish([encode(alert(to=("desk",))), encode(alert(id="kim:s2", to=("desk",)))])
    async with running(bus, delivery.make(lambda: config)):
        await wait_for_state(bus, "disabled")
        row = (await rows(tmp_path))["desk"]
        assert (row["state"], row["pending"], row["last_success"]) == ("disabled", 2, None)
        assert (row["last_error"]["status"], row["last_error"]["error"]) == (410, "HTTP 410")
        _, out, _ = await invoke(tmp_path, "status")
        assert "targets    1 disabled; `newsmonitor targets` shows why" in out
        _, out, _ = await invoke(tmp_path, "targets", "list")
        assert f"disabled since {row['since']}; `newsmonitor targets enable desk` sends what waits; 2 alerts pending" in out
        edited = (text := (tmp_path / "monitor.toml").read_text()).replace(receiver.base, f"{receiver.base}/new")
        (tmp_path / "monitor.toml").write_text(edited)
        _, out, _ = await invoke(tmp_path, "status")
        assert "disabled" not in out
        assert (await rows(tmp_path))["desk"]["state"] == "ok"
        (tmp_path / "monitor.toml").write_text(text)
        receiver.usual = 204
        code, out, _ = await invoke(tmp_path, "targets", "enable", "desk")
        text = "Waiting for it: 2 alerts, which the delivery service now sends, each in its newest version."
        assert (code, out) == (0, f"desk was disabled; it is enabled. {text}\n")
        await until(lambda: set(receiver.ids) == {"kim:s1:1", "kim:s2:1"} and len(receiver.ids) >= 3)
    row = (await rows(tmp_path))["desk"]
    assert (row["state"], row["pending"], row["failures"]) == ("ok", 0, 0)
    assert row["last_success"] > row["last_error"]["at"]
    code, out, _ = await invoke(tmp_path, "targets", "enable", "desk")
    assert (code, out) == (0, "desk is neither disabled nor waiting\n")


async def test_enable_says_how_many_alerts_were_dropped_because_too_many_waited(
    tmp_path: Path, bus: Bus, receiver: Receiver
) -> None:
    file, receiver.usual = tmp_path / "monitor.toml", 410
    file.write_text(file.read_text().replace("[delivery]", "[delivery]\nqueue = 2"))
    config = read_config(file)
    async with running(bus, delivery.make(lambda: config)):
        await bus.publish([encode(alert(to=("desk",)))])
        await wait_for_state(bus, "disabled")
        await bus.publish([encode(alert(id=f"kim:s{number}", to=("desk",), updated=utc())) for number in range(2, 6)])
        await until(lambda: _dropped(bus))
    code, out, _ = await invoke(tmp_path, "targets", "enable", "desk")
    assert code == 0
    assert out == (
        "desk was disabled; it is enabled. Waiting for it: 2 alerts, which the delivery service now sends, each in its newest"
        " version. Dropped meanwhile: 3 alerts; `newsmonitor deliveries list --state dropped --target desk` lists them.\n"
    )


async def _dropped(bus: Bus) -> bool:
    return sum(record.state == "dropped" for record in await read_all(bus, Delivery)) == 3


async def test_a_waiting_target_is_shown_with_its_time_and_need_not_be_waited_for(
    tmp_path: Path, bus: Bus, receiver: Receiver
) -> None:
    receiver.statuses, config = [503], read_config(tmp_path / "monitor.toml")
    await bus.publish([encode(alert(to=("desk",)))])
    async with running(bus, delivery.make(lambda: config)):
        await wait_for_state(bus, "waiting")
        row = (await rows(tmp_path))["desk"]
        assert (row["state"], row["failures"], row["until"] > row["since"]) == ("waiting", 1, True)
        _, out, _ = await invoke(tmp_path, "targets")
        assert f"desk  webhook  waiting until {row['until']}, since {row['since']} (1 failure in a row); 1 alert pending" in out
        _, out, _ = await invoke(tmp_path, "targets", "enable", "desk", "--json")
        assert (json.loads(out)["type"], json.loads(out)["state"]) == ("target.v1", "ok")
        await until(lambda: receiver.ids == ["kim:s1:1"] * 2)


@pytest.mark.usefixtures("bus")
async def test_a_test_message_is_marked_and_sent_whatever_the_state(tmp_path: Path, receiver: Receiver) -> None:
    code, out, _ = await invoke(tmp_path, "targets", "test", "desk")
    ((message_id, title),) = receiver.received
    assert (code, out) == (0, f"desk accepted the test message {message_id}\n")
    assert message_id.startswith("@test:desk:")
    assert title == "A test message from newsmonitor to the target desk"
    assert receiver.user_agents == {f"newsmonitor/{version('newsmonitor')}"}
    receiver.usual = 500
    code, out, _ = await invoke(tmp_path, "targets", "test", "desk", "--json")
    assert (code, json.loads(out)["error"], json.loads(out)["status"]) == (1, "HTTP 500", 500)
    assert (await rows(tmp_path))["desk"]["last_error"] is None
    assert receiver.ids[0] != receiver.ids[1]


@pytest.mark.usefixtures("bus")
@pytest.mark.parametrize("command", ["enable", "test"])
async def test_an_unknown_target_is_refused_with_the_choices(tmp_path: Path, command: str) -> None:
    code, _, err = await invoke(tmp_path, "targets", command, "dekk")
    assert (code, "there is no target 'dekk'; choose from desk, log" in err) == (2, True)


async def test_nothing_is_enabled_before_the_first_run(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text('bus = "sqlite:none.db"\n[[targets]]\nid = "log"\nlog = true\n')
    code, out, err = await invoke(tmp_path, "targets", "enable", "log")
    assert (code, out, bool(err)) == (1, "", True)


async def test_what_quiet_hours_hold_is_shown_with_its_end(tmp_path: Path, bus: Bus) -> None:
    config_file, hours = tmp_path / "monitor.toml", timedelta(hours=2)
    quiet = f'quiet = {{start = "{utc() - hours:%H:%M}", end = "{utc() + hours:%H:%M}"}}'
    config_file.write_text(f"{config_file.read_text()}{quiet}\n")
    await bus.publish([encode(Delivery("kim:s1", 1, "desk", "queued", 0, utc(), utc(), None, None, alert(to=("desk",))))])
    row = (await rows(tmp_path))["desk"]
    assert (row["pending"], row["held"], row["held_by"], row["held_without_end"]) == (1, 1, {"quiet": 1}, 0)
    line = f"1 alert held, until {row['held_first']}: 1 by quiet hours"
    _, out, _ = await invoke(tmp_path, "targets")
    assert f"    {line}\n" in out
    _, out, _ = await invoke(tmp_path, "status")
    assert f"deliveries 1 pending\n           desk: {line}\n" in out


@pytest.mark.usefixtures("bus")
async def test_check_tells_of_quiet_hours_that_let_nothing_through(tmp_path: Path) -> None:
    config_file, of_watch = tmp_path / "monitor.toml", 'any = ["Kim"]\nto = ["desk"]\nquiet = {start = "12:00", end = "00:00"}'
    both = config_file.read_text().replace('any = ["Kim"]', of_watch)
    config_file.write_text(f'{both}quiet = {{start = "00:00", end = "12:00"}}\n')
    _, out, err = await invoke(tmp_path, "check")
    assert "17: hint: target 'desk': its quiet hours (00:00 to 12:00 UTC) and those of the watch 'kim'" in out + err

"""`newsmonitor status` says which services run."""

import json
import re
from datetime import timedelta
from pathlib import Path

from monitor.bus import ProducerRecord
from monitor.bus.sqlite.bus import connect
from monitor.bus.sqlite.tables import Retention
from monitor.clock import utc
from monitor.messages.base import isoformat
from monitor.text.office_holders import last_checked
from tests.fakefeed import FakeFeed
from tests.integration.command import invoke, newsmonitor, started, write_config
from tests.running import until


async def test_status_says_which_poller_runs_and_which_stands_by(tmp_path: Path, fake: FakeFeed) -> None:
    write_config(tmp_path, fake)
    (tmp_path / "second").mkdir()

    async def pollers() -> list[int]:
        _, out, _ = await newsmonitor(tmp_path, "status", "--json")
        processes = json.loads(out)["processes"]
        return sorted(each["services"][0]["partitions"] for each in processes if each["services"][0]["state"] == "running")

    async def one_stands_by() -> bool:
        return await pollers() == [0, 1]

    def logs() -> str:
        return (tmp_path / "run.log").read_text() + (tmp_path / "second" / "run.log").read_text()

    second_poller = started(tmp_path / "second", "-c", "../monitor.toml", "run", "poller")
    async with started(tmp_path, "run", "poller") as first, second_poller as second:
        await until(one_stands_by, 60)
        _, out, _ = await newsmonitor(tmp_path, "status")
        await until(lambda: logs().count('"standing by"') == 1, 30)
    assert {f"(pid {first.pid})", f"(pid {second.pid})"} == set(re.findall(r"\(pid \d+\)", out))
    assert (out.count(" runs on "), out.count(" stands by on ")) == (1, 1)
    _, out, _ = await newsmonitor(tmp_path, "status")
    assert out.splitlines()[0].startswith("poller     does not run; lag: ")
    assert f"\noffices    holders known up to {last_checked()}; later articles must name them\n" in out


async def test_status_and_doctor_say_when_records_were_removed_early(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text('bus = "sqlite:news.db"\n[streams]\nmax_mb = 8\n')
    at = utc().replace(microsecond=0) - timedelta(days=3)
    async with connect(tmp_path / "news.db", Retention(30, 8 * 1024 * 1024), clock=lambda: at) as bus:
        await bus.publish([ProducerRecord("article.raw.v1", str(number), bytes(100_000)) for number in range(75)])
        await bus.maintain_records()
    early = f"7 MB of at most 8 MB used, so old records were removed early, last at {at:%Y-%m-%d %H:%M} UTC"
    assert early in (await invoke(tmp_path, "status"))[1]
    code, out, _ = await invoke(tmp_path, "doctor")
    assert (code, early in out) == (1, True)
    status = json.loads((await invoke(tmp_path, "status", "--json"))[1])
    assert status["storage"]["removed_early"] == isoformat(at)

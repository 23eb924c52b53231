"""The log target has a line for each alert, which says what is new, and one for those that a digest leaves out."""

import aiohttp
from structlog.testing import capture_logs

from consumers.delivery.batches import AlertBatch
from consumers.delivery.channels import Result
from consumers.delivery.channels.log import LogChannel
from monitor.config import Config, Target
from monitor.messages import Alert, Report
from tests.make import START, alert

LATER = alert(
    2,
    change="stance",
    title="Ferry sold",
    articles=(
        Report("a1", 1, "Tidewater", "Ferry sold", "https://a.example/1", START, ()),
        Report("a2", 1, "Harbour News", "Buyer pulls out", "https://b.example/1", START, ()),
    ),
)


async def lines_of(*alerts: Alert, left_out: int = 0) -> list[dict[str, object]]:
    """Return what is logged of a batch."""
    with capture_logs() as lines:
        async with aiohttp.ClientSession() as session:
            channel = LogChannel(Target("log", log=True), Config(), session)
            assert await channel.send(AlertBatch("1", alerts, left_out)) == Result()
    return [dict(line) for line in lines]


async def test_the_line_of_a_later_version_says_what_is_new() -> None:
    first, later = await lines_of(alert(title="Ferry sold"), LATER)
    assert (first["title"], "news" in first) == ("Ferry sold", False)
    assert (later["news"], later["title"]) == ("Harbour News reports it too: Buyer pulls out", "Ferry sold")


async def test_a_mark_in_spite_of_which_an_alert_is_told_is_logged() -> None:
    (line,) = await lines_of(alert(again="acknowledged by ana at 2026-03-10 20:00 UTC"))
    assert line["again"] == "acknowledged by ana at 2026-03-10 20:00 UTC"


async def test_what_a_digest_leaves_out_is_a_line() -> None:
    *_, last = await lines_of(alert(), alert(id="kim:s2"), left_out=7)
    assert (last["event"], str(last["text"]).startswith("7 more alerts")) == ("alerts left out", True)

"""The page of the system tells what is held and until when, in the words of `newsmonitor targets`."""

from datetime import timedelta
from pathlib import Path

from monitor.clock import utc
from monitor.messages import Delivery, Mark
from tests.integration.command import invoke
from tests.make import alert
from tests.page import served
from tests.running import until

CONFIG = """
[[watches]]
id = "kim"
any = ["Kim"]
[[targets]]
id = "desk"
log = true
pace = "8h"
[[targets]]
id = "log"
log = true
"""


async def test_the_page_tells_what_is_held_as_the_command_does(tmp_path: Path) -> None:
    now = utc()
    had = Delivery("kim:s1", 1, "desk", "queued", 0, now, now, None, None, alert(to=("desk",)))
    sent = Delivery("kim:s1", 1, "desk", "sent", 1, now, None, 200, None, None)
    newer = alert(2, change="stance", to=("desk",))
    paced = Delivery("kim:s1", 2, "desk", "queued", 0, now, now, None, None, newer)
    retried = Delivery("kim:s1", 2, "desk", "retrying", 1, now, now, 500, "HTTP 500", None)
    async with served(tmp_path, CONFIG, newer, had, sent, paced, retried) as page:
        _, out, _ = await invoke(tmp_path, "targets")
        (line,) = (line.strip() for line in out.splitlines() if " held, " in line)
        assert line.endswith(": 1 by the pace")
        assert f"<li>desk: {line}</li>" in (await page.get("/system"))[1]
        mark = Mark("kim:s2", "snoozed", 1, now + timedelta(days=1), None, "me", None, now)
        snoozed = alert(1, id="kim:s2", to=("log",))
        await page.publish(snoozed, mark, Delivery("kim:s2", 1, "log", "queued", 0, now, now, None, None, snoozed))
        await until(lambda: len(page.follower.records.deliveries) == 2)
        text = (await page.get("/system"))[1]
        assert ("<li>log: 1 alert held, until " in text, ": 1 by a snooze</li>" in text) == (True, True)


async def test_nothing_is_said_where_nothing_is_held(tmp_path: Path) -> None:
    now = utc()
    pending = Delivery("kim:s1", 1, "log", "queued", 0, now, now, None, None, alert(to=("log",)))
    async with served(tmp_path, CONFIG, alert(1), pending) as page:
        assert "<h2>Held" not in (await page.get("/system"))[1]

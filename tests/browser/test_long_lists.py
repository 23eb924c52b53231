"""Lists that are longer than a page, in a browser: they have no fault, and the keyboard finds a row."""

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.clock import utc
from monitor.messages import Delivery, Mark
from tests.browser.conftest import OpenPage
from tests.browser.machine import download_axe
from tests.browser.test_accessibility import look_at
from tests.make import alert
from tests.page import served

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CONFIG = "".join(
    f'[[watches]]\nid = "w{n:03}"\nany = ["Kim{n}"]\n[[feeds]]\nurl = "https://e{n}.example/rss"\n'
    f'[[targets]]\nid = "t{n:03}"\nlog = true\n'
    for n in range(120)
)
PATHS = ("/watches?from=101", "/feeds?q=e1", "/system", "/editor", "/", "/stories/s1")


async def test_long_lists_have_no_fault(tmp_path: Path, opened: OpenPage) -> None:
    now = utc()
    alerts = [alert(1, id=f"w{n:03}:s1", watch=f"w{n:03}", updated=now, raised=now) for n in range(60)]
    marks = [Mark(each.id, "snoozed", 1, now + timedelta(days=1), None, "ana", None, now) for each in alerts[:30]]
    held = [Delivery(each.id, 1, f"t{n:03}", "queued", 0, now, now, None, None, each) for n, each in enumerate(alerts)]
    async with served(tmp_path, CONFIG, *alerts, *marks, *held) as page:
        for path in PATHS:
            async with opened(page.url + path) as shown:
                await shown.evaluate(download_axe().read_text(encoding="utf-8"))
                assert await look_at(shown) == [], path


async def test_a_watch_is_found_without_a_script(tmp_path: Path, opened: OpenPage) -> None:
    async with served(tmp_path, CONFIG) as page, opened(page.url + "/watches", java_script_enabled=False) as shown:
        await shown.get_by_role("link", name="Next").click()
        await shown.wait_for_url("**/watches?from=101")
        assert await shown.get_by_role("row").count() == 21
        await shown.get_by_role("searchbox", name="Find watches by name or target").fill("w007")
        await shown.keyboard.press("Enter")
        await shown.wait_for_url("**/watches?q=w007")
        assert await shown.get_by_role("row").count() == 2
        assert await shown.get_by_role("link", name="w007").count() == 1

"""Long lists come on pages with a field that finds rows, and no page grows with the config or the log without end."""

import json
import re
from pathlib import Path

import pytest

from monitor.bus import Partition, Record
from monitor.config.load import read
from monitor.messages import DeadLetter, Delivery, Mark
from monitor.runtime.dead_letters import to_dead_letter
from tests.make import START, alert
from tests.page import ServedPage, served
from tests.running import until

COUNT = 250
ENTRIES = "".join(
    f'[[watches]]\nid = "w{n}"\nany = ["Kim{n}"]\n[[feeds]]\nurl = "https://e{n}.example/rss"\n'
    f'[[targets]]\nid = "t{n}"\nlog = true\n'
    for n in range(COUNT)
)
HOSTS = ", ".join(f'"h{n}.example"' for n in range(COUNT))
CONFIG = f"{ENTRIES}[page]\nhosts = [{HOSTS}]\n"
LISTS = {"/watches": r"<b>(w\d+)</b>", "/feeds": r"<small>https://(e\d+)\.example/rss</small>", "/system": r"<b>(t\d+)</b>"}


async def all_rows(page: ServedPage, path: str, pattern: str) -> list[str]:
    """The rows of all pages of the list at *path*, as their links lead on."""
    rows: list[str] = []
    url: str | None = path
    while url:
        text = (await page.get(url))[1]
        rows += re.findall(pattern, text)
        following = re.search(r'<a class="link" href="([^"]+)">Next</a>', text)
        url = following[1].replace("&amp;", "&") if following else None
    return rows


@pytest.mark.parametrize("path", LISTS)
async def test_a_long_list_has_pages_and_finds_rows(tmp_path: Path, path: str) -> None:
    pattern = LISTS[path]
    async with served(tmp_path, CONFIG) as page:
        rows = await all_rows(page, path, pattern)
        assert (len(rows), len(set(rows))) == (COUNT, COUNT)
        text = (await page.get(path))[1]
        assert (len(re.findall(pattern, text)), "1 to 100 of 250" in text) == (100, True)
        (found,) = re.findall(pattern, (text := (await page.get(f"{path}?q={rows[-1].upper()}"))[1]))
        assert (found, "1 of 250 match" in text, f'value="{rows[-1].upper()}"' in text) == (rows[-1], True, True)
        text = (await page.get(f"{path}?q=%3Cb%3E"))[1]
        assert ("0 of 250 match" in text, "<b>&quot;" in text, re.findall(pattern, text)) == (True, False, [])
        for wrong in ("from=0", "from=-3", "from=9999999", "from=99999999999", "from=x", "from=%D9%A3"):
            assert len(re.findall(pattern, (await page.get(f"{path}?{wrong}"))[1])) >= 1


@pytest.mark.parametrize("name", ["watches", "feeds", "targets"])
async def test_a_long_list_of_the_api_has_pages(tmp_path: Path, name: str) -> None:
    async with served(tmp_path, CONFIG) as page:
        ids, url, sizes = list[str](), f"/api/v1/{name}?limit=100", list[int]()
        for _ in range(3):
            answer = json.loads((await page.get(url))[1])
            ids += [each["id"] for each in answer["items"]]
            sizes.append(len(answer["items"]))
            url = f"/api/v1/{name}?limit=100&cursor={answer['next']}"
        assert answer["next"] is None
        assert (sizes, ids, len(set(ids))) == ([100, 100, 50], sorted(ids), COUNT)


@pytest.mark.parametrize("path", LISTS)
async def test_a_short_list_has_neither(tmp_path: Path, path: str) -> None:
    few = '[[watches]]\nid = "w"\nany = ["Kim"]\n[[feeds]]\nurl = "https://e.example/rss"\n[[targets]]\nid = "t"\nlog = true\n'
    async with served(tmp_path, few) as page:
        text = (await page.get(path))[1]
        assert (">Next</a>" in text, f'action="{path}" role="search"' in text) == (False, False)


async def test_what_has_no_pages_says_how_much_is_left_out(tmp_path: Path) -> None:
    now = START.replace(hour=12)
    pending = [
        Delivery(f"kim:s{n}", 1, f"t{n}", "queued", 0, now, now, None, None, alert(id=f"kim:s{n}", to=(f"t{n}",)))
        for n in range(COUNT)
    ]
    quiet = '\nquiet = {start = "00:00", end = "23:00"}\n'
    held = CONFIG.replace("log = true\n", f"log = true{quiet}")
    async with served(tmp_path, held, *pending, clock=lambda: now) as page:
        letters = [
            to_dead_letter(
                Record(Partition("article.stories.v1"), n, 0.0, f"k{n}", b"{}", {}),
                DeadLetter(f"service{n}", "article.stories.v1", "0", str(n), "failed", "no reason", START),
            )
            for n in range(30)
        ]
        await page.bus.publish(letters)
        text = (await page.get("/system"))[1]
        assert ("and 230 targets more" in text, text.count(" alert held, ")) == (True, 20)
        assert ("and 10 reasons more" in text, text.count("1 message, ")) == (True, 20)
        text = (await page.get("/settings"))[1]
        assert ("h19.example and 230 more" in text, "h20.example" in text) == (True, False)


async def test_a_watch_keeps_and_gets_targets_that_are_not_offered(tmp_path: Path) -> None:
    config = CONFIG.replace('id = "w0"\n', 'id = "w0"\nto = ["t200"]\n')
    async with served(tmp_path, config) as page:
        text = (await page.get("/watches/w0"))[1]
        offered = re.findall(r'name="to" value="(t\d+)"', text)
        assert (len(offered), offered[-1], "the config has 250 targets" in text) == (21, "t200", True)
        hash_ = page.site.config().hash
        fields = {"saved": "w0", "hash": hash_, "how": "lists", "any": "Kim0", "to": "t200", "to_other": "t111 t222"}
        assert (await page.post("/watches/w0", fields | {"severity": "normal"}))[0] == 303
        (watch,) = (each for each in read(tmp_path / "monitor.toml").watches if each.id == "w0")
        assert watch.to == ("t200", "t111", "t222")
        assert (await page.post("/watches/w0", fields | {"hash": page.site.config().hash, "to_other": "nobody"}))[0] == 400


async def test_the_list_and_a_story_show_some_of_many_watches(tmp_path: Path) -> None:
    alerts = [alert(1, id=f"w{n:03}:s1", watch=f"w{n:03}", to=()) for n in range(60)]
    marks = [Mark(each.id, "acknowledged", 1, None, "reported", "ana", None, START) for each in alerts]
    deliveries = [Delivery(each.id, 1, "desk", "sent", 1, START, None, 200, None, None) for each in alerts]
    async with served(tmp_path, "", *alerts) as page:
        text = (await page.get("/?watch=w055"))[1]
        rail = text.partition('<aside class="rail"')[2].partition("</aside>")[0]
        assert (rail.count('class="sv"') + rail.count("class=sv"), ">19 more</a>" in rail, "w055" in rail) == (41, True, True)
        assert "and 50 more" in text.partition("<main")[2]
        await page.publish(*marks, *deliveries)
        await until(lambda: len(page.follower.records.deliveries) == len(page.follower.records.marks) == len(alerts))
        text = (await page.get("/stories/s1"))[1]
        assert text.count("and 40 more") == 4
        assert len(text) < 40_000


async def test_a_short_story_says_nothing_of_more(tmp_path: Path) -> None:
    async with served(tmp_path, "", alert(1)) as page:
        assert "more" not in (await page.get("/stories/s1"))[1].partition("<main")[2].partition("</main>")[0]

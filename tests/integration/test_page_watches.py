"""The pages of watches: the list, the editor and saving, over HTTP and without a script."""

import asyncio
import html
import re
from datetime import UTC
from pathlib import Path

import pytest

from monitor.clock import utc
from monitor.config import Watch
from monitor.config.load import read
from monitor.messages import Held, Report, Voice
from page.watches.backtest import Cancelled, try_watch
from tests.integration.command import newsmonitor
from tests.make import alert, article_stories
from tests.page import ServedPage, served
from tests.running import until

CONFIG = """# ours
[[watches]]
id = "kim" # its id
any = ["Kim"] # names
severity = "high"
at_least = { outlets = 3, within = "6h" }

# the other
[[watches]]
id = "train"
query = 'train NOT film' # words
"""
QUERY = {"how": "query", "severity": "normal"}
TRAIN = article_stories("A train leaves", "The train left for the border.", id="a", story="s1", fetched=utc())
FILM = article_stories("A train in a film", "A film about a train.", id="b", story="s2", fetched=utc())


def hidden(page: str, name: str) -> str:
    """The value of the hidden field *name*."""
    found = re.search(f'name="{name}" value="([^"]*)"', page)
    assert found
    return html.unescape(found[1])


def report(outlet: str) -> Report:
    """The report of *outlet*, now."""
    return Report(f"by {outlet}", 1, outlet, "A title", None, utc(), (Voice("asserted", "none", None),))


async def edit(page: ServedPage, path: str, **fields: object) -> tuple[int, str]:
    """Open the editor at *path*, and send its form with *fields*. The status and the text of the answer."""
    opened = (await page.get(path))[1]
    sent = {**QUERY, "hash": hidden(opened, "hash"), **fields}
    if 'name="saved"' in opened:
        sent["saved"] = hidden(opened, "saved")
    return await page.post(path.partition("?")[0], sent)


async def part(page: ServedPage, name: str, **fields: object) -> str:
    """The words of the part *name* of the editor for a form with *fields*."""
    status, text = await page.post(f"/editor/{name}?part=1", {**QUERY, **fields})
    assert status == 200
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


async def test_the_list_tells_alerts_what_waits_and_wrong_words(tmp_path: Path) -> None:
    bad = f"{CONFIG}\n[[watches]]\nid = 'bad'\nquery = '''kim\n(train'''\n"
    waiting = [Held(f"kim:h{n}", "kim", f"h{n}", (report("a"), report("b")), utc()) for n in (1, 2)]
    recent = alert(1, id="train:s1", watch="train", title="<b>Train</b>", raised=utc(), updated=utc())
    async with served(tmp_path, bad, recent, *waiting) as page:
        status, text = await page.get("/watches")
        assert status == 200
        assert text.index('href="/watches/bad"') < text.index('href="/watches/kim"') < text.index('href="/watches/train"')
        assert "2 stories wait for 1 outlet" in text
        assert "Line 2, column 1: </b>this parenthesis is not closed" in text
        assert "(train\n^" in text
        assert ("&lt;b&gt;Train" in text, "1 alert<" in text) == (True, True)
        assert 'aria-label="Alerts by day, the last is today: 0 0 0 0 0 0 1"' in text


async def test_a_query_of_another_page_begins_a_watch(tmp_path: Path) -> None:
    async with served(tmp_path) as page:
        text = (await page.get("/editor?query=person%3A%22Kim+Jong+Un%22"))[1]
        assert "person:&#34;Kim Jong Un&#34;</textarea>" in text
        assert "the person “Kim Jong Un”" in text
        assert (await page.get("/watches/nobody"))[0] == 404


async def test_words_are_checked_as_they_are_written(tmp_path: Path) -> None:
    async with served(tmp_path, CONFIG, TRAIN) as page:
        told = await part(page, "check", query="train NOT sledge")
        assert "Good: “train”; not with “sledge”" in told
        assert "sledge was in none of 1 article" in told
        assert "Line 1, column 7: this parenthesis is not closed" in await part(page, "check", query="train (a")
        assert "burst: burst within: 'x' is not a duration" in await part(page, "check", query="train", burst_within="x")


async def test_what_will_be_written_is_shown_as_a_difference(tmp_path: Path) -> None:
    async with served(tmp_path, CONFIG) as page:
        told = await part(page, "preview", saved="train", query="train", severity="low")
        assert told == """query = 'train NOT film' # words query = "train" # words severity = "low\""""
        assert "Nothing changes" in await part(page, "preview", saved="train", query="train NOT film")


async def test_a_saved_watch_is_live_and_the_rest_of_the_file_stays(tmp_path: Path) -> None:
    async with served(tmp_path, CONFIG) as page:
        status, _ = await edit(page, "/watches/train", query="train\r\nNOT (film OR song)", severity="low")
        assert status == 303
        assert page.site.config().watches[1].query == "train\nNOT (film OR song)"
        expected = CONFIG.replace("'train NOT film' # words", '"""train\nNOT (film OR song)""" # words\nseverity = "low"')
        assert (tmp_path / "monitor.toml").read_text().endswith(expected)
        assert "live after 0.1 s" in (await page.get("/watches/train?live=0.1"))[1]
        assert "live after" not in (await page.get("/watches/train?live=<b>"))[1]


async def test_lists_and_rules_are_saved_too(tmp_path: Path) -> None:
    target = '[[targets]]\nid = "desk"\nlog = true\n'
    async with served(tmp_path, CONFIG + target) as page:
        fields = {"how": "lists", "any": "Kim\nKim Jong Un\n", "lang": "en", "severity": "high", "at_least_articles": "2"}
        fields |= {"at_least_within": "6h", "quiet_start": "22:00", "quiet_end": "07:00", "digest_at": "08:00, 18:00"}
        assert (await edit(page, "/watches/kim", to="desk", silence="12h", **fields))[0] == 303
        (watch, _) = read(tmp_path / "monitor.toml").watches
        assert (watch.any, watch.lang, watch.to, watch.silence) == (("Kim", "Kim Jong Un"), ("en",), ("desk",), "12h")
        assert watch.at_least
        assert (watch.at_least.articles, watch.at_least.outlets) == (2, None)
        assert watch.quiet
        assert watch.digest
        assert (watch.quiet.end, watch.digest.at) == ("07:00", ("08:00", "18:00"))


async def test_a_watch_of_a_watch_file_is_saved_there(tmp_path: Path) -> None:
    (tmp_path / "more.toml").write_text('# more\n[[watches]]\nid = "xi"\nany = ["Xi"]\n')
    async with served(tmp_path, 'watch_files = ["more.toml"]\n' + CONFIG) as page:
        assert "more.toml, line 2" in (await page.get("/watches/xi"))[1]
        assert (await edit(page, "/watches/xi", query="Xi Jinping"))[0] == 303
        assert (tmp_path / "more.toml").read_text() == '# more\n[[watches]]\nid = "xi"\nquery = "Xi Jinping"\n'
        assert "Xi" not in (tmp_path / "monitor.toml").read_text()


async def test_a_new_watch_is_added_once(tmp_path: Path) -> None:
    async with served(tmp_path, CONFIG) as page:
        assert (await edit(page, "/editor", id="storm", query='"tropical storm"'))[0] == 303
        assert (tmp_path / "monitor.toml").read_text().endswith('[[watches]]\nid = "storm"\nquery = \'"tropical storm"\'\n')
        status, text = await edit(page, "/editor", id="storm", query="storm")
        assert (status, "duplicate id" in text) == (400, True)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"query": "train ("}, "line 1, column 7"),
        ({"query": "train", "at_least_outlets": "two"}, "at_least"),
        ({"query": "train", "silence": "soon"}, "is not a duration"),
        ({"how": "lists"}, "no condition"),
    ],
)
async def test_what_is_wrong_is_not_saved_and_told_at_the_top(tmp_path: Path, fields: dict[str, str], problem: str) -> None:
    async with served(tmp_path, CONFIG) as page:
        before = (tmp_path / "monitor.toml").read_text()
        status, text = await edit(page, "/watches/train", **fields)
        summary = text.partition('id="problems" role="alert" tabindex="-1" autofocus')[2].partition("</div>")[0]
        assert (status, problem in html.unescape(summary)) == (400, True)
        assert (tmp_path / "monitor.toml").read_text() == before


async def test_an_edit_of_another_is_not_overwritten(tmp_path: Path) -> None:
    async with served(tmp_path, CONFIG) as page:
        file, opened = tmp_path / "monitor.toml", (await page.get("/watches/train"))[1]
        file.write_text(file.read_text().replace("film", "song"))
        sent = {**QUERY, "saved": "train", "query": "train", "hash": hidden(opened, "hash")}
        status, text = await page.post("/watches/train", sent)
        assert (status, "the config has changed" in text, ">train</textarea>" in text) == (409, True, True)
        assert "train NOT song" in html.unescape(text)
        assert (await page.post("/watches/train", {**sent, "hash": hidden(text, "hash")}))[0] == 303
        assert 'query = "train"' in file.read_text()


async def test_a_backtest_counts_what_is_more_less_and_the_same(tmp_path: Path) -> None:
    async with served(tmp_path, CONFIG, TRAIN, FILM) as page:
        told = await part(page, "backtest", saved="train", query="train")
        assert "1 alert more, 0 less, 1 the same." in told
        assert "A train in a film" in told
        told = await part(page, "backtest", saved="train", query="film NOT train")
        assert "0 alerts more, 1 less, 0 the same." in told
        assert "2 alerts." in await part(page, "backtest", query="train")
        status, text = await page.post("/editor/backtest", {**QUERY, "saved": "train", "query": "train"})
        assert (status, "<h1>train</h1>" in text, ">train</textarea>" in text) == (200, True, True)


async def test_no_more_than_two_backtests_run_at_once(tmp_path: Path) -> None:
    async with served(tmp_path, CONFIG, TRAIN) as page:
        async with page.site.backtests, page.site.backtests:
            third = asyncio.create_task(part(page, "backtest", query="train"))
            assert "Good" in await part(page, "check", query="train")
            assert not third.done()
        assert "1 alert." in await third


async def test_a_backtest_ends_when_nobody_waits_for_it(tmp_path: Path) -> None:
    async with served(tmp_path, CONFIG, TRAIN) as page:
        config, watch = page.site.config(), Watch("train", query="train")
        with pytest.raises(Cancelled):
            await try_watch(page.bus, config, watch, utc(), UTC, is_wanted=lambda: False)


async def test_a_watch_is_explained_on_what_it_nearly_matches_and_on_what_is_named_or_pasted(tmp_path: Path) -> None:
    async with served(tmp_path, CONFIG, TRAIN, FILM) as page:
        told = await part(page, "explain", query="train NOT film")
        assert told.startswith("Article Nearly: ")
        assert "no: NOT found, but must not be" in told
        told = await part(page, "explain", query="train NOT film", sample="a")
        assert "yes: AND 2 of 2 hold" in told
        assert "yes: 'train' found" in await part(page, "explain", query="train", sample_find="border")
        assert "No article of the log has" in await part(page, "explain", query="train", sample_find="zebra")
        assert "yes: 'zebra' found" in await part(page, "explain", query="zebra", sample_title="A zebra")


async def test_the_secret_of_a_feed_is_not_shown_and_not_lost(tmp_path: Path) -> None:
    url = "https://example.org/rss?key=0123456789abcdef0123"
    config = f'[[feeds]]\nurl = "{url}"\n\n[[watches]]\nid = "a"\nany = ["x"]\nfeeds = ["{url}"]\n'
    async with served(tmp_path, config) as page:
        text = (await page.get("/watches/a"))[1]
        found = re.search(r'name="feeds"[^>]*>([^<]*)<', text)
        assert found
        assert ("0123456789abcdef0123" in text, "example.org" in found[1]) == (False, True)
        assert (await edit(page, "/watches/a", how="lists", any="y", feeds=html.unescape(found[1])))[0] == 303
        (watch,) = read(tmp_path / "monitor.toml").watches
        assert (watch.any, watch.feeds) == (("y",), (url,))


async def test_edits_at_the_same_time_are_all_kept_or_refused(tmp_path: Path) -> None:
    """Of browsers that opened the same config one saves; a command and forms that add do not need to have seen it."""
    async with served(tmp_path, CONFIG) as page:
        hash_ = page.site.config().hash
        sent = [{**QUERY, "id": f"w{number}", "query": f"word{number}", "hash": hash_} for number in range(4)]
        async with asyncio.TaskGroup() as edits:
            answers = [edits.create_task(page.post("/editor", each)) for each in sent]
            for number in range(2):
                edits.create_task(newsmonitor(tmp_path, "watch", "add", f"c{number}", "--any", "word"))
            for number in range(6):
                edits.create_task(page.post("/feeds", {"url": f"https://example.org/{number % 3}"}))
        saved = [f"w{number}" for number, answer in enumerate(answers) if answer.result()[0] == 303]
        config = read(tmp_path / "monitor.toml")
        assert ([each.id for each in config.watches if each.id.startswith("w")], len(saved)) == (saved, 1)
        assert {each.id for each in config.watches} >= {"kim", "train", "c0", "c1"}
        assert sorted(each.url for each in config.feeds) == [f"https://example.org/{number}" for number in range(3)]


async def test_an_edit_that_is_not_in_use_is_told_on_each_page_and_by_forms_with_its_place(tmp_path: Path) -> None:
    async with served(tmp_path, CONFIG) as page:
        file, told = tmp_path / "monitor.toml", "monitor.toml:2:3: not valid TOML"
        file.write_text("# ours\n[[[\n")
        await until(lambda: page.site.config.trouble)
        for path in ("/", "/watches", "/feeds", "/settings"):
            assert told in (await page.get(path))[1]
        status, text = await page.post("/feeds", {"url": "https://example.org/a"})
        assert (status, "line 2: not valid TOML" in text) == (400, True)
        status, text = await page.post("/editor", {**QUERY, "id": "x", "query": "y", "hash": page.site.config().hash})
        assert (status, "line 2: not valid TOML" in text) == (400, True)
        file.write_text(CONFIG)
        await until(lambda: page.site.config.trouble is None)
        assert "not valid" not in (await page.get("/"))[1]

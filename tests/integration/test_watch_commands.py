"""The commands for authors of watches: watch, explain, backtest, lint."""

import json
from pathlib import Path

import pytest

from monitor.bus.backends import connect
from monitor.messages.codec import encode
from tests.integration.command import invoke, started
from tests.make import article_stories
from tests.running import until


async def test_explain_shows_why_a_watch_matches_or_not(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text('[[watches]]\nid = "kim"\nany = ["Kim Jong Un"]\n')
    (tmp_path / "a.json").write_text('{"title": "Kim Jong-un travels", "text": "By train, says Путин."}')
    code, out, _ = await invoke(tmp_path, "explain", "a.json", "kim")
    assert (code, out) == (
        0,
        "yes  OR  (1 of 1 hold; 1 required)\n    yes  'Kim Jong Un'  (found 1 time): 'Kim Jong-un' (title 0)\n",
    )
    (tmp_path / "b.json").write_bytes(encode(article_stories("Kim Jong Un", backfill=True)).value)
    code, _, err = await invoke(tmp_path, "explain", "b.json", "kim")
    assert (code, "it raises no alert" in err) == (0, True)
    code, out, _ = await invoke(tmp_path, "explain", "a.json", "--query", "train AND Putin", "--json")
    explanation = json.loads(out)
    assert (code, explanation["holds"], [part["holds"] for part in explanation["parts"]]) == (1, False, [True, False])
    assert "nearest: 'Путин'" in explanation["parts"][1]["why"]
    code, _, err = await invoke(tmp_path, "explain", "a.json", "--query", "train AND (")
    assert (code, "line 1, column 11" in err) == (1, True)
    for words, expected in ((["nowhere", "kim"], 1), (["a.json", "mik"], 2)):
        code, _, err = await invoke(tmp_path, "explain", *words)
        assert (code, "there is no" in err or "holds no article" in err) == (expected, True)
    assert (await invoke(tmp_path, "explain", "a.json"))[0] == 2
    assert "explain" in (await invoke(tmp_path, "--help"))[1]


async def publish_stories(folder: Path) -> None:
    """Publish two stories about Kim, one of them with an update, and a third one about a train."""
    (folder / "monitor.toml").write_text(
        'bus = "sqlite:news.db"\n[[watches]]\nid = "kim"\nany = ["Kim"]\nseverity = "high"\n'
        '[[watches]]\nid = "train"\nquery = "train"\n'
    )
    articles = [("Kim leaves", "s1", "a"), ("Kim gone", "s1", "b"), ("Kim cooks\x1b[31m", "s2", "a"), ("A train", "s3", "a")]
    async with connect(f"sqlite:{folder / 'news.db'}") as bus:
        await bus.publish([encode(article_stories(title, story=story, outlet=outlet)) for title, story, outlet in articles])


async def test_backtest_shows_the_alerts_that_would_have_been_raised(tmp_path: Path) -> None:
    await publish_stories(tmp_path)
    code, out, err = await invoke(tmp_path, "backtest")
    assert (code, err) == (0, "")
    head, *rest = out.splitlines()
    assert head == "3 alerts and 1 update in 4 articles, 2026-03-10 04:00 to 2026-03-10 04:00 UTC"
    assert any(line.split()[:6] == ["2026-03-10", "3", "2", "1", "1", "█" * 40] for line in rest), rest
    assert any("kim" in line and "Kim leaves" in line and line.split()[-4:-2] == ["2", "2"] for line in rest), rest
    assert "\x1b" not in out
    code, out, _ = await invoke(tmp_path, "backtest", "--watch", "kim", "--since", "90m", "--json")
    alerts = [json.loads(line) for line in out.splitlines()]
    assert [(alert["id"], alert["version"]) for alert in alerts] == [("kim:s1", 1), ("kim:s1", 2), ("kim:s2", 1)]
    code, out, _ = await invoke(tmp_path, "backtest", "--query", "title:Kim NOT cooks", "--limit", "0")
    assert (code, out.splitlines()[-1]) == (0, "the 0 latest of 1 alert; --limit shows more, --json all")


async def test_backtest_compares_an_edit_with_the_config_in_use(tmp_path: Path) -> None:
    await publish_stories(tmp_path)
    code, out, _ = await invoke(tmp_path, "backtest", "--diff", "--watch", "kim", "--query", "Kim NOT cooks", "--json")
    changes = [(line["change"], (line["after"] or line["before"])["id"]) for line in map(json.loads, out.splitlines())]
    assert (code, changes) == (0, [("same", "kim:s1"), ("less", "kim:s2")])
    (tmp_path / "edited.toml").write_text('[[watches]]\nid = "kim"\nany = ["Kim", "train"]\n')
    code, out, _ = await invoke(tmp_path, "backtest", "--diff", "--config", "edited.toml")
    assert (code, out.splitlines()[0]) == (0, "the edit raises 1 alert more, 1 less, 2 the same")
    code, out, _ = await invoke(tmp_path, "backtest", "--diff")
    assert (code, out.splitlines()[0]) == (
        0,
        "compared with what was raised, the current config would raise 3 alerts more, 0 less, 0 the same",
    )
    async with started(tmp_path, "run", "alerts"):

        async def raised() -> bool:
            return len((await invoke(tmp_path, "alerts", "--json"))[1].splitlines()) == 4

        await until(raised)
    code, out, _ = await invoke(tmp_path, "backtest", "--diff", "--limit", "5")
    assert "would raise 0 alerts more, 0 less, 3 the same" in out


async def test_backtest_reports_wrong_usage_and_an_empty_bus(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text('[[watches]]\nid = "kim"\nany = ["Kim"]\n')
    code, out, err = await invoke(tmp_path, "backtest", "--since", "2h")
    no_bus = "nothing has run yet: there is no newsmonitor.db; `newsmonitor run` creates it\n"
    assert (code, out, err) == (0, "", f"{no_bus}the log holds no article from the last 2 hours\n")
    for words, expected, message in (
        (["--since", "soon"], 2, "'soon' is not a duration: write a whole number and s, m, h or d, such as 90m, 12h or 7d"),
        (["--diff", "--query", "Kim"], 2, "--diff with --query needs --watch"),
        (["--watch", "mik"], 2, "there is no watch 'mik'"),
        (["--query", "Kim AND"], 1, "line 1, column 5"),
        (["--config", "nowhere.toml"], 1, "there is no nowhere.toml"),
    ):
        code, _, err = await invoke(tmp_path, "backtest", *words)
        assert (code, message in " ".join(err.split())) == (expected, True), err


async def test_lint_reports_likely_mistakes(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text(
        'bus = "sqlite:news.db"\nwatch_files = ["more.toml"]\n[[watches]]\nid = "kim"\nany = ["Kim", "Kim Jong Un"]\n'
    )
    (tmp_path / "more.toml").write_text("[[watches]]\nid = 'train'\nquery = 'train or ferry'\n")
    code, out, err = await invoke(tmp_path, "watch", "lint")
    assert (code, "the log holds no article from the last 7 days" in err) == (1, True)
    ambiguous, contained, lowercase = [line for line in out.splitlines() if not line.startswith(" ")]
    assert ambiguous.startswith("monitor.toml:5: watch 'kim', any: 'Kim' alone is part of several known names")
    assert contained.startswith("monitor.toml:5: watch 'kim', any: 'Kim Jong Un' adds nothing to 'Kim'")
    assert lowercase.startswith("more.toml:3:16: watch 'train', query: 'or' is searched for as a word")
    assert not (tmp_path / "news.db").exists()
    (tmp_path / "more.toml").write_text("[[watches]]\nid = 'train'\nquery = 'train NOT (ferry'\n")
    code, out, _ = await invoke(tmp_path, "watch", "lint", "--json")
    assert [(finding["kind"], finding["file"]) for finding in map(json.loads, out.splitlines())] == [
        ("ambiguous", "monitor.toml"),
        ("contained", "monitor.toml"),
        ("wrong", "more.toml"),
    ]
    code, _, err = await invoke(tmp_path, "watch", "lint", "--since", "7")
    assert (code, "'7' is not a duration" in err) == (2, True)


async def test_lint_checks_watches_against_past_articles(tmp_path: Path) -> None:
    await publish_stories(tmp_path)
    (tmp_path / "monitor.toml").write_text(
        'bus = "sqlite:news.db"\n[[watches]]\nid = "kim"\nquery = \'title:Kim (leaves OR gone OR cooks)\'\n'
        '[[watches]]\nid = "leaders"\nany = ["leaves", "cooks", "travels"]\n'
    )
    code, out, err = await invoke(tmp_path, "watch", "lint")
    assert (code, err) == (1, "")
    assert "'travels' was in none of the 4 articles" in out
    assert "watch 'leaders': 2 of its 2 alerts are for stories that watch 'kim' alerts for too, with 2 in all" in out
    assert out.endswith("leaders: less than a day of articles gives no daily rate (2 alerts)\n")
    (tmp_path / "monitor.toml").write_text('bus = "sqlite:news.db"\n[[watches]]\nid = "train"\nquery = "train"\n')
    code, out, _ = await invoke(tmp_path, "watch", "lint", "--json")
    assert (code, [json.loads(line) for line in out.splitlines()]) == (
        0,
        [{"type": "finding.v1", "kind": "volume", "watch": "train", "alerts": 1, "days": 0.0, "per_day": 1.0}],
    )


async def test_watches_are_edited_and_comments_kept(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text("# our watches\n[[watches]]\nid = \"a\"  # the first\nany = ['A']\n")
    assert (await invoke(tmp_path, "watch", "add", "kim", "--any", "Kim Jong Un", "--any", "김정은", "--severity", "high"))[
        0
    ] == 0
    text = (tmp_path / "monitor.toml").read_text()
    assert "# our watches" in text
    assert "# the first" in text
    code, out, _ = await invoke(tmp_path, "watch", "list", "--json")
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["a", "kim"]
    code, _, err = await invoke(tmp_path, "watch", "add", "kim", "--any", "x")
    assert (code, "duplicate id 'kim'" in err) == (1, True)
    code, _, err = await invoke(tmp_path, "watch", "add", "t", "--topic", "wether")
    assert (code, "not an IPTC Media Topic" in err) == (1, True)
    code, out, _ = await invoke(tmp_path, "watch", "rename", "kim", "kju")
    assert (code, "watch 'kim' is now 'kju': its alerts stay under the old name" in out) == (0, True)
    code, out, _ = await invoke(tmp_path, "watch", "remove", "a")
    assert (code, "watch 'a' removed: its alerts stay as they are" in out) == (0, True)
    assert (await invoke(tmp_path, "watch", "remove", "a"))[0] == 1
    code, _, err = await invoke(tmp_path, "watch", "rename", "a", "b")
    assert (code, "there is no watch 'a'" in err) == (1, True)
    code, _, err = await invoke(tmp_path, "watch", "rename", "kju", "k j u")
    assert (code, "write 'k-j-u'" in err) == (1, True)
    assert (tmp_path / "monitor.toml").read_text().startswith('# our watches\n[[watches]]\nid = "kju"\n')


async def test_a_watch_of_a_watch_file_is_removed_there(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text('watch_files = ["more.toml"]\n')
    (tmp_path / "more.toml").write_text('# more\n[[watches]]\nid = "a"\nany = ["A"]\n')
    assert (await invoke(tmp_path, "watch", "remove", "a"))[0] == 0
    assert (tmp_path / "more.toml").read_text() == "# more\n"


async def test_a_feed_that_is_removed_takes_no_comment_with_it(tmp_path: Path) -> None:
    feeds = [f'# feed {n}\n[[feeds]]\nurl = "https://example.org/{n}"\n' for n in range(3)]
    (tmp_path / "monitor.toml").write_text("\n".join(feeds))
    assert (await invoke(tmp_path, "feeds", "remove", "https://example.org/1"))[0] == 0
    assert (tmp_path / "monitor.toml").read_text() == "\n".join((feeds[0], "# feed 1\n\n" + feeds[2]))


@pytest.mark.parametrize("before", ["watches = [{id = 'a', any = ['A']}]\n", "[[targets]]\nid = 't'\nlog = true\n"])
async def test_a_watch_is_added_in_the_style_of_the_file(tmp_path: Path, before: str) -> None:
    (tmp_path / "real.toml").write_text(before)
    (tmp_path / "monitor.toml").symlink_to("real.toml")
    assert (await invoke(tmp_path, "watch", "add", "kim", "--any", "Kim Jong Un"))[0] == 0
    assert (tmp_path / "monitor.toml").is_symlink()
    _, out, _ = await invoke(tmp_path, "watch", "list", "--json")
    assert json.loads(out.splitlines()[-1])["any"] == ["Kim Jong Un"]


async def test_lint_reports_an_invalid_list_and_continues(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text('[[watches]]\nid = "kim"\nany = ["@kim"]\n[[watches]]\nid = "s"\nany = ["Smith"]\n')
    code, out, _ = await invoke(tmp_path, "watch", "lint", "--json")
    findings = [(each["kind"], each["watch"], each["line"]) for each in map(json.loads, out.splitlines())]
    assert (code, findings) == (1, [("wrong", "kim", 3), ("ambiguous", "s", 6)])


@pytest.mark.parametrize("article", ['{"title": null}', '{"text": ["a"]}'])
async def test_explain_refuses_a_title_or_text_that_is_not_a_string(tmp_path: Path, article: str) -> None:
    (tmp_path / "monitor.toml").write_text('[[watches]]\nid = "kim"\nany = ["Kim"]\n')
    (tmp_path / "a.json").write_text(article)
    code, _, err = await invoke(tmp_path, "explain", "a.json", "kim")
    assert (code, "title and text must be strings" in err) == (1, True)

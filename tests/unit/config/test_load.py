"""monitor.toml: what is wrong with it, where, and what to do."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from monitor.config import AtLeast, Burst, Config, QuietHours, fingerprint
from monitor.config.load import InvalidConfig, parse, read
from monitor.config.reload import ConfigReloader
from monitor.config.watch_rules import problems

GOOD = """
bus = "sqlite:news.db"

[[feeds]]
url = "https://example.org/a.rss"
name = "Post"

[[watches]]
id = "kim"
any = ["Kim Jong Un"]
to = ["desk"]

[[targets]]
id = "desk"
log = true
"""


def said(text: str) -> list[tuple[int, str]]:
    with pytest.raises(InvalidConfig) as caught:
        parse(text, Path("/somewhere"))
    return [(problem.line, problem.text) for problem in caught.value.problems]


def test_a_good_config(tmp_path: Path) -> None:
    config = parse(GOOD, tmp_path)
    assert config.bus == f"sqlite:{tmp_path / 'news.db'}"
    assert config.watches[0].any == ("Kim Jong Un",)
    assert (config.fetch.every, config.fetch.floor, config.streams.days, config.stories.days) == (None, 60, 30, 3)
    assert config.hash == parse(GOOD + "\n# a comment\n", tmp_path).hash
    assert config.hash != parse(GOOD.replace("Post", "Mail"), tmp_path).hash


def test_the_environment_overrides_the_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSMONITOR_BUS", "kafka://127.0.0.1:9092")
    assert parse(GOOD, tmp_path).bus == "kafka://127.0.0.1:9092"


@pytest.mark.parametrize(
    ("old", "new", "line", "text"),
    [
        ('any = ["Kim Jong Un"]', 'ayn = ["Kim Jong Un"]', 10, "'ayn' is not known here: did you mean 'any'?"),
        ('any = ["Kim Jong Un"]', "", 8, "nothing is watched: give one of any, all, person"),
        ('any = ["Kim Jong Un"]', 'any = ["Kim"]\nseverity = "urgent"', 11, "none of 'low', 'normal', 'high', 'critical'"),
        ('to = ["desk"]', 'to = ["dsek"]', 11, "there is no target 'dsek': did you mean 'desk'?"),
        ('to = ["desk"]', "at_least = {within = '6h'}", 11, "at_least: give one of articles and outlets, and not both"),
        ('to = ["desk"]', "at_least = {within = '6 hours', outlets = 3}", 11, "such as 90m, 12h or 7d"),
        ('to = ["desk"]', "at_least = {within = '4d', outlets = 3}", 11, "longer than a story takes articles; shorten it"),
        ('to = ["desk"]', "burst = {within = '1d', half_life = '1h'}", 11, "half_life 1h is shorter than within 1d"),
        ('to = ["desk"]', "burst = {within = '0h'}", 11, "'0h' is out of range: more than nothing, and at most 366d"),
        ('to = ["desk"]', "silence = '400d'", 11, "silence: '400d' is out of range"),
        (
            'any = ["Kim Jong Un"]',
            "health = ['gone']\nsilence = '12h'",
            11,
            "silence: counts articles, and a watch on health has none",
        ),
        ('to = ["desk"]', "silence = 12", 11, "such as 90m, 12h or 7d"),
        ('to = ["desk"]', "quiet = {start = '22:00', end = '7:00'}", 11, "A time of day, such as 22:00"),
        ('to = ["desk"]', "quiet = {start = '22:00', end = '22:00'}", 11, "starts and ends at 22:00; give two times"),
        (
            'to = ["desk"]',
            "quiet = {start = '22:00', end = '07:00', zone = 'Europe/Berlyn'}",
            11,
            "quiet: 'Europe/Berlyn' is no time zone: did you mean 'Europe/Berlin'?",
        ),
        ("log = true", "log = true\nwebhook = 'https://example.org/'", 13, "give one of webhook and log, and not both"),
        ('url = "https://example.org/a.rss"', 'url = "ftp://example.org/"', 5, "http or https"),
        ("[[watches]]", '[[feeds]]\nurl = "https://example.org/a.rss"\n[[watches]]', 9, "is there already"),
        ('bus = "sqlite:news.db"', '[fetch]\nallow_networks = ["10.1.0.1/8"]', 3, "write it as 10.1.0.0/16"),
        ('bus = "sqlite:news.db"', "[fetch]\nevery = 'often'", 3, "fetch every: "),
        ('bus = "sqlite:news.db"', "bus = 'redis:1'", 2, "Where the streams live"),
        ('id = "kim"', 'id = "kim', 9, "not TOML"),
        ('bus = "sqlite:news.db"', "[fetch]\nevery = 2026-03-10", 3, "2026-03-10 is neither a text nor a number"),
        ('bus = "sqlite:news.db"', "bus = 10:00:00", 2, "10:00:00 is neither a text nor a number"),
        ('bus = "sqlite:news.db"', "[fetch]\nmax_bytes = 0xfffffffffffffffff", 3, "is neither a text nor a number"),
        ('bus = "sqlite:news.db"', 'listen = "127.0.0.1:99999"', 2, "port out of range 0-65535"),
        ("https://example.org/a.rss", "https://example.org:99999/a.rss", 5, "port out of range 0-65535"),
        ('bus = "sqlite:news.db"', f"deep = {'[' * 2000}{']' * 2000}", 0, "too deep"),
    ],
)
def test_a_problem_has_its_line_and_remedy(old: str, new: str, line: int, text: str) -> None:
    found = said(GOOD.replace(old, new))
    assert any(text in problem for _, problem in found), found
    assert line in {at for at, _ in found}, found


def test_all_problems_are_told_at_once() -> None:
    assert len(said(GOOD.replace("any =", "ayn =").replace("[[targets]]", "[[tragets]]"))) >= 2


def test_a_file_that_is_absent_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfig, match="`newsmonitor init` writes one"):
        read(tmp_path / "monitor.toml")


@given(st.text(max_size=80))
def test_any_text_is_a_config_or_refused(text: str) -> None:
    problems: tuple[object, ...] = ("none",)
    try:
        parse(text, Path())
    except InvalidConfig as error:
        problems = error.problems
    assert problems


def test_a_watch_has_another_fingerprint_in_other_words(tmp_path: Path) -> None:
    one = parse(GOOD, tmp_path).watches[0]
    assert fingerprint(one) == fingerprint(parse(GOOD + "\n", tmp_path).watches[0])
    assert fingerprint(one) != fingerprint(parse(GOOD.replace("Jong", "Yo"), tmp_path).watches[0])


async def test_an_edit_is_taken_over_and_a_bad_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text(GOOD)
    live = ConfigReloader(path)
    path.write_text(GOOD.replace("Kim Jong Un", "Kim Yo Jong"))
    await live.look()
    assert live().watches[0].any == ("Kim Yo Jong",)
    path.write_text(GOOD.replace("any =", "ayn ="))
    await live.look()
    assert live().watches[0].any == ("Kim Yo Jong",)
    path.unlink()
    await live.look()
    assert live().watches[0].any == ("Kim Yo Jong",)


async def test_a_file_that_is_still_being_written_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text(GOOD)
    live = ConfigReloader(path)
    path.write_text("")
    looking = asyncio.create_task(live.look())
    await asyncio.sleep(0.05)
    path.write_text(GOOD.replace("Kim Jong Un", "Kim Yo Jong"))
    await looking
    assert live().watches[0].any == ("Kim Jong Un",)
    await live.look()
    assert live().watches[0].any == ("Kim Yo Jong",)


async def test_what_a_service_finds_wrong_refuses_the_edit(tmp_path: Path) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text(GOOD)
    live = ConfigReloader(path, lambda config: ["too many watches"] if len(config.watches) > 1 else [])
    path.write_text(GOOD + '\n[[watches]]\nid = "b"\nany = ["b"]\n')
    await live.look()
    assert len(live().watches) == 1


async def test_a_check_that_fails_itself_refuses_that_edit_alone(tmp_path: Path) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text(GOOD)

    def faulty(config: Config) -> list[str]:
        return [] if config.feeds[0].name != "Mail" else [str(1 / 0)]

    live = ConfigReloader(path, faulty)
    path.write_text(GOOD.replace("Post", "Mail"))
    await live.look()
    assert live().feeds[0].name == "Post"
    path.write_text(GOOD.replace("Post", "Times"))
    await live.look()
    assert live().feeds[0].name == "Times"


async def test_an_edit_while_the_first_config_is_checked_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text(GOOD)

    def edited(config: Config) -> list[str]:
        path.write_text(GOOD.replace("Post", "Mail"))
        return [] if config.feeds else ["no feeds"]

    live = ConfigReloader(path, edited)
    await live.look()
    assert live().feeds[0].name == "Mail"


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (b"\xff", "cannot be read"),
        (None, "there is no"),
        (GOOD.encode() + b"[streams]\ndays = 10\n", "takes effect at the next start"),
    ],
)
async def test_an_edit_that_changes_nothing_yet_is_told_once(tmp_path: Path, edit: bytes | None, told: str) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text(GOOD)
    live = ConfigReloader(path)
    if edit is None:
        path.unlink()
    else:
        path.write_bytes(edit)
    with capture_logs() as logs:
        await live.look()
        await live.look()
    assert [told in str(line) for line in logs if line["log_level"] != "info"] == [True]
    assert live().feeds[0].name == "Post"


def test_rules_are_read_as_written(tmp_path: Path) -> None:
    rules = """
    silence = "12h"
    at_least = {outlets = 3, within = "6h"}
    burst = {within = "1h"}
    [watches.quiet]
    start = "22:00"
    end = "07:00"
    """
    (watch,) = parse(GOOD.replace('to = ["desk"]', rules), tmp_path).watches
    assert (watch.silence, watch.at_least, watch.burst) == ("12h", AtLeast("6h", outlets=3), Burst("1h"))
    assert watch.quiet == QuietHours("22:00", "07:00", "UTC")


@given(st.text() | st.integers() | st.none() | st.dictionaries(st.text(), st.text()))
def test_any_rule_is_good_or_told(rule: object) -> None:
    for key in ("at_least", "burst", "silence", "quiet"):
        list(problems({key: rule}, 3))
        list(problems({key: {"within": rule, "half_life": rule, "zone": rule, "start": rule, "end": rule}}, 3))

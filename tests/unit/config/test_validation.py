"""The problems of a config: their lines and remedies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.durations import parse_duration
from monitor.config.validation import rule_errors
from tests.unit.config.texts import VALID, problems_of

RULES = ("at_least", "burst", "silence", "quiet")


@pytest.mark.parametrize(
    ("old", "new", "line", "text"),
    [
        ('any = ["Kim Jong Un"]', 'ayn = ["Kim Jong Un"]', 10, "unknown key 'ayn': did you mean 'any'?"),
        ('any = ["Kim Jong Un"]', "", 8, "the watch has no condition: give at least one of any, all, person"),
        ('any = ["Kim Jong Un"]', "any = ['Kim']\nquery = 'Kim'", 10, "query replaces any, all and none: remove one of them"),
        ('any = ["Kim Jong Un"]', 'any = ["Kim"]\nseverity = "urgent"', 11, "not one of 'low', 'normal', 'high', 'critical'"),
        ('to = ["desk"]', 'to = ["dsek"]', 11, "unknown target 'dsek': did you mean 'desk'?"),
        ('to = ["desk"]', "at_least = {within = '6h'}", 11, "at_least: give exactly one of articles and outlets"),
        ('to = ["desk"]', "at_least = {within = '6 hours', outlets = 3}", 11, "such as 90m, 12h or 7d"),
        ('to = ["desk"]', "at_least = {within = '4d', outlets = 3}", 11, "longer than a story is open: shorten it"),
        ('to = ["desk"]', "burst = {within = '1d', half_life = '1h'}", 11, "half_life 1h is shorter than within 1d"),
        ('to = ["desk"]', "burst = {within = '0h'}", 11, "'0h' is out of range: write more than 0s and at most 366d"),
        ('to = ["desk"]', "silence = '400d'", 11, "silence: '400d' is out of range"),
        (
            'any = ["Kim Jong Un"]',
            "health = ['gone']\nsilence = '12h'",
            11,
            "silence: counts articles, but a watch on health matches none",
        ),
        ('to = ["desk"]', "silence = 12", 11, "others are 90m, 12h or 7d"),
        ('to = ["desk"]', "quiet = {start = '22:00', end = '7:00'}", 11, "such as '22:00' or '07:30'"),
        ('to = ["desk"]', "quiet = {start = '22:00', end = '22:00'}", 11, "starts and ends at 22:00: give two times"),
        (
            'to = ["desk"]',
            "quiet = {start = '22:00', end = '07:00', zone = 'Europe/Berlyn'}",
            11,
            "quiet: unknown time zone 'Europe/Berlyn': did you mean 'Europe/Berlin'?",
        ),
        ("log = true", "log = true\nwebhook = 'https://example.org/'", 13, "give exactly one of webhook and log"),
        (
            'url = "https://example.org/a.rss"',
            'url = "ftp://example.org/"',
            5,
            "only http:// and https:// can be read, not ftp://",
        ),
        ("log = true", "log = true\npace = '90min'", 16, "'90min' is not a duration"),
        ("log = true", "log = true\nupdates = 'none'", 16, "updates"),
        ("log = true", "log = true\nquiet = {start = '22:00', end = '22:00'}", 16, "starts and ends at 22:00"),
        ("[[watches]]", "[delivery]\nnotices = 'dekk'\n[[watches]]", 9, "unknown target 'dekk': did you mean 'desk'?"),
        ("[[watches]]", '[[feeds]]\nurl = "https://example.org/a.rss"\n[[watches]]', 9, "duplicate url"),
        ('bus = "sqlite:news.db"', '[fetch]\nallow_networks = ["10.1.0.1/8"]', 3, "write it as 10.0.0.0/8"),
        ('bus = "sqlite:news.db"', "[fetch]\nevery = 'often'", 3, "fetch every: "),
        ('bus = "sqlite:news.db"', "bus = 'redis:1'", 2, "the bus is sqlite:FILE or kafka://HOST:PORT"),
        ('id = "kim"', 'id = "kim', 9, "not valid TOML"),
        ('bus = "sqlite:news.db"', "[fetch]\nevery = 2026-03-10", 3, 'for a text, write "2026-03-10"'),
        ('bus = "sqlite:news.db"', "bus = 10:00:00", 2, 'for a text, write "10:00:00"'),
        ('bus = "sqlite:news.db"', "[fetch]\nmax_bytes = 0xfffffffffffffffff", 3, "a number of at most 64 bits"),
        ('bus = "sqlite:news.db"', 'listen = "127.0.0.1:99999"', 2, "port out of range 0-65535"),
        ("https://example.org/a.rss", "https://example.org:99999/a.rss", 5, "port out of range 0-65535"),
        ('bus = "sqlite:news.db"', f"deep = {'[' * 2000}{']' * 2000}", 0, "nested too deep"),
    ],
)
def test_a_problem_has_its_line_and_remedy(old: str, new: str, line: int, text: str) -> None:
    problems = problems_of(VALID.replace(old, new))
    assert any(text in message for _, message in problems), problems
    assert line in {number for number, _ in problems}, problems


def test_all_problems_are_reported_at_once() -> None:
    assert len(problems_of(VALID.replace("any =", "ayn =").replace("[[targets]]", "[[tragets]]"))) >= 2


@given(st.text() | st.integers() | st.none() | st.dictionaries(st.text(), st.text()))
def test_any_value_of_a_rule_is_accepted_or_explained(value: object) -> None:
    for key in RULES:
        for watch in ({key: value}, {key: dict.fromkeys(("within", "half_life", "zone", "start", "end"), value)}):
            assert all(rule == key and message for rule, message in rule_errors(watch, 3))


@given(st.text() | st.from_regex(r"[0-9]{1,9}[smhd]", fullmatch=True))
def test_a_duration_that_cannot_be_parsed_is_an_error(text: str) -> None:
    try:
        parse_duration(text)
        errors = []
    except ValueError as error:
        errors = [("silence", str(error))]
    assert list(rule_errors({"silence": text}, 3)) == errors

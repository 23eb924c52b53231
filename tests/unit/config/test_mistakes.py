"""`newsmonitor check` names place, fault and remedy of the mistakes that people make in monitor.toml."""

import re
from pathlib import Path

import pytest

from tests.unit.config.texts import VALID, check

URL = "https://example.org/a.rss"
FEED = f'[[feeds]]\nurl = "{URL}"\nname = "Post"\n'
ANY = 'any = ["Kim Jong Un"]'
TO = 'to = ["desk"]'
BUS = 'bus = "sqlite:news.db"'
LOG = "log = true"
WEBHOOK = 'webhook = "https://example.org/hook"'
KINDS = "webhook, log, email, apprise, apprise_env and apprise_file"
UNHELPFUL = re.compile(r"not of type|does not match|\\^\[|\$defs|\\\\[sd]|Traceback|KeyError")
"""Parts that no message may contain: words of JSON Schema, and patterns."""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (ANY, 'anny = ["Kim"]', "10: watches number 1: unknown key 'anny': did you mean 'any'?"),
        (ANY, 'Any = ["Kim"]', "10: watches number 1: unknown key 'Any': did you mean 'any'?"),
        (ANY, 'keywords = ["Kim"]', "10: watches number 1: unknown key 'keywords': did you mean 'any'?"),
        (ANY, 'any = "Kim"', '10: watches number 1 any: must be a list: write any = ["Kim"]'),
        (ANY, "any = [5]", '10: watches number 1 any number 1: must be a text, between quotation marks: write "5"'),
        (ANY, "any = []", "10: watches number 1 any: the list is empty: put something into it, or remove the key"),
        (ANY, 'person = [""]', "10: watches number 1 person number 1: the text is empty: write one, or remove it"),
        (TO, 'to = "desk"', '11: watches number 1 to: must be a list: write to = ["desk"]'),
        (TO, 'to = ["dsek"]', "11: watches number 1: unknown target 'dsek': did you mean 'desk'?"),
        (TO, 'to = ["DESK"]', "11: watches number 1: unknown target 'DESK': did you mean 'desk'?"),
        (
            TO,
            'severity = "High"',
            "11: watches number 1 severity: 'High' is not one of 'low', 'normal', 'high', 'critical'; did you",
        ),
        (TO, "silence = 6", '11: watches number 1 silence: must be a duration, between quotation marks: write silence = "6h"'),
        (
            TO,
            'confusables = "yes"',
            "11: watches number 1 confusables: must be true or false, without quotation marks: write conf",
        ),
        (TO, "at_least = {outlets = 3}", '11: watches number 1 at_least: within is missing: add within = "6h"'),
        (
            TO,
            "at_least = {outlets = 1, within = '6h'}",
            "11: watches number 1 at_least outlets: 1 is too small: write at least 2",
        ),
        (
            TO,
            "quiet = '22:00-07:00'",
            '11: watches number 1 quiet: must be a table: write quiet = {start = "22:00", end = "07:00"}',
        ),
        (TO, "[watches.quiet]\nstart = 22\nend = '07:00'", "12: watches number 1 quiet start: must be a text"),
        (
            TO,
            "[watches.burst]\nwithin = '1h'\n[watches.quiet]\nend = '7'",
            "13: watches number 1 quiet: start is missing: add start",
        ),
        (BUS, "[sets]\nempty = []", "3: hint: sets.empty: the set is empty, so @empty matches nothing; add names to it"),
        (BUS, "[sets.x]\na = ['b']", "2: sets x: must be a list: write x = ["),
        (BUS, "[bus]\nurl = 'x'", '2: bus: is one text, not a table: write bus = "...", above the first [table]'),
        (BUS, "bus = ['sqlite:x.db']", '2: bus: must be one text, not a list: write bus = "sqlite:x.db"'),
        (
            BUS,
            "[kafka]\npassword = 'x'",
            "3: kafka: unknown key 'password': name its file in password_file, or use NEWSMONITOR_KAFKA_PASSW",
        ),
        (BUS, "watch_files = ['watches\\new.toml']", "2: watch_files: there is no watches\\new.toml; write / between folders"),
        (BUS, 'watch_files = ["a\\new.toml"]', "2: watch_files: 'a\\new.toml' contains a control character, perhaps from a"),
        (LOG, "type = 'webhook'", "15: targets number 1: unknown key 'type': the kind of a target is its key; write webhook ="),
        (ANY, "query = 'Carn[ae]y'", "10:14: watch 'kim', query: '[ae]' looks like a regular expression"),
        (TO, "feeds = ['Pots']", "11: watch 'kim', feeds: 'Pots' is not a configured feed; did you mean 'Post'?"),
        (TO, "feeds = ['post']", "11: watch 'kim', feeds: 'post' is not a configured feed; did you mean 'Post'?"),
        (TO, "topic = ['sport law']", "11: watch 'kim', topic: 'sport law' is not an IPTC Media Topic; "),
        (
            TO,
            "topic = ['politics']",
            "11: watch 'kim', topic: 'politics' is not an IPTC Media Topic; did you mean 'politics and govern",
        ),
        (TO, "topic = ['whether']", "11: watch 'kim', topic: 'whether' is not an IPTC Media Topic; did you mean 'weather'?"),
        (TO, "lang = ['german']", "11: watch 'kim', lang: 'german' is not the code of a language; write 'de'"),
        (
            ANY,
            "any = ['@leaders']",
            "10: watch 'kim', any: there is no set 'leaders' in [sets], which has none; write [sets] and ",
        ),
        (ANY, "query = '/Carne?y/i'", "10:10: watch 'kim', query: '/Carne?y/i' looks like a regular expression, which a watch"),
        (
            ANY,
            "any = ['Kim.*Un']",
            "10: watch 'kim', any: '.*' looks like a regular expression, which a watch cannot have; write words",
        ),
        (
            ANY,
            "any = ['sanction*']",
            "10: hint: watch 'kim', any: the star in 'sanction*' has no meaning in a list; for a prefix write",
        ),
        (
            'id = "kim"',
            'id = "kim jong un"',
            "9: watches number 1 id: 'kim jong un' is not an id: an id has letters without accents, digits",
        ),
        ('id = "kim"', 'id = "kim jong un"', "write 'kim-jong-un'"),
        ('id = "kim"\n', "", '8: watches number 1: id is missing: add id = "name"'),
        (
            "[[watches]]",
            "[watches]",
            "8: watches: must be a list of tables: write [[watches]], with two brackets on each side, before",
        ),
        (BUS, "[[fetch]]\nfloor = 9", "2: fetch: must be a table: write [fetch], with one bracket on each side,"),
        (
            BUS,
            '[fetch]\nevery = "5m"',
            '3: fetch every: "5m" must be a number of seconds, without quotation marks: write every = 300',
        ),
        (
            BUS,
            '[fetch]\nevery = "300"',
            '3: fetch every: "300" must be a number of seconds, without quotation marks: write every = 300',
        ),
        (BUS, "[fetch]\nevery = 0", "3: fetch every: 0 is too small: write at least 1"),
        (BUS, "[fetch]\nevery = -5", "3: fetch every: -5 is too small: write at least 1"),
        (BUS, "[fetch]\ntimeout = 0", "3: fetch timeout: 0 is too small: write more than 0"),
        (BUS, "[fetch]\nevery = inf", "3: fetch every: inf cannot be used as a number: write another, or remove the key"),
        (
            BUS,
            "[fetch]\nper_host = 1.5",
            "3: fetch per_host: 1.5 must be a whole number, without quotation marks: write per_host = 2",
        ),
        (
            BUS,
            '[stories]\ndays = "3d"',
            '3: stories days: "3d" must be a number of days, without quotation marks: write days = 3',
        ),
        (BUS, "[delivery]\nqueue = 1000000", "3: delivery queue: 1000000 is too large: write at most 100000"),
        (BUS, "[fetchr]\nevery = 60", "2: unknown key 'fetchr': did you mean 'fetch'?"),
        (
            BUS,
            "[fetch]\nbus = 'sqlite:x.db'",
            "3: fetch: unknown key 'bus': it belongs at the beginning, above the first [table]",
        ),
        (BUS, "every = 60", "2: unknown key 'every': it belongs below [fetch] or below [[feeds]]"),
        (
            BUS,
            "[fetch]\nallow_networks = ['10.1.0.9/16']",
            "3: fetch.allow_networks: '10.1.0.9/16' is not a network, since it has ",
        ),
        (
            BUS,
            "[fetch]\nallow_networks = ['home']",
            "3: fetch.allow_networks: 'home' is not a network: write one such as 10.1.0.0/16",
        ),
        (BUS, "fetch.every = 'x'", '2: fetch every: "x" must be a number of seconds, without quotation marks'),
        (BUS, "listen = '8080'", "2: listen: '8080' is not an address to listen on: write HOST:PORT, such as '127.0.0.1:8080'"),
        (BUS, "bus = 2026-11-26", '2: bus: 2026-11-26 is a date or a time to TOML: for a text, write "2026-11-26"'),
        (
            URL,
            "htp://example.org/a",
            "5: feeds number 1 url: a URL does not begin with htp://: did you mean 'http://example.org/a'?",
        ),
        (
            URL,
            "HTTPS://example.org/a",
            "5: feeds number 1 url: a URL does not begin with HTTPS://: did you mean 'https://example.org/a'?",
        ),
        (
            URL,
            "feed://example.org/a",
            "5: feeds number 1 url: a URL does not begin with feed://: did you mean 'https://example.org/a'?",
        ),
        (URL, "example.org/a", "5: feeds number 1 url: a URL begins with http:// or https://: write 'https://example.org/a'"),
        (
            URL,
            "http:/example.org",
            "5: feeds number 1 url: a URL begins with http:// or https://: did you mean 'http://example.org'?",
        ),
        (URL, "https://example.org/a b", "5: feeds number 1 url: the URL contains blanks: remove them, or write %20"),
        (URL, "gopher://example.org", "5: feeds number 1 url: only http:// and https:// can be read, not gopher://"),
        (f'url = "{URL}"', f'link = "{URL}"', "5: feeds number 1: unknown key 'link': did you mean 'url'?"),
        ('name = "Post"', 'lang = "english"', "6: feeds number 1 lang: 'english' is not the code of a language; write 'en'"),
        ('name = "Post"', 'country = "UK"', "6: feeds number 1 country: 'UK' is not the code of a country; write 'GB'"),
        ('name = "Post"', 'country = "fr"', "6: feeds number 1 country: 'fr' has lower-case letters; write 'FR'"),
        (
            FEED,
            f"{FEED}{FEED}",
            "8: feeds number 2: duplicate url 'https://example.org/a.rss', already in line 5: remove or change one",
        ),
        (
            LOG,
            f"{LOG}\n{WEBHOOK}",
            f"13: targets number 1: give exactly one of {KINDS}: it has webhook and log, so remove",
        ),
        (LOG, "", f"13: targets number 1: give exactly one of {KINDS}"),
        (LOG, "log = false", "15: targets number 1 log: false has no meaning here: write log = true, or remove the key"),
        (LOG, "log = 'true'", "15: targets number 1 log: must be true or false, without quotation marks: write log = true"),
        (
            LOG,
            "slack = 'x://'",
            "15: targets number 1: unknown key 'slack': other services are reached through Apprise; write apprise_env = ",
        ),
        (
            LOG,
            f"{WEBHOOK}\nsecret = 'x'",
            "16: targets number 1: unknown key 'secret': secrets do not belong in the config; put it",
        ),
        (
            LOG,
            f"{WEBHOOK}\nsecret_env = 'NOBODY_HAS_THIS'",
            "16: target 'desk': the environment variable NOBODY_HAS_THIS is missing or",
        ),
        (LOG, f"{WEBHOOK}\nsecret_env = 'HOME'", "16: target 'desk': the environment variable HOME does not hold a secret"),
        (
            LOG,
            f"{WEBHOOK}\nsecret_file = 'none.txt'",
            "16: target 'desk': the file none.txt is missing or empty; it must hold a sec",
        ),
        (LOG, WEBHOOK, "15: target 'desk' has no secret; set secret_env or secret_file"),
        (FEED, "", "1: hint: there are no [[feeds]], so no news is read: `newsmonitor feeds add URL` adds one"),
        (
            TO,
            "",
            "9: hint: watch 'kim': there is no `to`, so its alerts are not delivered, and only `newsmonitor alerts` shows them",
        ),
        (BUS, "watch_files = ['none.toml']", "2: watch_files: there is no none.toml; create the file, or remove its name"),
        (BUS, "watch_files = ['w/*.toml']", "2: hint: watch_files: 'w/*.toml' matches no file; correct it, or create a file"),
        (BUS, "watch_files = 'w'", '2: watch_files: must be a list: write watch_files = ["w"]'),
    ],
)
def test_a_mistake_is_reported_with_its_line_and_remedy(tmp_path: Path, old: str, new: str, message: str) -> None:
    lines = check(tmp_path, VALID.replace(old, new, 1))
    assert any(line.startswith("monitor.toml:") and message in line for line in lines), lines
    assert not UNHELPFUL.search("\n".join(lines)), lines
    assert len(lines) <= 4, lines


def test_an_empty_config_is_valid_but_hints_that_nothing_happens(tmp_path: Path) -> None:
    feeds, watches, last = check(tmp_path, "")
    assert "hint: there are no [[feeds]]" in feeds
    assert "hint: there are no [[watches]]" in watches
    assert last == "monitor.toml is valid, but see the hints: 0 feeds, 0 watches, 0 targets."


def test_many_watches_without_a_target_are_one_hint(tmp_path: Path) -> None:
    watches = "".join(f"[[watches]]\nid = 'w{number}'\nany = ['x']\n" for number in range(50))
    (hint, _) = check(tmp_path, FEED + watches)
    assert "watch 'w0' and 49 more: there is no `to`" in hint
    assert "add [[targets]]" in hint


def test_all_mistakes_of_a_file_are_reported(tmp_path: Path) -> None:
    text = (
        VALID.replace(BUS, '[fetch]\nevery = "x"\nper_hots = 1\nslowst = 2')
        .replace(ANY, 'anny = ["x"]')
        .replace('"desk"]', '"nobody"]')
    )
    places = [line.split(": ")[0] for line in check(tmp_path, text)]
    assert places == [f"monitor.toml:{line}" for line in (3, 4, 5, 13, 14)]


def test_mistakes_of_syntax_and_others_are_reported_together(tmp_path: Path) -> None:
    text = VALID.replace('url = "', "url = “").replace(ANY, "anny = ['x']").replace(LOG, "log = True")
    told = check(tmp_path, f"{text}[[watches]]\nid = 'b'\nany = 'x'\n")
    assert [line.split(" ")[0] for line in told] == [f"monitor.toml:{place}:" for place in ("5:7", "10", "15:7", "18")]

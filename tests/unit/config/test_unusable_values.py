"""Values of monitor.toml that have the right type, but cannot work: `newsmonitor check` names the line and the remedy."""

from pathlib import Path

import pytest

from monitor.config.durations import parse_duration, time_problem
from tests.unit.config.texts import VALID, check

BUS = 'bus = "sqlite:news.db"'
KAFKA = 'bus = "kafka://broker:9092"\n[kafka]\n'
TO = 'to = ["desk"]'
LOG = "log = true"
URL = "https://example.org/a.rss"
HOOK = 'webhook = "https://example.org/hook"'
SECRET = "whsec_" + "QUJD" * 10


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (TO, "at_least = 4", '11: watches number 1 at_least: must be a table: write at_least = {within = "6h"}'),
        (TO, "at_least = true", '11: watches number 1 at_least: must be a table: write at_least = {within = "6h"}'),
        (TO, "severity = 2", "11: watches number 1 severity: 2 is not one of 'low', 'normal', 'high', 'critical'"),
        (TO, 'silence = "2 weeks"', "11: watches number 1 silence: '2 weeks' is not a duration: write a whole number"),
        (TO, 'quiet = {start = "9pm", end = "06:00", zone = "UTC"}', "such as '22:00' or '07:30'; did you mean '21:00'?"),
        (TO, 'digest = {at = ["08:00"], zone = "Asia/Seul"}', "unknown time zone 'Asia/Seul': did you mean 'Asia/Seoul'?"),
        (TO, 'digest = {at = ["8"]}', "such as '22:00' or '07:30'; did you mean '08:00'?"),
        (TO, 'digest = {at = "08:00"}', "must be a list"),
        (TO, "digest = {at = []}", "digest"),
        (TO, 'quiet = {start = "21:00", end = "06:00", zone = "GMT+5"}', "zone 'GMT+5': write one such as Europe/Berlin"),
        (TO, 'quiet = {start = "21:00", end = "06:00", zone = "Vienna"}', "zone 'Vienna': did you mean 'Europe/Vienna'?"),
        (BUS, 'listen = "*:9000"', "2: listen: '*:9000': a star is not a host; write '0.0.0.0:9000' for all addresses of this"),
        (
            BUS,
            'listen = "10.0.0.300:9000"',
            "2: listen: '10.0.0.300:9000': '10.0.0.300' is not an IP address; write one such as",
        ),
        (BUS, 'listen = "localhost:http"', "2: listen: 'localhost:http': port out of range 0-65535; write HOST:PORT"),
        (BUS, '[page]\nlisten = "*:9000"', "3: page.listen: '*:9000': a star is not a host"),
        (BUS, '[page]\nzone = "Vienna"', "3: page.zone: unknown time zone 'Vienna': did you mean 'Europe/Vienna'?"),
        (BUS, '[page]\nhosts = ["http://a.org"]', "3: page.hosts: 'http://a.org' is not the name of a host"),
        (BUS, '[page]\ntoken_env = "A"\ntoken_file = "b"', "4: page has token_env and token_file: remove one of them"),
        (BUS, '[fetch.hosts."Example.org"]', "2: fetch.hosts: 'Example.org' is not the name of a host in lower case, "),
        (BUS, '[fetch.hosts."Example.org"]', "without scheme, port and path: write 'example.org'"),
        (BUS, '[fetch.hosts."http://example.org:81/a"]', "without scheme, port and path: write 'example.org'"),
        (BUS, "[fetch.hosts.example.org]", "2: fetch hosts example: unknown key 'org': a host with dots stands between quot"),
        (BUS, '[fetch]\nuser_agent = "a\\r\\nX: y"', "3: fetch user_agent: must be one line of visible characters: write a"),
        (BUS, "[fetch]\ntimeout = 1e200", "3: fetch timeout: 1e+200 is too large: write at most 31622400, which is a year"),
        (BUS, "[delivery]\nretries = [5, 1e99]", "3: delivery retries: 1e+99 is too large: write at most 31622400"),
        (BUS, "[stories]\ndays = 1e99", "3: stories days: 1e+99 is too large: write at most 36600, which is 100 years"),
        (URL, "https://kay:hem/lig@example.org/a", "5: feeds number 1 url: the user name or the password contains /, ? or #"),
        (URL, "https://example.org:http/a", "5: feeds number 1 url: port out of range 0-65535: correct 'http', or leave out"),
        (URL, "https://[example.org/a", "5: feeds number 1 url: the brackets around the host are wrong: an address of IPv6"),
        (URL, "https://xn--0.example/a", "5: feed number 1: the URL's host is invalid; correct its url"),
        (URL, "https://example.org/100%", "5: feeds number 1 url: in a URL, % stands before two hexadecimal digits"),
        (URL, "(https://example.org/a)", "5: feeds number 1 url: the URL stands between ( and ): write it alone, without"),
        (URL, "./feeds/a.xml", "5: feeds number 1 url: this is the path of a file, and only http:// and https:// can be read"),
        (URL, "https://localhost:8000/a", "5: hint: feed number 1: localhost is outside the public internet, so it is never"),
        (URL, "https://10.20.30/a", "5: hint: feed number 1: 10.20.30 is neither the name of a host nor an IP address"),
        (LOG, f'{LOG}\nsecret_env = "DESK"', "16: targets number 1 secret_env: the log needs no secret: remove the key, or"),
        (LOG, f'{LOG}\nsecret_file = "key"', "16: targets number 1 secret_file: the log needs no secret: remove the key, or"),
        (LOG, f'{LOG}\ncloudevents = "structured"', "16: targets number 1 cloudevents: only a webhook posts CloudEvents"),
        (
            LOG,
            f'{HOOK}\nsecret_env = "A"\nsecret_file = "b"',
            "17: targets number 1 secret_file: the target has secret_env and",
        ),
        (LOG, f'{HOOK}\nsecret_env = "${{DESK}}"', "16: targets number 1 secret_env: this is not the name of an environment"),
        (LOG, 'webhook = "https://"', "15: target 'desk': the URL names no host; correct its webhook"),
        (LOG, 'webhook = "https://10.9.8.7/a"', "15: target 'desk' has no secret"),
        (BUS, f'{KAFKA}username = "me"', "4: kafka.username: PLAINTEXT has no login: write security_protocol = SASL_PLAINTEXT"),
        (BUS, f'{KAFKA}security_protocol = "SASL_SSL"', "4: kafka.security_protocol: SASL_SSL needs a login: add username"),
        (BUS, f'{KAFKA}security_protocol = "SSL"\nca_file = "ca.pem"', "5: kafka.ca_file: there is no file ca.pem: correct"),
        (BUS, f'{KAFKA}key_file = "key.pem"', "4: kafka.key_file: a key needs its certificate: add cert_file, or remove key"),
    ],
)
def test_a_value_that_cannot_work_is_told(tmp_path: Path, old: str, new: str, message: str) -> None:
    lines = check(tmp_path, VALID.replace(old, new, 1))
    assert any(message in line for line in lines), lines
    assert not any("Traceback" in line or " is valid:" in line for line in lines), lines


def test_entries_of_a_list_of_tables_that_are_no_tables_are_told(tmp_path: Path) -> None:
    lines = check(tmp_path, "targets = [1]\nwatches = [2.5]\nfeeds = [true]\n")
    assert {line.partition(" must be a table")[0] for line in lines} == {
        "monitor.toml:1: targets number 1: 1",
        "monitor.toml:2: watches number 1: 2.5",
        "monitor.toml:3: feeds number 1: true",
    }


def test_a_secret_in_place_of_the_name_of_its_variable_is_not_shown(tmp_path: Path) -> None:
    lines = check(tmp_path, VALID.replace(LOG, f'{HOOK}\nsecret_env = "{SECRET}"'))
    assert any("secret_env: this is not the name of an environment variable" in line for line in lines)
    assert SECRET not in "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "meant"),
    [("2 weeks", "14d"), ("1h 30min", "90m"), ("PT45M", "45m"), ("P1DT12H", "36h"), ("0.5d", "12h"), ("3H", "3h"), ("1y", "")],
)
def test_another_notation_of_a_duration_is_understood_for_the_remedy(text: str, meant: str) -> None:
    with pytest.raises(ValueError, match="is not a duration") as caught:
        parse_duration(text)
    assert str(caught.value).partition("; did you mean ")[2] == (f"{meant}?" if meant else "")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("7:05", "07:05"),
        ("12am", "00:00"),
        ("12 p.m.", "12:00"),
        ("24:00", "00:00"),
        ("9h", "09:00"),
        ("8:70", ""),
        ("noon", ""),
    ],
)
def test_another_notation_of_a_time_is_understood_for_the_remedy(text: str, meant: str) -> None:
    assert time_problem(text).partition("; did you mean ")[2] == (f"'{meant}'?" if meant else "")

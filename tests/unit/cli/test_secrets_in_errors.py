"""No error of a command and no problem of a config repeats a secret that stands in a URL, wherever the URL stands."""

from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli import main
from monitor.config.load import parse
from monitor.config.problems import InvalidConfig
from tests.integration.receiver import SECRET as RECEIVER_SECRET

SECRET = "Sonnenblume42x"  # noqa: S105  (it is not one)
URL = f"https://kay:{SECRET}@desk.example/tok/{SECRET}/feed?token={SECRET}"
FORMS = (URL, f"kay:{SECRET}@127.0.0.1:8080", f"//kay:{SECRET}@desk.example/rss", f"desk.example/rss?token={SECRET}")
WATCH = f'[[watches]]\nid = "bridge"\nfeeds = ["{URL}"]\n'


@pytest.mark.parametrize(
    "line",
    [
        'bus = ["{}"]',
        'listen = "{}"',
        'listen = ["{}"]',
        "listen = {}",
        '"{}" = 1',
        'streams = {{ synchronous = "{}" }}',
        'streams = {{ days = "{}" }}',
        'fetch = {{ allow_networks = ["{}"] }}',
        'fetch = {{ hosts = {{ "{}" = {{}} }} }}',
        'kafka = {{ security_protocol = "{}" }}',
        'sets = {{ "{}" = ["x"] }}',
        '[[targets]]\nid = "{}"\nlog = true',
        '[[watches]]\nid = "{}"\nany = ["x"]',
        '[[watches]]\nid = "w"\nany = ["x"]\nto = ["{}"]',
        '[[watches]]\nid = "w"\nany = ["x"]\nsilence = "{}"',
        '[[feeds]]\nurl = "https://desk.example/"\ncountry = "{}"',
        '[[feeds]]\nurl = "https://desk.example/"\nlang = ["{}"]',
    ],
)
@pytest.mark.parametrize("form", FORMS)
def test_a_problem_of_the_config_repeats_no_secret(line: str, form: str) -> None:
    with pytest.raises(InvalidConfig) as error:
        parse(line.format(form), Path())
    assert SECRET not in str(error.value)


@pytest.mark.parametrize("variable", ["NEWSMONITOR_LISTEN", "NEWSMONITOR_BUS"])
@pytest.mark.parametrize("form", FORMS)
def test_a_problem_of_the_environment_repeats_no_secret(monkeypatch: pytest.MonkeyPatch, variable: str, form: str) -> None:
    monkeypatch.setenv(variable, form)
    with pytest.raises(InvalidConfig, match=variable) as error:
        parse("", Path())
    assert SECRET not in str(error.value)


@pytest.mark.parametrize(
    "words",
    [
        ("check",),
        ("check", "--json"),
        ("watch", "list"),
        ("watch", "list", "--json"),
        ("watch", "lint"),
        ("watch", "remove", URL),
        ("watch", "rename", URL, "x"),
        ("watch", "rename", "bridge", URL),
        ("watch", "add", URL, "--any", "x"),
        ("explain", "article.json", "bridge"),
        ("explain", "article.json", "--query", f"feed:{URL}"),
        ("explain", URL, "bridge"),
        ("backtest", "--watch", URL),
        ("feeds", "test", f"kay:{SECRET}@desk.example/rss"),
        ("feeds", "remove", f"kay:{SECRET}@desk.example/rss"),
        ("feeds", "add", f"https://kay:{SECRET}@desk.example:99999/"),
        ("alerts", "--watch", URL),
        ("deliveries", "list", "--target", URL),
        ("deliveries", "list", "--since", URL),
        ("dead", "pass", URL),
        ("run", URL),
        (URL,),
    ],
)
def test_no_command_repeats_a_secret(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "article.json").write_text('{"title": "A bridge", "text": ""}')
    (tmp_path / "monitor.toml").write_text(f'bus = "sqlite:news.db"\n{WATCH}')
    with chdir(tmp_path):
        result = CliRunner().invoke(main, words)
    assert result.output
    assert SECRET not in result.output


@pytest.mark.parametrize(
    "table", ['[[feeds]]\nurl = "{}"', '[[targets]]\nid = "desk"\nwebhook = "{}"\nsecret_env = "NEWSMONITOR_TEST"']
)
def test_check_hints_at_a_password_that_ends_the_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str) -> None:
    monkeypatch.setenv("NEWSMONITOR_TEST", RECEIVER_SECRET)
    (tmp_path / "monitor.toml").write_text(table.format("https://kay:12/hemlig@desk.example/rss"))
    with chdir(tmp_path):
        result = CliRunner().invoke(main, ["check"])
    assert (result.exit_code, "write %2F for it" in result.output, "hemlig" in result.output) == (0, True, False)

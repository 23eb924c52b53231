"""Keys of the config that environment variables set, and secrets in files that they name."""

from pathlib import Path
from typing import Any

import pytest

from consumers.delivery.channels.secrets import read_secret
from monitor.bus import Misconfigured
from monitor.config.environment import find_overrides, misspelt
from monitor.config.extensions import NO_EXTENSIONS
from monitor.config.files import merge_files, read_files
from monitor.config.kafka import kafka_password, kafka_problems
from monitor.config.load import parse
from monitor.config.problems import InvalidConfig
from monitor.config.secrets import read_variable, variable_source
from monitor.runtime import registry
from monitor.runtime.connection import bus_address
from page.security.token import read_token
from tests.unit.config.texts import check


@pytest.mark.parametrize(
    ("variable", "text", "table", "key", "value"),
    [
        ("NEWSMONITOR_FETCH_TIMEOUT", "12.5", "fetch", "timeout", 12.5),
        ("NEWSMONITOR_FETCH_USER_AGENT", "desk 1.0", "fetch", "user_agent", "desk 1.0"),
        ("NEWSMONITOR_FETCH_ALLOW_NETWORKS", '["10.0.0.0/8"]', "fetch", "allow_networks", ("10.0.0.0/8",)),
        ("NEWSMONITOR_STREAMS_CLOUDEVENTS", "false", "streams", "cloudevents", False),
        ("NEWSMONITOR_KAFKA_CA_FILE", "/etc/ca.pem", "kafka", "ca_file", "/etc/ca.pem"),
        ("NEWSMONITOR_ENTITIES_MODEL", "table", "entities", "model", "table"),
        ("NEWSMONITOR_PAGE_ZONE", "Europe/Oslo", "page", "zone", "Europe/Oslo"),
        ("NEWSMONITOR_PAGE_HOSTS", '["news.example.org"]', "page", "hosts", ("news.example.org",)),
    ],
)
def test_a_variable_sets_a_key_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, text: str, table: str, key: str, value: object
) -> None:
    monkeypatch.setenv(variable, text)
    text = "[fetch]\ntimeout = 99\nspacing = 7\n"
    config = parse(text, tmp_path)
    assert getattr(getattr(config, table), key) == value
    assert config.fetch.spacing == 7
    monkeypatch.delenv(variable)
    # The hash says which file a process uses.
    assert config.hash == parse(text, tmp_path).hash


SCHEMA = registry.extensions().schema
ONLY_IN_FILES = {"feeds", "watches", "watch_files", "sets", "targets"}


def resolved(rule: dict[str, Any]) -> dict[str, Any]:
    """Return *rule*, or what it refers to."""
    found: dict[str, Any] = SCHEMA["$defs"][rule["$ref"].rpartition("/")[2]] if "$ref" in rule else rule
    return found


TABLES = {
    table: resolved(rule) for table, rule in SCHEMA["properties"].items() if table not in {"bus", "listen", *ONLY_IN_FILES}
}
KEYS = [(table, key) for table, rule in TABLES.items() for key in rule["properties"]]
"""Every key of every table that is no list, also of the sections of installed packages."""
OWN_MEANING = {"NEWSMONITOR_CONFIG", "NEWSMONITOR_PAGE", "NEWSMONITOR_KAFKA_PASSWORD"}


@pytest.mark.parametrize(("table", "key"), KEYS)
def test_each_key_of_a_table_has_a_variable_also_those_of_installed_packages(tmp_path: Path, table: str, key: str) -> None:
    variable = f"NEWSMONITOR_{table}_{key}".upper()
    (override,) = find_overrides({variable: "9"}, SCHEMA)
    assert (override.place, override.problem) == ((table, key), "")
    is_text = resolved(TABLES[table]["properties"][key]).get("type") == "string"
    files = merge_files(read_files(tmp_path / "monitor.toml", ""), (override,))
    assert files.data[table] == {key: "9" if is_text else 9}
    assert variable not in OWN_MEANING


def test_what_has_no_variable_is_told_in_the_docs() -> None:
    text = (Path(__file__).parents[3] / "docs" / "operations.md").read_text(encoding="utf-8")
    lines = " ".join(text.partition("## Settings from the environment")[2].split())
    assert (
        "The lists of tables are in files only, because commands and the page edit them: feeds, watches, targets, sets and"
        in lines
    )
    assert all(f"`{name}`" in lines for name in OWN_MEANING)
    assert len({f"{table}_{key}".upper() for table, key in KEYS}) == len(KEYS) > 40


def test_a_variable_changes_the_config_of_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSMONITOR_SMTP_HOST", "mail.example.org")
    config = parse("", tmp_path, registry.extensions())
    assert config.sections["smtp"].host == "mail.example.org"


@pytest.mark.parametrize(
    ("variable", "text", "problem"),
    [
        ("NEWSMONITOR_FETCH_TIMEOUT", "soon", "write the value as in monitor.toml"),
        ("NEWSMONITOR_FETCH_TIMEOUT", "1\nbus = 2", "write the value as in monitor.toml"),
        ("NEWSMONITOR_FETCH_TIMEOUT", "-1", "-1"),
        ("NEWSMONITOR_STREAMS_SYNCHRONOUS", "never", "never"),
        ("NEWSMONITOR_FETCH_ALLOW_NETWORKS", '["ten"]', "ten"),
    ],
)
def test_a_problem_names_the_variable_and_not_a_line_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, text: str, problem: str
) -> None:
    monkeypatch.setenv(variable, text)
    with pytest.raises(InvalidConfig) as error:
        parse("[fetch]\ntimeout = 5\n", tmp_path)
    (found,) = error.value.problems
    assert (found.variable, found.line, problem in found.text) == (variable, 0, True)


def test_an_empty_variable_sets_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSMONITOR_FETCH_TIMEOUT", "")
    assert parse("[fetch]\ntimeout = 5\n", tmp_path).fetch.timeout == 5


def test_a_misspelt_variable_is_named_and_others_are_left_alone() -> None:
    environ = dict.fromkeys(
        ("NEWSMONITOR_FETCH_TIMOUT", "NEWSMONITOR_PORT_80_TCP", "NEWSMONITOR_DESK_SECRET", "FETCH_TIMEOUT"), "1"
    )
    assert list(misspelt(environ, NO_EXTENSIONS.schema)) == [("NEWSMONITOR_FETCH_TIMOUT", "NEWSMONITOR_FETCH_TIMEOUT")]


def test_a_secret_is_read_from_the_file_that_a_variable_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "secret"
    file.write_text(" of the file\n")
    monkeypatch.setenv("DESK_SECRET_FILE", str(file))
    assert read_variable("DESK_SECRET") == "of the file"
    assert variable_source("DESK_SECRET") == f"the file {file} (DESK_SECRET_FILE)"
    monkeypatch.setenv("DESK_SECRET", "of the variable")
    assert read_variable("DESK_SECRET") == "of the variable"
    monkeypatch.delenv("DESK_SECRET")
    file.unlink()
    assert read_variable("DESK_SECRET") == ""


def test_the_secret_of_a_target_and_the_token_of_the_page_may_be_in_such_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = "0123456789abcdef" * 2
    (tmp_path / "secret").write_text(f"{token}\n")
    monkeypatch.setenv("DESK_SECRET_FILE", str(tmp_path / "secret"))
    assert read_secret("DESK_SECRET", None, tmp_path) == token
    assert read_token(parse('[page]\ntoken_env = "DESK_SECRET"\n', tmp_path)) == token
    (tmp_path / "secret").write_text("short")
    with pytest.raises(Misconfigured, match=r"the file .*secret \(DESK_SECRET_FILE\) has no token"):
        read_token(parse('[page]\ntoken_env = "DESK_SECRET"\n', tmp_path))


KAFKA = 'bus = "kafka://127.0.0.1:9092"\n[kafka]\nsecurity_protocol = "SASL_SSL"\nusername = "news"\n'


def test_the_password_of_kafka_comes_from_a_variable_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "first").write_text("one\n")
    (tmp_path / "second").write_text("two\n")
    (problem,) = kafka_problems(parse(KAFKA, tmp_path))
    assert "NEWSMONITOR_KAFKA_PASSWORD is missing or empty" in problem
    assert kafka_password(parse(f'{KAFKA}password_file = "first"\n', tmp_path)) == "one"
    # The variable of the key: the file is in the folder of the config, and a second source is an error.
    monkeypatch.setenv("NEWSMONITOR_KAFKA_PASSWORD_FILE", "second")
    config = parse(KAFKA, tmp_path)
    assert (kafka_problems(config), bus_address(config).security.password) == ([], "two")
    monkeypatch.setenv("NEWSMONITOR_KAFKA_PASSWORD", "three")
    assert len(kafka_problems(parse(KAFKA, tmp_path))) == 1
    monkeypatch.delenv("NEWSMONITOR_KAFKA_PASSWORD_FILE")
    assert kafka_password(parse(KAFKA, tmp_path)) == "three"
    (problem,) = kafka_problems(parse(f'{KAFKA}password_file = "first"\n', tmp_path))
    assert "NEWSMONITOR_KAFKA_PASSWORD is set too: remove one of them" in problem
    monkeypatch.delenv("NEWSMONITOR_KAFKA_PASSWORD")
    (problem,) = kafka_problems(parse(f'{KAFKA}password_file = "absent"\n', tmp_path))
    assert "is missing or empty; it must hold the password" in problem


def test_the_password_of_an_encrypted_key_comes_from_a_variable_or_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "first").write_text("one\n")
    (tmp_path / "second").write_text("two\n")
    text = 'bus = "kafka://127.0.0.1:9092"\n[kafka]\nsecurity_protocol = "SSL"\ncert_file = "own.pem"\n'
    with_file = f'{text}key_password_file = "first"\n'

    def found(text: str) -> str:
        return bus_address(parse(text, tmp_path)).security.key_password

    assert found(with_file) == "one"
    monkeypatch.setenv("NEWSMONITOR_KAFKA_KEY_PASSWORD_FILE", str(tmp_path / "second"))
    assert found(text) == "two"
    monkeypatch.delenv("NEWSMONITOR_KAFKA_KEY_PASSWORD_FILE")
    monkeypatch.setenv("NEWSMONITOR_KAFKA_KEY_PASSWORD", "three")
    assert found(text) == "three"
    problems = kafka_problems(parse(with_file, tmp_path))
    assert "kafka.key_password_file: NEWSMONITOR_KAFKA_KEY_PASSWORD is set too: remove one of them" in problems


def test_variables_of_a_process_reach_the_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSMONITOR_KAFKA_INSTANCE_ID", "desk-1")
    monkeypatch.setenv("NEWSMONITOR_KAFKA_SESSION_TIMEOUT", "45")
    monkeypatch.setenv("NEWSMONITOR_STREAMS_PARTITIONS", "12")
    address = bus_address(parse('bus = "kafka://127.0.0.1:9092"\n', tmp_path))
    assert (address.instance_id, address.session_seconds) == ("desk-1", 45)
    counts = {name: stream.partitions for name, stream in address.streams.items()}
    assert {name for name, count in counts.items() if count == 12} == {
        "feed.v1",
        "article.raw.v1",
        "article.backfill.v1",
        "article.entities.v1",
        "websub.v1",
    }
    assert set(counts.values()) == {1, 12}


def test_check_shows_what_variables_set_and_never_the_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSMONITOR_KAFKA_USERNAME", "login-of-the-desk")
    monkeypatch.setenv("NEWSMONITOR_FETCH_SPACINGS", "3")
    lines = check(tmp_path, 'bus = "sqlite:news.db"\n')
    assert "kafka.username is set by the environment variable NEWSMONITOR_KAFKA_USERNAME" in lines
    told = "no key of the config has this variable: did you mean NEWSMONITOR_FETCH_SPACING?"
    assert f"NEWSMONITOR_FETCH_SPACINGS: hint: {told}" in lines
    assert "login-of-the-desk" not in " ".join(lines)

"""Addresses of the bus that cannot be used, in the config and in the environment."""

from pathlib import Path

import pytest

from monitor.bus import backends
from monitor.bus.address import Address
from tests.unit.config.texts import VALID, check


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "no address is given: the bus is sqlite:FILE or kafka://HOST:PORT"),
        ("foo", "'foo' is not the address of a bus: the bus is sqlite:FILE or kafka://HOST:PORT"),
        ("news.db", "did you mean 'sqlite:news.db'?"),
        ("/var/lib/news.db", "did you mean 'sqlite:/var/lib/news.db'?"),
        ("localhost:9092", "did you mean 'kafka://localhost:9092'?"),
        ("sqlite3:news.db", "did you mean 'sqlite:news.db'?"),
        ("SQLite:news.db", "did you mean 'sqlite:news.db'?"),
        ("Kafka://one:9092", "did you mean 'kafka://one:9092'?"),
        ("http://example.org/", "'http://example.org/' is not the address of a bus"),
        ("redis://one:6379", "'redis://one:6379' is not the address of a bus: the bus is"),
        ("redis:6379", "'redis:6379' is not the address of a bus: the bus is"),
        (" sqlite:news.db", "begins or ends with a blank: remove it"),
        ("sqlite:", "'sqlite:' names no file: write sqlite:newsmonitor.db"),
        ("sqlite:  ", "names no file"),
        ("sqlite://", "names no file"),
        ("sqlite:.", "names no file"),
        ("sqlite: news.db", "has a blank at the beginning or the end of the file name"),
        ("sqlite://news.db", "write sqlite:news.db for one beside monitor.toml, or sqlite:/news.db for a full path"),
        ("sqlite://data/news.db", "write sqlite:data/news.db for one beside monitor.toml, or sqlite:/data/news.db for a full"),
        ("sqlite:///news.db", "write sqlite:news.db for one beside monitor.toml, or sqlite:/news.db for a full path"),
        ("sqlite:data/", "is a folder: name a file in it, as in sqlite:data/newsmonitor.db"),
        ("sqlite::memory:", "would be lost with each process: name a file"),
        ("sqlite:news.db?mode=ro", "has options of SQLite: write the file alone"),
        ("sqlite:file:news.db", "has options of SQLite"),
        ("sqlite:C:\news\fine.db", "contains a control character, perhaps from a backslash: put the address between single"),
        ("sqlite:C:\\news\\fine.db", "is a path of Windows, and this machine has another system"),
        ("sqlite:~/news.db", "begins with ~, which has no meaning here: write the full path"),
        ("kafka:one:9092", "lacks its slashes: write 'kafka://one:9092'"),
        ("kafka:", "lacks its slashes: write kafka://host1:9092,host2:9092"),
        ("kafka://", "lacks a host: write kafka://host1:9092,host2:9092"),
        ("kafka://:9092", "lacks a host"),
        ("kafka://one:9092,,two:9092", "lacks a host"),
        ("kafka://one:ninety", "has the port 'ninety': write a number from 1 to 65535"),
        ("kafka://one:99999", "has the port '99999'"),
        ("kafka://one:0", "has the port '0'"),
        ("kafka://one:", "has the port ''"),
        ("kafka://one:9092, two:9092", "contains a blank: remove it; several brokers have only a comma between them"),
        ("kafka://me:s3/cret@one:9092", "contains a login"),
        ("kafka://me:s3cret@one:9092", "contains a login: write it in [kafka], and the password in the environment variable"),
        ("kafka://one:9092/", "has an unusable prefix after the slash"),
        ("kafka://one:9092/desk/x", "has an unusable prefix after the slash"),
        ("kafka://http://one:9092", "has the port ''"),
    ],
)
def test_an_address_that_cannot_be_used_is_reported_with_the_remedy(url: str, message: str) -> None:
    problem = backends.url_problem(url) or ""
    assert message in problem
    assert "s3cret" not in problem


@pytest.mark.parametrize(
    "url",
    [
        *("sqlite:news.db", "sqlite:data/news.db", "sqlite:../news.db", "sqlite:/srv/news.db", "sqlite:///srv/news.db"),
        *("sqlite:my news.db", "sqlite:żółw.db", "kafka://one", "kafka://one:9092", "kafka://one:9092,two:9093/desk-1.a"),
        *("kafka://[::1]:9092", "kafka://127.0.0.1:1"),
    ],
)
def test_a_usable_address_has_no_problem(url: str) -> None:
    assert backends.url_problem(url) is None


def test_a_file_that_cannot_be_opened_is_reported(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.db").write_text("no database, but a text\n")
    (tmp_path / "empty.db").touch()

    def problems(name: str) -> list[str]:
        return backends.problems(Address(f"sqlite:{tmp_path / name}"))

    assert problems("new.db") == problems("empty.db") == []
    assert problems("absent/new.db") == [f"bus: there is no folder {tmp_path / 'absent'}: create it, or name a file in another"]
    assert "is a folder: name a file in it" in problems("folder")[0]
    assert f"{tmp_path / 'text.db'} is not a folder" in problems("text.db/new.db")[0]
    assert "text.db is not an SQLite file: name another file" in problems("text.db")[0]


@pytest.mark.parametrize(
    ("bus", "variable", "told"),
    [
        ("sqlite://news.db", None, "monitor.toml:2: bus: 'sqlite://news.db' has slashes before the file"),
        ("sqlite:absent/news.db", None, "monitor.toml:2: bus: there is no folder absent"),
        ("kafka://one:x", None, "monitor.toml:2: bus: 'kafka://one:x' has the port 'x'"),
        ("sqlite:news.db", "foo", "NEWSMONITOR_BUS: 'foo' is not the address of a bus"),
        ("sqlite:news.db", "sqlite:absent/news.db", "NEWSMONITOR_BUS: there is no folder absent"),
        ("sqlite:absent/news.db", "sqlite:news.db", "monitor.toml is valid"),
    ],
)
def test_check_says_where_the_address_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bus: str, variable: str | None, told: str
) -> None:
    if variable is not None:
        monkeypatch.setenv("NEWSMONITOR_BUS", variable)
    line, *settings = check(tmp_path, VALID.replace("sqlite:news.db", bus))
    assert line.startswith(told)
    if told.endswith("is valid"):
        assert "bus is set by the environment variable NEWSMONITOR_BUS" in settings


def test_check_says_that_the_address_to_listen_on_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSMONITOR_LISTEN", "8080")
    (line,) = check(tmp_path, VALID)
    assert line.startswith(
        "NEWSMONITOR_LISTEN: '8080' is not an address to listen on: write HOST:PORT, such as '127.0.0.1:8080'"
    )

"""A file with a valid config, which no variable of the tests changes."""

from pathlib import Path

import pytest

from tests.unit.config.texts import VALID


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unset the variable that all other tests have, so that no page is served: nothing runs here."""
    monkeypatch.delenv("NEWSMONITOR_PAGE", raising=False)


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    """A monitor.toml with the text VALID."""
    path = tmp_path / "monitor.toml"
    path.write_text(VALID)
    return path

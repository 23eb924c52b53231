"""A file with a valid config."""

from pathlib import Path

import pytest

from tests.unit.config.texts import VALID


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    """A monitor.toml with the text VALID."""
    path = tmp_path / "monitor.toml"
    path.write_text(VALID)
    return path

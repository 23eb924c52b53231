"""Packages that add services wrongly: the commands name the package and the remedy, and what only reads goes on."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = """
from dataclasses import dataclass
from typing import Any, ClassVar
from monitor.bus.streams import Stream
from monitor.config.extensions import Section
from monitor.messages import ArticleRaw, Message
from monitor.runtime.service import Service

@dataclass(frozen=True, slots=True)
class Size(Message):
    STREAM: ClassVar[Stream] = Stream("size.v1")
    id: str

    @property
    def key(self):
        return self.id

    @classmethod
    def schema(cls):
        return {"type": "object"}

@dataclass(frozen=True, slots=True)
class SizeConfig:
    least: int = 1

def make(config):
    return Service("size", ArticleRaw, lambda state, message: (), fresh=lambda _: None)

def check(config):
    return []

reads, messages = ArticleRaw, (Size,)
sections = (Section("size", SizeConfig, {"properties": {"least": {"type": "string"}}}),)
"""
"""A service module with all that one can offer. The schema of its section allows what its type does not."""


def newsmonitor(folder: Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command with a package installed whose service `size` is defined by *module*."""
    site = folder / "site"
    (site / "size-1.0.dist-info").mkdir(parents=True)
    (site / "size_service.py").write_text(module)
    (site / "size-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: size\nVersion: 1.0\n")
    (site / "size-1.0.dist-info" / "entry_points.txt").write_text("[newsmonitor.services]\nsize = size_service\n")
    return subprocess.run(
        [sys.executable, "-m", "monitor", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a valid config."""
    (tmp_path / "monitor.toml").write_text('bus = "sqlite:news.db"\n')
    return tmp_path


def test_a_good_package_passes(folder: Path) -> None:
    result = newsmonitor(folder, GOOD, "check")
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("from dataclasses", "import no_such_module\nfrom dataclasses", "cannot be imported: ModuleNotFoundError"),
        ("reads, messages =", "messages =", "does not offer reads"),
        ("(Size,)", "(SizeConfig,)", "is no message class"),
        ('Stream("size.v1")', 'Stream("alert.v1")', "adds the stream alert.v1, whose name is taken"),
        ('Stream("size.v1")', "Stream('a\"b')", "is no name of a stream"),
        ('return {"type": "object"}', "return super().schema()", "Size has no schema"),
        ("    return []", "    raise KeyError(config)", "cannot check the config: KeyError"),
        ("least: int = 1", "least: int", "section [size]: least of SizeConfig has no default"),
        ('{"type": "string"}', '{"type": "nonsense"}', "section [size]: its schema is no JSON Schema"),
    ],
)
def test_a_faulty_package_is_named_by_check(folder: Path, old: str, new: str, problem: str) -> None:
    assert old in GOOD
    result = newsmonitor(folder, GOOD.replace(old, new), "check")
    assert result.returncode == 1
    assert problem in result.stdout + result.stderr
    assert "package size" in result.stdout + result.stderr
    assert "Traceback" not in result.stderr


def test_commands_that_read_go_on_without_a_faulty_package(folder: Path) -> None:
    result = newsmonitor(folder, "raise OSError('broken')", "watch", "list", "--json")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_a_service_that_cannot_be_made_is_named_by_run(folder: Path) -> None:
    module = GOOD.replace('    return Service("size"', '    raise OSError("no disk")\n    return Service("size"')
    result = newsmonitor(folder, module, "run", "size")
    assert result.returncode == 1
    assert "the service 'size' of the package size cannot be made: OSError: no disk" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_value_that_only_the_schema_of_a_section_allows_names_its_line(folder: Path) -> None:
    (folder / "monitor.toml").write_text('bus = "sqlite:news.db"\n[size]\nleast = "many"\n')
    result = newsmonitor(folder, GOOD, "check")
    assert result.returncode == 1
    assert "monitor.toml:2: the section [size] cannot be read: ValueError" in result.stdout + result.stderr

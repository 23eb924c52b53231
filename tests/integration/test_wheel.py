"""The wheel and the sdist have all that the program needs and nothing else, and metadata that an index accepts."""

import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.metadata import Metadata

from release.released import today

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PACKAGES = ("newsmonitor", "monitor", "consumers", "page", "schemas")
NAME = f"newsmonitor-{PROJECT['version']}"
OF_THE_ROOT = {"README.md", "CHANGELOG.md", "LICENSE", "NOTICE", "pyproject.toml"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", str(folder)], cwd=ROOT, check=True, capture_output=True)
    return folder


def files_of_packages() -> set[str]:
    """Return the files of the packages, as they are in the working tree."""
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file())
    return {str(path.relative_to(ROOT)) for path in found if "__pycache__" not in path.parts}


def test_the_wheel_has_the_files_of_the_packages_and_no_others(built: Path) -> None:
    with ZipFile(built / f"{NAME}-py3-none-any.whl") as wheel:
        names = {name for name in wheel.namelist() if not name.startswith(f"{NAME}.dist-info/")}
    assert names == files_of_packages()
    assert {f"schemas/{name}.json" for name in today()} <= names


def test_the_sdist_has_the_same_and_what_builds_the_wheel(built: Path) -> None:
    with tarfile.open(built / f"{NAME}.tar.gz") as sdist:
        names = {name.removeprefix(f"{NAME}/") for name in sdist.getnames()}
    assert names - {"PKG-INFO", ".gitignore"} == files_of_packages() | OF_THE_ROOT


def test_the_metadata_are_valid_and_name_what_is_needed(built: Path) -> None:
    with ZipFile(built / f"{NAME}-py3-none-any.whl") as wheel:
        metadata = Metadata.from_email(wheel.read(f"{NAME}.dist-info/METADATA"))
        licenses = {name.rpartition("/")[2] for name in wheel.namelist() if "/licenses/" in name}
    assert (metadata.name, str(metadata.version), str(metadata.requires_python)) == (
        "newsmonitor",
        PROJECT["version"],
        ">=3.11",
    )
    assert (metadata.license_expression, licenses) == ("Apache-2.0", {"LICENSE", "NOTICE"})
    assert metadata.description_content_type == "text/markdown"
    needed = {each.name for each in metadata.requires_dist or [] if each.marker is None}
    assert len(needed) == len(PROJECT["dependencies"])


def test_the_version_is_said_once_and_the_changelog_has_it() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = [line for line in changelog.splitlines() if line.startswith("## ")]
    assert headings[0] == "## [Unreleased]"
    assert headings[1].startswith(f"## [{PROJECT['version']}] - 20")
    code = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert [path.name for path in code if f'"{PROJECT["version"]}"' in path.read_text(encoding="utf-8")] == []

"""The pinned versions agree with pyproject.toml, which excludes versions with known vulnerabilities."""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PYPROJECT["project"]["optional-dependencies"].values()
REQUIREMENTS = [
    Requirement(text)
    for group in (PYPROJECT["project"]["dependencies"], *EXTRAS, PYPROJECT["dependency-groups"]["dev"])
    for text in group
]
PINNED = {
    canonicalize_name(name): version
    for name, _, version in (
        line.partition("==") for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if "==" in line
    )
}
VULNERABLE = {
    "aiohttp": ["3.11.0", "3.12.15", "3.13.5", "3.14.0", "3.14.2"],
    "idna": ["3.7", "3.14"],
    "lxml": ["6.0.2"],
    "orjson": ["3.10.18", "3.11.5"],
}
"""The last versions that have a known vulnerability, and some before them."""


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=str)
def test_each_direct_dependency_is_pinned_to_a_version_that_is_allowed(requirement: Requirement) -> None:
    assert requirement.specifier.contains(PINNED[canonicalize_name(requirement.name)])


@pytest.mark.parametrize(
    ("name", "version"), [(name, version) for name, versions in VULNERABLE.items() for version in versions]
)
def test_a_version_with_a_known_vulnerability_is_refused(name: str, version: str) -> None:
    (requirement,) = [each for each in REQUIREMENTS if each.name == name]
    assert not requirement.specifier.contains(version)

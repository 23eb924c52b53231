"""The pinned versions agree with pyproject.toml."""

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
    for group in (PYPROJECT["project"]["dependencies"], *EXTRAS, *PYPROJECT["dependency-groups"].values())
    for text in group
    if isinstance(text, str)  # and not the name of another group
]
PINNED = {
    canonicalize_name(name): version
    for name, _, version in (
        line.partition("==") for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if "==" in line
    )
}


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=str)
def test_each_direct_dependency_is_pinned_to_a_version_that_is_allowed(requirement: Requirement) -> None:
    assert requirement.specifier.contains(PINNED[canonicalize_name(requirement.name)])

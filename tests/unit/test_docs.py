"""What the code says of the docs: that the pages, and the sections it names, are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = [path for folder in ("monitor", "consumers", "schemas", "bench") for path in sorted((ROOT / folder).rglob("*.py"))]
NAMED = [
    (page, section)
    for path in CODE
    for page, section in re.findall(r'(docs/\w+\.\w+)(?:,\s+"([^"]+)")?', path.read_text(encoding="utf-8"))
]


def test_some_pages_are_named() -> None:
    assert ("docs/performance.md", "What understanding costs and scores") in NAMED


@pytest.mark.parametrize(("page", "section"), sorted(set(NAMED)))
def test_what_the_code_points_to_is_there(page: str, section: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert not section or f"## {section}\n" in text

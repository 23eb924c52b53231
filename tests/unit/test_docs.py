"""The pages and sections of the docs that the code refers to exist, and NOTICE tells where all data comes from."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = [
    path
    for folder in ("newsmonitor", "monitor", "consumers", "schemas", "bench")
    for path in sorted((ROOT / folder).rglob("*.py"))
]
REFERENCES = [
    (page, section)
    for path in CODE
    for page, section in re.findall(r'(docs/\w+\.\w+)(?:,\s+"([^"]+)")?', path.read_text(encoding="utf-8"))
]


def test_references_are_found_in_the_code() -> None:
    assert ("docs/performance.md", "Speed and accuracy of the language libraries") in REFERENCES


@pytest.mark.parametrize(("page", "section"), sorted(set(REFERENCES)))
def test_a_referenced_section_exists(page: str, section: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert not section or f"## {section}\n" in text


def test_notice_tells_the_source_of_each_data_file_of_the_packages() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    files = [
        path.relative_to(ROOT) for folder in ("newsmonitor", "monitor", "consumers") for path in (ROOT / folder).rglob("*.*")
    ]
    data = [path for path in files if path.suffix in {".csv", ".gz", ".npy", ".npz", ".safetensors", ".tsv", ".txt"}]
    assert len(data) > 10
    places = {path: (path.name, *list(path.parents)[:-2]) for path in data}
    assert [path for path in data if not any(re.search(rf"{place}(?![/\w])", notice) for place in places[path])] == []


@pytest.mark.parametrize("meta", sorted(ROOT.glob("monitor/text/ner_models/*/meta.json")), ids=lambda path: path.parent.name)
def test_notice_tells_each_source_of_a_model_with_its_licence(meta: Path) -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    (entry,) = re.findall(rf"^- monitor/text/ner_models/{meta.parent.name}: .*?(?=^\S)", notice, re.DOTALL | re.MULTILINE)
    entry = " ".join(entry.split())
    sources = json.loads(meta.read_text(encoding="utf-8"))["sources"]
    told = {part for source in sources for part in (source["name"].rpartition("/")[2], source["license"])}
    assert {part for part in told if part not in entry} == set()

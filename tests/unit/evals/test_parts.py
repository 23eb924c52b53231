"""The parts of the sets: folders, files and lines."""

import csv
import gzip
import json
from pathlib import Path

import pytest

from evals.parts import PartMissing, find_part


def test_a_folder_is_a_part(tmp_path: Path) -> None:
    (tmp_path / "data" / "ner" / "sealed").mkdir(parents=True)
    assert find_part(tmp_path / "data", "ner", "sealed", tmp_path) == tmp_path / "data" / "ner" / "sealed"


def test_files_with_the_part_in_their_name_are_a_part(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "ner"
    folder.mkdir(parents=True)
    for name in ("en.sealed.txt", "fr-sealed.txt.gz", "en.dev.txt", "unsealed.txt", "SOURCE.sealed.txt"):
        (folder / name).write_bytes(name.encode())
    found = find_part(tmp_path / "data", "ner", "sealed", tmp_path / "scratch")
    assert {path.name: path.read_text() for path in found.iterdir()} == {
        "en.sealed.txt": "en.sealed.txt",
        "fr-sealed.txt.gz": "fr-sealed.txt.gz",
    }
    assert find_part(tmp_path / "data", "ner", "sealed", tmp_path / "scratch") == found


@pytest.mark.parametrize("column", ["part", "split"])
def test_lines_with_the_part_in_a_column_are_a_part(tmp_path: Path, column: str) -> None:
    folder = tmp_path / "data" / "topics"
    folder.mkdir(parents=True)
    # Python counts U+2028 as the end of a line, JSON does not.
    lines = [{"text": "one\u2028text\nline", column: "sealed"}, {"text": "other", column: "dev"}]
    written = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    (folder / "all.jsonl.gz").write_bytes(gzip.compress(written.encode()))
    (folder / "all.csv").write_text(f'text,{column}\n"one\u2028text\nline",sealed\nother,dev\n', encoding="utf-8")
    (folder / "others.csv").write_text("text\nsealed\n", encoding="utf-8")
    found = find_part(tmp_path / "data", "topics", "sealed", tmp_path / "scratch")
    assert {path.name for path in found.iterdir()} == {"all.jsonl.gz", "all.csv"}
    assert json.loads(gzip.decompress((found / "all.jsonl.gz").read_bytes())) == lines[0]
    with (found / "all.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == [lines[0]]


def test_a_missing_part_is_told_with_what_there_is(tmp_path: Path) -> None:
    for part in ("dev", "holdout"):
        (tmp_path / "ner" / part).mkdir(parents=True)
    with pytest.raises(PartMissing, match=r"no part 'sealed' in .*ner; it has dev, holdout"):
        find_part(tmp_path, "ner", "sealed", tmp_path / "scratch")
    with pytest.raises(PartMissing, match=r"no folder .*topics"):
        find_part(tmp_path, "topics", "dev", tmp_path / "scratch")

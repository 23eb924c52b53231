"""The parts of the sets, such as dev: a folder DATA/SET/PART, or files in DATA/SET, or lines of these files.

A file belongs to the part that is one of the words of its name (en.PART.conllu.gz). The lines of a table (.csv, .tsv) or of a
.jsonl file belong to the part that their column "part" or "split" names. The functions of the sets take a folder, so these
files and lines are gathered in one.
"""

import csv
import gzip
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

COLUMNS = ("part", "split")
DOCUMENTATION = re.compile(r"(?i)(?:source|readme|licen[cs]e)\b")


class PartMissing(LookupError):
    """The set has not the part. The text says which parts there are."""


def find_part(data: Path, name: str, part: str, scratch: Path) -> Path:
    """Return the folder with the files of a part of the set *name*. Raises PartMissing.

    If DATA/SET has no folder of that name, the files are gathered in the folder *scratch*, which keeps them for other sets.
    """
    if (data / name / part).is_dir():
        return data / name / part
    if not (data / name).is_dir():
        raise PartMissing(f"there is no folder {data / name}")
    gathered = scratch / name / part
    if not gathered.is_dir():
        files = {path.name: content for path in _files(data / name) if (content := _content(path, part)) is not None}
        if not files:
            raise PartMissing(f"there is no part {part!r} in {data / name}; it has {_describe(data / name)}")
        gathered.mkdir(parents=True)
        for file_name, content in files.items():
            (gathered / file_name).write_bytes(content)
    return gathered


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file() and not DOCUMENTATION.match(path.name))


def _content(path: Path, part: str) -> bytes | None:
    """Return what of a file belongs to *part*; None if nothing does."""
    if part in re.split(r"[-_.]", path.name):
        return path.read_bytes()
    kind = path.name.removesuffix(".gz").rpartition(".")[2]
    if kind not in {"csv", "tsv", "jsonl"}:
        return None
    text = _read(path)
    chosen = list(_json_lines(text, part) if kind == "jsonl" else _table_lines(text, part, "," if kind == "csv" else "\t"))
    if not chosen:
        return None
    encoded = "".join(chosen).encode()
    return gzip.compress(encoded) if path.suffix == ".gz" else encoded


def _read(path: Path) -> str:
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).decode()


def _json_lines(text: str, part: str) -> Iterator[str]:
    for line in text.split("\n"):
        value = json.loads(line) if line.strip() else None
        if isinstance(value, dict) and part in {value.get(column) for column in COLUMNS}:
            yield f"{line}\n"


def _table_lines(text: str, part: str, delimiter: str) -> Iterator[str]:
    """Yield the head and the lines of *part*; nothing if there are none."""
    head, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns = [number for number, name in enumerate(head) if name in COLUMNS]
    chosen = [row for row in rows if any(row[column : column + 1] == [part] for column in columns)]
    if chosen:
        lines = io.StringIO(newline="")
        csv.writer(lines, delimiter=delimiter, lineterminator="\n").writerows([head, *chosen])
        yield lines.getvalue()


def _describe(folder: Path) -> str:
    """Return the names of the parts in *folder*, or else those of its files."""
    parts = sorted(path.name for path in folder.iterdir() if path.is_dir())
    return ", ".join(parts or [path.name for path in _files(folder)]) or "no files"

"""Readers of sets in which people linked names to articles of Wikipedia; the id of a name is the title of its article."""

import gzip
import re
import tarfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from evals import spans
from evals.spans import Columns, Gold, Sample, in_file

NO_ARTICLE = frozenset({"", "NIL"})
RESOURCE = re.compile(r"https?://dbpedia\.org/(?:resource|page)/(.+)")
SUBJECT = re.compile(r"<(\S+)#char=\d+,\d+>\s")
STRING = re.compile(r'nif:isString\s+"((?:[^"\\]|\\.)*)"', re.DOTALL)
ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})|\\(.)", re.DOTALL)
CONTROLS = {"n": "\n", "t": "\t", "r": "\r"}


def read_aida(annotations: Path, words: Path, columns: Columns) -> Iterator[Sample]:
    """Yield the documents of the file *words* with the names of *annotations*, which has the same documents in order."""
    with in_file(annotations):
        root = ET.fromstring(gzip.decompress(annotations.read_bytes()))  # noqa: S314  (a file of ours)
        documents = [[(each.findtext("mention") or "", _title(each)) for each in document] for document in root]
        for sample, names in zip(spans.read_columns(words, "en", columns), documents, strict=True):
            yield _linked(sample, names)


def read_raw_texts(path: Path) -> Iterator[Sample]:
    """Yield the documents of a tar archive of one .xml file with annotations, and a file RawText/NAME for each document."""
    with in_file(path), tarfile.open(path) as archive:
        files = {member.name: archive.extractfile(member) for member in archive if member.isfile()}
        contents = {PurePosixPath(name): file.read() for name, file in files.items() if file}
        for name in sorted(each for each in contents if each.suffix == ".xml"):
            for document in ET.fromstring(contents[name]):  # noqa: S314  (a file of ours)
                text = contents[name.parent / "RawText" / document.attrib["docName"]].decode()
                yield Sample("en", text, tuple(map(_annotation, document)), ((0, len(text)),), document.attrib["docName"])


def read_nif(path: Path) -> Iterator[Sample]:
    """Yield the texts of a file in NIF 2.0, as Turtle with a blank line after each resource."""
    texts: dict[str, str] = {}
    names: dict[str, list[Gold]] = {}
    with in_file(path):
        for block in re.split(r"\n\s*\n", gzip.decompress(path.read_bytes()).decode()):
            if not (subject := SUBJECT.match(block.strip())):
                continue
            if string := STRING.search(block):
                texts[subject[1]] = ESCAPE.sub(_unescape, string[1])
            elif target := re.search(r"itsrdf:taIdentRef\s+<([^>]*)>", block):
                start, end = (int(_value(block, key)) for key in ("nif:beginIndex", "nif:endIndex"))
                names.setdefault(subject[1], []).append(Gold(start, end, "", _resource_title(target[1])))
        for document, text in texts.items():
            yield Sample("en", text, tuple(names.get(document, ())), ((0, len(text)),), document)


def _linked(sample: Sample, names: Sequence[tuple[str, str | None]]) -> Sample:
    """Return *sample* with the names of its annotation, which are found in it one after the other."""
    gold, position = [], 0
    for mention, title in names:
        pattern = r"\s*".join(map(re.escape, mention.replace(" ", "")))
        if found := re.compile(pattern).search(sample.text, position):
            start, end = found.span()
            label = next((each.type for each in sample.gold if each.start < end and start < each.end), "")
            gold.append(Gold(start, end, label, title))
            position = found.end()
    return Sample(sample.language, sample.text, tuple(gold), sample.lines)


def _annotation(annotation: ET.Element) -> Gold:
    start, length = (int(annotation.findtext(key) or "") for key in ("offset", "length"))
    return Gold(start, start + length, "", _title(annotation))


def _title(annotation: ET.Element) -> str | None:
    title = annotation.findtext("wikiName") or ""
    return None if title in NO_ARTICLE else title


def _resource_title(target: str) -> str | None:
    found = RESOURCE.fullmatch(target)
    return unquote(found[1]).replace("_", " ") if found else None


def _value(block: str, key: str) -> str:
    found = re.search(rf'{key}\s+"(\d+)"', block)
    if not found:
        raise ValueError(f"a name has no {key}")
    return found[1]


def _unescape(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else CONTROLS.get(found[3], found[3])

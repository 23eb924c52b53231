"""A process reads what a newer version writes: unknown members of enumerations, and lists that are longer than its own."""

import copy
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import schemas
from monitor.bus import Partition, Record
from monitor.messages import MESSAGES, Alert, ArticleEntities, DeadLetter, Delivery, Feed, Process
from monitor.messages.codec import Invalid, decode, decode_facts, encode, to_dict
from monitor.messages.tolerant import PassedOver

TIME = "2026-03-10T04:00:00Z"


class Place(NamedTuple):
    """A value of an example message: where it is, and its schema."""

    path: tuple[str | int, ...]
    schema: dict[str, Any]


def resolved(schema: dict[str, Any], root: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return *schema* without references and without the choice of null, and the file that it is part of."""
    if "anyOf" in schema:
        return resolved(schema["anyOf"][0], root)
    if "$ref" not in schema:
        return schema, root
    name, _, path = schema["$ref"].partition("#")
    part = root = schemas.load(name.removeprefix("urn:newsmonitor:")) if name else root
    for step in filter(None, path.split("/")):
        part = part[step]
    return resolved(part, root)


def full(schema: dict[str, Any], root: dict[str, Any]) -> Any:
    """Return a value of *schema* with all properties and one item in each list."""
    schema, root = resolved(schema, root)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema["type"][0] if isinstance(schema["type"], list) else schema["type"]
    if kind == "object" and "properties" in schema:
        return {name: full(part, root) for name, part in schema["properties"].items()}
    if kind == "array":
        return [full(schema["items"], root)] * max(1, schema.get("minItems", 1))
    if kind == "string":
        return text_of(schema)
    if kind == "object":
        return {"abc": full(schema["additionalProperties"], root)}
    return {"integer": 1, "number": 1.0, "boolean": True}[kind]


def text_of(schema: dict[str, Any]) -> str:
    patterns = {
        "^Q[1-9][0-9]*$": "Q1",
        "^[A-Z]{2}$": "FR",
        "^medtop:[0-9]{8}$": "medtop:11000000",
        "^[0-9]+$": "1",
        "^https?://": "https://example.org/",
    }
    return TIME if "format" in schema else patterns.get(schema.get("pattern", ""), "a" * max(1, schema.get("minLength", 1)))


def places(schema: dict[str, Any], root: dict[str, Any], data: Any, path: tuple[str | int, ...] = ()) -> Iterator[Place]:
    """Yield every part of *data*, a value of *schema*."""
    schema, root = resolved(schema, root)
    yield Place(path, schema)
    if isinstance(data, list):
        for index, each in enumerate(data):
            yield from places(schema["items"], root, each, (*path, index))
    for name, part in schema.get("properties", {}).items():
        if name in data:
            yield from places(part, root, data[name], (*path, name))


def edited(data: Any, path: tuple[str | int, ...], edit: Callable[[Any], Any]) -> Any:
    """Return a copy of *data* with the result of *edit* for the value at *path*."""
    changed = holder = copy.deepcopy(data)
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = edit(holder[path[-1]])
    return changed


def longer(items: list[Any], limit: int) -> list[Any]:
    return (items * (limit // max(1, len(items)) + 2))[: limit + 2]


def record(kind: type[Any], data: Any) -> Record:
    return Record(Partition(kind.STREAM.name), 0, 0.0, "key", orjson.dumps(data), {})


def example(kind: type[Any]) -> dict[str, Any]:
    data: dict[str, Any] = copy.deepcopy(schemas.load(kind.STREAM.name)["examples"][0])
    return data


def is_cut(schema: dict[str, Any]) -> bool:
    """Return True for a list that may become longer: one without a fixed length, whose items may be left out."""
    return "maxItems" in schema and schema.get("minItems") != schema["maxItems"] and schema.get("x-longer") != "none"


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.__name__)
@given(choice=st.data())
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_a_newer_version_adds_is_passed_over(kind: type[Any], choice: st.DataObject) -> None:
    root = schemas.load(kind.STREAM.name)
    data = full(root, root)
    unedited: list[PassedOver] = []
    old, newer = decode(kind, record(kind, data), unedited.append), data
    assert not unedited
    found = list(places(root, root, data))
    members = [place.path for place in found if "enum" in place.schema]
    lists = [place for place in found if is_cut(place.schema) and place.schema["maxItems"] <= 200]
    for path in choice.draw(st.lists(st.sampled_from(members), max_size=3, unique=True)) if members else ():
        newer = edited(newer, path, lambda _: choice.draw(st.text("xyz:", min_size=1)))
    for place in choice.draw(st.lists(st.sampled_from(lists), max_size=1)) if lists else ():
        newer = edited(newer, place.path, partial(longer, limit=place.schema["maxItems"]))
    reported: list[PassedOver] = []
    message = decode(kind, record(kind, newer), reported.append)
    assert bool(reported) == (newer != data)
    assert encode(message).key == old.key


def test_every_enumeration_is_tried() -> None:
    tried: set[str] = set()
    kinds: list[type[Any]] = [*MESSAGES, DeadLetter]
    for kind in kinds:
        root = schemas.load(kind.STREAM.name)
        data = full(root, root)
        for place in places(root, root, data):
            if "enum" in place.schema and kind is not DeadLetter:
                reported: list[PassedOver] = []
                decode(kind, record(kind, edited(data, place.path, lambda _: "added later")), reported.append)
                assert [each.value for each in reported] == ["'added later'"]
            if "enum" in place.schema:
                tried.add(kind.STREAM.name)
    assert tried >= {name for name in schemas.names() if b'"enum"' in orjson.dumps(schemas.load(name))} - {"config.v1"}


def test_an_unknown_stance_keeps_who_says_it() -> None:
    data = example(ArticleEntities)
    data["claims"][0]["stance"] = "speculated"
    reported: list[PassedOver] = []
    (claim,) = decode(ArticleEntities, record(ArticleEntities, data), reported.append).claims
    assert (claim.stance, claim.who) == ("said", "officials")
    assert [str(each) for each in reported] == ["'speculated' in article.entities.v1 at /claims/*/stance"]


def test_an_unknown_type_of_entity_leaves_the_others() -> None:
    data = example(ArticleEntities)
    data["entities"][0]["type"] = "vessel"
    message = decode(ArticleEntities, record(ArticleEntities, data), lambda _: None)
    assert [entity.name for entity in message.entities] == ["Pyongyang"]


def test_a_passage_with_an_unknown_reason_is_still_no_news() -> None:
    data = {**example(ArticleEntities), "not_news": [{"start": 0, "end": 4, "reason": "advertisement"}]}
    (passage,) = decode(ArticleEntities, record(ArticleEntities, data), lambda _: None).not_news
    assert (passage.start, passage.end) == (0, 4)


def test_longer_lists_keep_the_items_that_count() -> None:
    data = example(Alert)
    (report,) = data["articles"]
    data["articles"] = [{**report, "id": str(number)} for number in range(30)]
    data["outlets"] = [f"{number}.example" for number in range(30)]
    alert = decode(Alert, record(Alert, data), lambda _: None)
    assert [each.id for each in alert.articles] == ["0", *(str(number) for number in range(11, 30))]
    assert alert.outlets[-1] == "19.example"


def test_an_unknown_severity_is_no_reason_to_stay_silent() -> None:
    assert decode(Alert, record(Alert, {**example(Alert), "severity": "urgent"}), lambda _: None).severity == "high"


def test_the_targets_of_an_alert_are_never_cut() -> None:
    data = {**example(Alert), "to": [f"desk-{number}" for number in range(51)]}
    with pytest.raises(Invalid, match=r"alert\.v1 at /to"):
        decode(Alert, record(Alert, data))


def test_a_delivery_in_an_unknown_state_is_pending() -> None:
    data = {**example(Delivery), "state": "paused"}
    assert decode(Delivery, record(Delivery, data), lambda _: None).state == "retrying"


def test_a_dead_letter_with_an_unknown_reason_is_read() -> None:
    assert decode_facts({**example(DeadLetter), "reason": "cancelled"}).reason == "failed"


def test_a_service_in_an_unknown_state_is_listed() -> None:
    data = example(Process)
    data["services"][0]["state"] = "draining"
    (service,) = decode(Process, record(Process, data), lambda _: None).services
    assert (service.name, service.state) == ("poller", "waiting")


@pytest.mark.parametrize(
    "change", [{"state": 7}, {"state": None}, {"state": "added later", "failures": -1}, {"state": "added later", "at": "now"}]
)
def test_what_no_version_writes_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match=r"feed\.v1 at /"):
        decode(Feed, record(Feed, {**example(Feed), **change}), lambda _: None)


def test_writing_stays_strict() -> None:
    feed = decode(Feed, record(Feed, example(Feed)))
    with pytest.raises(Invalid, match=r"feed\.v1 at /state"):
        encode(type(feed)(**{**{name: getattr(feed, name) for name in to_dict(feed)}, "state": "added later"}))

"""Articles in ninjs conform to IPTC's schema, and say what the article says."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from monitor.export.ninjs import ninjs, write_ninjs
from monitor.messages import ArticleStories, Development, Span, Topic
from tests.make import START, article_stories, claim, entity

OFFICIAL = Path(__file__).parents[2] / "data" / "ninjs-3.1.json"
GEOJSON = "https://geojson.org/schema/GeoJSON.json"


def retrieve(uri: str) -> Any:
    """Return a schema that nothing conforms to for GeoJSON, which articles do not have. Refuse all others."""
    if uri.partition("#")[0] == GEOJSON:
        return {"not": {}}
    raise ValueError(f"remote reference: {uri}")


VALIDATOR = Draft202012Validator(orjson.loads(OFFICIAL.read_bytes()), validate_formats=True, retriever=retrieve)
KIM, RIVER, HARBOUR, SUMMIT = (
    replace(entity("Kim Jong Un", ident="Q56226"), qid="Q56226", about=True),
    entity("River Rail", "org"),
    entity("Wells Harbour", "place"),
    entity("Spring Summit", "event"),
)
FULL = replace(
    article_stories(
        "Kim boards a train",
        "Kim Jong Un boarded a train, River Rail said.",
        entities=(KIM, RIVER, HARBOUR, SUMMIT),
        claims=(
            replace(claim("said", who="River Rail"), entity="org:river rail", through="Tidewater"),
            claim("said", who="River Rail"),
            replace(claim("denied", who="Kim Jong Un"), entity="Q56226"),
            claim("asserted", "none"),
        ),
        topics=(Topic("medtop:20000639", "summit meetings", 0.4, ("medtop:11000000",)),),
        url="https://example.org/a b",
        published=START - timedelta(minutes=5),
        authors=("A. Reed", "B. Marsh"),
        image="https://example.org/train.jpg",
        version=2,
        flags=("full_text",),
    ),
    developments=(Development("step", "Kim Jong Un boarded a train", Span("text", 0, 27)),),
)


def valid(message: ArticleStories) -> dict[str, Any]:
    """Return the document of *message*, which conforms to the schema."""
    document = ninjs(message)
    VALIDATOR.validate(document)
    return document


def test_the_schema_refuses_what_is_not_in_it() -> None:
    document = ninjs(FULL)
    assert not VALIDATOR.is_valid({**document, "people": [{"name": "Kim Jong Un", "office": "leader"}]})
    assert not VALIDATOR.is_valid({**document, "colour": "red"})
    assert not VALIDATOR.is_valid({name: value for name, value in document.items() if name != "uri"})


def test_names_are_in_the_list_of_their_kind() -> None:
    document = valid(FULL)
    kim = {"name": "Kim Jong Un", "rel": "about", "uri": "http://www.wikidata.org/entity/Q56226", "literal": "Q56226"}
    assert document["people"] == [kim]
    assert document["organisations"] == [{"name": "River Rail", "rel": "mentions", "literal": "org:river rail"}]
    assert [document[name][0]["name"] for name in ("places", "events")] == ["Wells Harbour", "Spring Summit"]


def test_topics_are_subjects_with_the_address_of_the_media_topic() -> None:
    (subject,) = valid(FULL)["subjects"]
    assert (subject["name"], subject["uri"]) == ("summit meetings", "http://cv.iptc.org/newscodes/mediatopic/20000639")


def test_who_says_it_is_an_information_source_once_for_each_stance() -> None:
    role, wikidata = "urn:newsmonitor:role:", "http://www.wikidata.org/entity/"
    assert valid(FULL)["infoSources"] == [
        {"name": "Example", "role": f"{role}publisher", "literal": "example.org"},
        {"name": "River Rail", "role": f"{role}said", "literal": "org:river rail"},
        {"name": "Tidewater", "role": f"{role}reported"},
        {"name": "Kim Jong Un", "role": f"{role}denied", "uri": f"{wikidata}Q56226", "literal": "Q56226"},
    ]


def test_the_rest_of_an_article() -> None:
    document = valid(FULL)
    article = FULL.article
    assert (document["uri"], document["version"]) == (f"urn:newsmonitor:article:{article.id}", "2")
    assert (document["versionCreated"], document["contentCreated"]) == ("2026-03-10T04:00:00Z", "2026-03-10T03:55:00Z")
    assert (document["by"], document["language"], document["representationType"]) == ("A. Reed, B. Marsh", "en", "full")
    assert document["bodies"] == [
        {"role": "main", "contentType": "text/plain", "charCount": len(article.text), "value": article.text}
    ]
    assert document["descriptions"] == [{"role": "development", "value": "Kim Jong Un boarded a train"}]
    assert document["renditions"][0]["href"] == "https://example.org/a%20b"
    assert [each["uri"] for each in document["associations"]] == ["urn:newsmonitor:story:s1", "https://example.org/train.jpg"]


def test_what_is_unknown_is_absent() -> None:
    document = valid(article_stories("Kim boards a train", "", language="und"))
    assert {"language", "bodies", "by", "contentCreated", "people", "subjects", "renditions"} & set(document) == set()
    assert document["representationType"] == "partial"


@pytest.mark.parametrize("flag", ["truncated", "partial"])
def test_a_text_that_was_cut_is_not_the_full_one(flag: str) -> None:
    article = replace(FULL.article, flags=("full_text", flag))
    assert valid(replace(FULL, article=article))["representationType"] == "partial"


@given(st.text(min_size=1, max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_whatever_a_feed_says_is_valid_and_one_line(ident: str, title: str, url: str) -> None:
    message = article_stories(
        title, title, id=ident, url=f"https://example.org/{url}", image=url, authors=(title,), source=title
    )
    VALIDATOR.validate(ninjs(message))
    line = write_ninjs(message)
    assert (line.count("\n"), orjson.loads(line)) == (1, ninjs(message))

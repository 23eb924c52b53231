"""The documents of a feed have what RFC 4287 and JSON Feed 1.1 require, and nothing of an article is interpreted."""

import json
import re
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
from hypothesis import given
from hypothesis import strategies as st

from monitor.export.atom import ATOM
from monitor.export.feed import AlertFeed, make_feed, write_feed
from monitor.export.json_feed import JSON_FEED
from monitor.feeds.parsing.elements import ORIGINAL_PARSERS
from monitor.messages import Alert, AlertTopic, Report, Voice
from tests.make import START, alert

NAMESPACE = "{http://www.w3.org/2005/Atom}"
REPORT = Report(
    "a1", 1, "Tidewater", "Ferry <b>sold</b> & towed", "https://a.example/?x=1&y=2", START, (Voice("asserted", "none", None),)
)
TOPICS = (AlertTopic("medtop:20000346", "transport"),)
FERRY = alert(title="Ferry <b>sold</b> & towed", articles=(REPORT,), topics=TOPICS, language="en", watch="ferry & co")
SILENCE = alert(2, id="kim:silence:1", change="silence", title="Silence", outlets=(), certainty="nothing for 2 days")


URL = "https://desk.example/alerts?watch=ferry&format=atom"
URI = re.compile(r"(?:urn:|https?://)(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
"""An absolute URI by RFC 3986, apart from brackets, which only addresses of IPv6 may have."""
DATE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z")
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


def feed(*alerts: Alert, url: str | None = None) -> AlertFeed:
    return make_feed(alerts, [], [], START + timedelta(days=1), url)


def parse(document: str) -> Any:
    """Return what feedparser reads without the extensions of the poller. It must have no complaint."""
    extended = feedparser.api.StrictFeedParser, feedparser.api.LooseFeedParser
    feedparser.api.StrictFeedParser, feedparser.api.LooseFeedParser = ORIGINAL_PARSERS
    try:
        parsed = feedparser.parse(document.encode())
    finally:
        feedparser.api.StrictFeedParser, feedparser.api.LooseFeedParser = extended
    assert (parsed.bozo, parsed.version, parsed.encoding) == (False, "atom10", "utf-8")
    return parsed


def test_a_feed_reader_reads_the_atom_feed() -> None:
    made = feed(FERRY, SILENCE)
    parsed = parse(write_feed(ATOM, made))
    assert (parsed.feed.id, parsed.feed.title, parsed.feed.author) == (made.head.id, "newsmonitor: alerts", "newsmonitor")
    silence, ferry = parsed.entries
    assert (ferry.id, ferry.link, ferry.author) == (made.entries[1].id, "https://a.example/?x=1&y=2", "Tidewater")
    assert (ferry.published, ferry.updated) == ("2026-03-10T04:00:00Z", "2026-03-10T04:01:00Z")
    assert ferry.title_detail.type == "text/plain"
    assert [(tag.term, tag.scheme, tag.label) for tag in ferry.tags] == [
        ("ferry & co", "urn:newsmonitor:watch", None),
        ("high", "urn:newsmonitor:severity", None),
        ("medtop:20000346", "http://cv.iptc.org/newscodes/mediatopic/", "transport"),
    ]
    assert ferry.summary == "1 outlet.\noutlets: a."
    assert (silence.get("links"), silence.content[0].value) == (None, "nothing for 2 days.")


def assert_has_what_atom_requires(document: str) -> None:
    """Check the elements that RFC 4287 requires, sections 4.1.1 and 4.1.2, each once."""
    root = ET.fromstring(document)  # noqa: S314  (our own document)
    assert root.tag == f"{NAMESPACE}feed"
    assert root.findtext(f"{NAMESPACE}author/{NAMESPACE}name")
    for element in (root, *root.iter(f"{NAMESPACE}entry")):
        for name in ("id", "title", "updated"):
            (child,) = element.findall(NAMESPACE + name)
            assert child.text
            assert not list(child)
        assert datetime.fromisoformat(element.findtext(f"{NAMESPACE}updated") or "").utcoffset() == timedelta()
        assert (element.findtext(f"{NAMESPACE}id") or "").startswith("urn:uuid:")
    for entry in root.iter(f"{NAMESPACE}entry"):
        has_link, has_content = (entry.find(NAMESPACE + name) is not None for name in ("link", "content"))
        assert has_link or has_content
        assert all(category.get("term") for category in entry.iter(f"{NAMESPACE}category"))
    assert_follows_the_rules_of_the_validator(root)


def assert_follows_the_rules_of_the_validator(root: ET.Element) -> None:
    """Check what the W3C's validator refuses or warns of beyond missing elements (validator.w3.org/feed/docs/warning)."""
    ids = [entry.findtext(f"{NAMESPACE}id") for entry in root.iter(f"{NAMESPACE}entry")]
    assert len(set(ids)) == len(ids)
    for element in (root, *root.iter(f"{NAMESPACE}entry")):
        kinds = [link.get("rel") for link in element.findall(f"{NAMESPACE}link")]
        assert len(set(kinds)) == len(kinds)
        assert len(element.findall(f"{NAMESPACE}summary")) + len(element.findall(f"{NAMESPACE}content")) <= 1
    for element in root.iter():
        name, text = element.tag.removeprefix(NAMESPACE), element.text or ""
        assert name != "id" or URI.fullmatch(text)
        assert name not in {"updated", "published"} or DATE.fullmatch(text)
        assert name not in {"title", "summary", "content"} or (element.get("type") == "text" and text.strip())
        assert name != "name" or text.strip()
        assert all(URI.fullmatch(element.attrib[key]) for key in ("href", "scheme") if key in element.attrib)
        language = element.get("{http://www.w3.org/XML/1998/namespace}lang")
        assert language is None or LANGUAGE.fullmatch(language)


def assert_has_what_json_feed_requires(document: str) -> None:
    data = json.loads(document)
    assert (data["version"], bool(data["title"])) == ("https://jsonfeed.org/version/1.1", True)
    assert [set(author) for author in data["authors"]] == [{"name"}]
    for item in data["items"]:
        assert item["id"].startswith("urn:uuid:")
        assert item["content_text"]
        assert None not in item.values()
        assert {type(item[name]) for name in ("title", "content_text", "date_published", "date_modified")} == {str}
        assert not any("." in key for key in item["_newsmonitor"])


def test_documents_have_what_the_formats_require() -> None:
    for made in (feed(), feed(FERRY), feed(FERRY, SILENCE)):
        assert_has_what_atom_requires(write_feed(ATOM, made))
        assert_has_what_json_feed_requires(write_feed(JSON_FEED, made))


def test_an_item_of_the_json_feed() -> None:
    (item,) = json.loads(write_feed(JSON_FEED, feed(FERRY)))["items"]
    assert (item["title"], item["url"], item["language"]) == ("Ferry <b>sold</b> & towed", "https://a.example/?x=1&y=2", "en")
    assert (item["date_published"], item["date_modified"]) == ("2026-03-10T04:00:00Z", "2026-03-10T04:01:00Z")
    assert (item["tags"], item["authors"]) == (["ferry & co", "high", "transport"], [{"name": "Tidewater"}])
    assert "content_html" not in item
    assert (item["_newsmonitor"]["alert"], item["_newsmonitor"]["version"]) == ("kim:s1", 1)


@given(st.text(), st.text(), st.text())
def test_any_text_of_an_article_is_only_text(title: str, outlet: str, name: str) -> None:
    report = Report("a1", 1, outlet, title, f"https://a.example/{title}", START, (Voice("said", "named", name, words=title),))
    made = feed(
        alert(title=title, articles=(report,), outlets=(outlet,), watch=name or "w", topics=(AlertTopic("medtop:1", title),))
    )
    document = write_feed(ATOM, made)
    assert_has_what_atom_requires(document)
    assert_has_what_json_feed_requires(write_feed(JSON_FEED, made))
    entry = entry_of(document)
    assert entry.findtext(f"{NAMESPACE}title") == made.entries[0].title
    assert entry.findtext(f"{NAMESPACE}summary") == made.entries[0].text
    assert not list(entry.find(f"{NAMESPACE}title") or ()) + list(entry.find(f"{NAMESPACE}summary") or ())


def test_the_same_alerts_make_the_same_documents() -> None:
    one, two = feed(FERRY, SILENCE), feed(SILENCE, FERRY)
    assert (write_feed(ATOM, one), write_feed(JSON_FEED, one)) == (write_feed(ATOM, two), write_feed(JSON_FEED, two))


def test_a_feed_says_where_it_is_if_that_is_known() -> None:
    root = ET.fromstring(write_feed(ATOM, feed(FERRY, url=URL)))  # noqa: S314  (our own document)
    (link,) = root.findall(f"{NAMESPACE}link")
    assert link.attrib == {"rel": "self", "type": "application/atom+xml", "href": URL}
    assert_follows_the_rules_of_the_validator(root)
    assert json.loads(write_feed(JSON_FEED, feed(FERRY, url=URL)))["feed_url"] == URL
    assert "feed_url" not in json.loads(write_feed(JSON_FEED, feed(FERRY)))
    assert feed(FERRY, url="javascript:alert(1)").head.url is None


def entry_of(document: str) -> ET.Element:
    """Return the only entry of an Atom feed."""
    (entry,) = ET.fromstring(document).iter(f"{NAMESPACE}entry")  # noqa: S314  (our own document)
    return entry


def test_a_new_version_is_the_same_entry_with_a_later_time() -> None:
    later = alert(2, title="Ferry not sold", watch="ferry & co", updated=START + timedelta(hours=2))
    before, after = entry_of(write_feed(ATOM, feed(FERRY))), entry_of(write_feed(ATOM, feed(FERRY, later)))
    assert before.findtext(f"{NAMESPACE}id") == after.findtext(f"{NAMESPACE}id")
    assert before.findtext(f"{NAMESPACE}published") == after.findtext(f"{NAMESPACE}published")
    assert (before.findtext(f"{NAMESPACE}updated") or "") < (after.findtext(f"{NAMESPACE}updated") or "")

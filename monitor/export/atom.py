"""A feed of alerts in Atom (RFC 4287)."""

from datetime import datetime
from importlib.metadata import version
from xml.etree import ElementTree as ET

from monitor.escape import escape_xml, remove_forbidden_in_xml
from monitor.export.feed import MEDIA_TOPICS, NAME, Entry, FeedFormat, FeedHead

NAMESPACE = "http://www.w3.org/2005/Atom"
END = "</feed>"


def _start(head: FeedHead) -> str:
    """Return the document up to its first entry."""
    root = ET.Element("feed", {"xmlns": NAMESPACE, "xml:lang": "en"})
    _add(root, "id", head.id)
    _add(root, "title", head.title, type="text")
    _add(root, "updated", _format_time(head.updated))
    if head.url:
        _add(root, "link", rel="self", type="application/atom+xml", href=head.url)
    _add(ET.SubElement(root, "author"), "name", NAME)
    _add(root, "generator", NAME, version=version(NAME))
    ET.indent(root)
    text = escape_xml(ET.tostring(root, encoding="unicode")).removesuffix(END)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'


def _write_entry(entry: Entry) -> str:
    element = ET.Element("entry")
    _add(element, "id", entry.id)
    language = {"xml:lang": entry.language} if entry.language else {}
    _add(element, "title", entry.title, type="text", **language)
    _add(element, "published", _format_time(entry.published))
    _add(element, "updated", _format_time(entry.updated))
    if entry.author:
        _add(ET.SubElement(element, "author"), "name", entry.author)
    if entry.link:
        _add(element, "link", rel="alternate", href=entry.link)
    # An entry without a page must have a content.
    _add(element, "summary" if entry.link else "content", entry.text, type="text")
    _add(element, "category", term=entry.watch, scheme="urn:newsmonitor:watch")
    _add(element, "category", term=entry.alert.severity, scheme="urn:newsmonitor:severity")
    for topic in entry.topics:
        _add(element, "category", term=topic.code, scheme=MEDIA_TOPICS, label=topic.name)
    ET.indent(element, level=1)
    return f"  {escape_xml(ET.tostring(element, encoding='unicode'))}\n"


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> None:
    clean = {name: remove_forbidden_in_xml(value) for name, value in attributes.items()}
    ET.SubElement(parent, tag, clean).text = text and remove_forbidden_in_xml(text)


def _format_time(time: datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")


ATOM = FeedFormat(_start, _write_entry, between="", end=f"{END}\n", empty_end=f"{END}\n")

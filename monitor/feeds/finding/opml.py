"""Read and write OPML, the format in which feed readers exchange lists of feeds."""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import listparser

from monitor.escape import escape_xml, remove_forbidden_in_xml

MAX_FOLDERS = 20
"""The most levels of nested folders that are kept."""
NAME_CHARS = 512
"""Maximum length of a title or a folder's name."""
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)[\"']")
_XML_DECLARATION = re.compile(r"^\s*<\?xml.*?\?>", re.DOTALL)
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed in a list. *folder* holds the names of the folders around it, outermost first."""

    url: str
    title: str = ""
    folder: tuple[str, ...] = ()


class NotOpml(ValueError):
    """The file is not readable OPML; the text says why."""


def read(data: bytes) -> list[Outline]:
    """Return the feeds in *data*, each once, in order. Lists that it includes are not fetched. Raises NotOpml."""
    # Bytes, because listparser fetches a text that begins like a URL. ASCII, because with lxml it guesses the encoding.
    result = listparser.parse(_decode(data).encode("ascii", "xmlcharrefreplace"))
    if not result["version"]:
        raise NotOpml("not OPML: it has no <opml> element with outlines")
    return [_to_outline(feed) for feed in result["feeds"]]


def write(outlines: Iterable[Outline], title: str) -> str:
    """Return *outlines* as OPML 2.0, with folders as nested outlines."""
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = _clean(title)
    folders: dict[tuple[str, ...], ET.Element] = {(): ET.SubElement(root, "body")}
    for outline in outlines:
        for depth in range(1, len(outline.folder) + 1):
            path = outline.folder[:depth]
            if path not in folders:
                folders[path] = ET.SubElement(folders[path[:-1]], "outline", text=_clean(path[-1]))
        text = _clean(outline.title or outline.url)
        ET.SubElement(folders[outline.folder], "outline", type="rss", text=text, xmlUrl=_clean(outline.url))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{escape_xml(ET.tostring(root, encoding="unicode"))}\n'


def _decode(data: bytes) -> str:
    """Return the decoded text without its XML declaration, whose encoding no longer applies. Raises NotOpml."""
    declared = _XML_ENCODING.match(data)
    default = declared[1].decode() if declared else "utf-8"
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), default)
    try:
        return _XML_DECLARATION.sub("", data.decode(encoding), count=1)
    except (LookupError, UnicodeError):
        raise NotOpml(f"its text is not {encoding}, which it declares or which is the default; save it as UTF-8") from None


def _to_outline(feed: dict[str, object]) -> Outline:
    paths = feed.get("categories")
    path = paths[-1] if isinstance(paths, list) and paths else []
    names = (_clean(str(name))[:NAME_CHARS] for name in path)
    folder = tuple(name for name in names if name)[:MAX_FOLDERS]
    return Outline(str(feed["url"]), _clean(str(feed["title"]))[:NAME_CHARS], folder)


def _clean(text: str) -> str:
    """Return *text* as one line without characters that XML does not allow."""
    return " ".join(remove_forbidden_in_xml(text).split())

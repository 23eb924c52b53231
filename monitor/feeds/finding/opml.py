"""OPML, in which feed readers hand over their lists of feeds: to outlines and back."""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import listparser

FOLDERS = 20
"""Folders within each other that are kept."""
NAME = 512
"""Characters of a title or a folder's name."""
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)[\"']")
_DECLARATION = re.compile(r"^\s*<\?xml.*?\?>", re.DOTALL)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed in a list. *folder* holds the names of the folders it stands in, outermost first."""

    url: str
    title: str = ""
    folder: tuple[str, ...] = ()


class NotOpml(ValueError):
    """The file is no OPML that can be read; the text says why."""


def read(data: bytes) -> list[Outline]:
    """The feeds in *data*, each once, in order. Lists that it refers to are not fetched. Raises NotOpml."""
    # Bytes, since listparser fetches a text that begins like a URL; ASCII, since with lxml it guesses at other encodings.
    found = listparser.parse(_decoded(data).encode("ascii", "xmlcharrefreplace"))
    if not found["version"]:
        raise NotOpml("no OPML: it has no <opml> with outlines in it")
    return [_outline(feed) for feed in found["feeds"]]


def write(outlines: Iterable[Outline], title: str) -> str:
    """*outlines* as OPML 2.0, their folders as nested outlines."""
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
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _decoded(data: bytes) -> str:
    """The text without its XML declaration, which may name an encoding that it no longer has. Raises NotOpml."""
    named = _DECLARED.match(data)
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), named[1].decode() if named else "utf-8")
    try:
        return _DECLARATION.sub("", data.decode(encoding), count=1)
    except (LookupError, UnicodeError):
        raise NotOpml(f"its text is not {encoding}, as it says or as is usual; save it as UTF-8") from None


def _outline(feed: dict[str, object]) -> Outline:
    places = feed.get("categories")
    place = places[-1] if isinstance(places, list) and places else []
    return Outline(str(feed["url"]), _clean(str(feed["title"]))[:NAME], tuple(_names(place)))


def _names(place: Iterable[object]) -> Iterator[str]:
    names = (_clean(str(name))[:NAME] for name in place)
    yield from [name for name in names if name][:FOLDERS]


def _clean(text: str) -> str:
    """*text* as one line that XML can hold."""
    return " ".join(_CONTROLS.sub("", text).split())

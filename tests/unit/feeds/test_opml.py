"""Reading and writing OPML."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.finding.opml import NotOpml, Outline, read, write

LIST = """<?xml version="1.0" encoding="{encoding}"?>
<opml version="2.0"><head><title>Mine</title></head><body>
<outline text="Wörld"><outline text="Asia &amp; Oceania">
<outline type="rss" text="Küstenpost &lt;b&gt;" xmlUrl="https://example.org/a.rss?x=1&amp;y=2" htmlUrl="https://example.org/"/>
</outline><outline type="rss" text="Two" xmlUrl="https://example.org/2"></outline></outline>
<outline type="rss" text="" xmlUrl="https://example.org/3"/>
<outline type="rss" text="Two again" xmlUrl="https://example.org/2"/>
<outline type="include" text="Another list" url="https://example.org/list.opml"/>
</body></opml>"""


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16", "utf-8-sig"])
def test_titles_and_folders_are_read_in_any_encoding(encoding: str) -> None:
    outlines = read(LIST.format(encoding=encoding.removesuffix("-sig")).encode(encoding))
    assert outlines[0] == Outline("https://example.org/a.rss?x=1&y=2", "Küstenpost <b>", ("Wörld", "Asia & Oceania"))
    assert [outline.url for outline in outlines] == [f"https://example.org/{end}" for end in ("a.rss?x=1&y=2", "2", "3")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<?xml version='1.0' encoding='undefined'?><opml/>",
        b"<html><body>Log in</body></html>",
        b"https://example.org/",
        b"\xff\xfe\x00",
        b"{}",
    ],
)
def test_a_file_that_is_not_opml_is_refused(data: bytes) -> None:
    with pytest.raises(NotOpml):
        read(data)


def test_entities_are_not_expanded_and_files_are_not_opened() -> None:
    bomb = b"""<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>
    <opml version="2.0"><body><outline text="&a;&b;" xmlUrl="https://example.org/"/></body></opml>"""
    (outline,) = read(bomb)
    assert "root" not in outline.title
    assert "aaaa" not in outline.title


letters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Zs", "Zl", "Zp", "Cn", "Co"))
names = st.text(letters, min_size=1, max_size=20)
outline_values = st.builds(
    Outline,
    st.integers(0, 10**6).map(lambda number: f"https://example.org/{number}?a=1&b=<2>"),
    names,
    st.lists(names, max_size=3).map(tuple),
)


@settings(deadline=None)
@given(st.lists(outline_values, max_size=8, unique_by=lambda outline: outline.url))
def test_reading_restores_what_was_written(feeds: list[Outline]) -> None:
    written = write(feeds, "Mine & theirs")
    assert sorted(read(written.encode()), key=lambda outline: outline.url) == sorted(feeds, key=lambda outline: outline.url)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for start in (b"", b"<opml version='2.0'><body>"):
        try:
            outlines = read(start + data)
        except NotOpml:
            continue
        assert all(outline.url for outline in outlines)

"""The table of alerts is CSV that no spreadsheet runs, with one row for each version."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.export.table import COLUMNS, table_header, table_row
from monitor.messages import Alert, AlertEntity, AlertTopic, Report, Voice
from tests.make import START, alert


def row(each: Alert) -> dict[str, str]:
    """Return the row of *each* as a program reads it."""
    (found,) = csv.DictReader(io.StringIO(table_header() + table_row(each), newline=""), strict=True)
    return found


SILENT = Voice("asserted", "none", None)
DENYING = Voice("denied", "named", "the harbour board", words="no ferry was sold")


def report(outlet: str, title: str, url: str | None = None, voice: Voice = SILENT) -> Report:
    return Report(outlet, 1, outlet, title, url, START, (voice,))


FIRST = report("Tidewater", "Ferry sold", "https://tidewater.example/1")
SECOND = report("Wavelength", "Ferry not sold, board says", "https://wavelength.example/2", DENYING)
DENIAL: dict[str, Any] = {
    "change": "stance",
    "state": "denied",
    "standing": "denied",
    "title": "Ferry sold",
    "articles": (FIRST, SECOND),
    "outlets": ("Tidewater", "Wavelength"),
    "outlet_count": 2,
    "article_count": 3,
    "topics": (AlertTopic("medtop:1", "transport"), AlertTopic("medtop:2", "economy")),
}


def test_a_version_has_its_own_headline_and_page_beside_those_of_the_story() -> None:
    found = row(alert(2, **DENIAL))
    assert (found["alert"], found["version"], found["change"], found["state"]) == ("kim:s1", "2", "stance", "denied")
    assert (found["title"], found["headline"]) == ("Ferry sold", "Ferry not sold, board says")
    assert (found["outlet"], found["url"]) == ("Wavelength", "https://wavelength.example/2")
    assert found["what_is_new"] == "now denied by the harbour board (Wavelength): Ferry not sold, board says"
    assert found["who_says_it"] == "denied by the harbour board: no ferry was sold"
    assert (found["outlets"], found["outlet_count"], found["article_count"]) == ("Tidewater; Wavelength", "2", "3")
    assert (found["topics"], found["standing"]) == ("transport; economy", "denied")


def test_the_first_version_has_the_headline_and_the_page_of_its_first_article() -> None:
    found = row(alert(1, title="Ferry sold", articles=(FIRST, SECOND)))
    assert (found["headline"], found["outlet"], found["url"]) == ("Ferry sold", "Tidewater", "https://tidewater.example/1")


def test_what_is_told_of_a_watch_has_its_own_title() -> None:
    found = row(alert(title="Silence: no article for 2 days", change="silence"))
    assert (found["headline"], found["outlet"], found["url"]) == ("Silence: no article for 2 days", "", "")
    found = row(alert(title="Burst: 9 articles within 1h", change="burst", articles=(FIRST,)))
    assert (found["headline"], found["outlet"], found["url"]) == ("Burst: 9 articles within 1h", "", "")


def test_times_are_in_utc() -> None:
    updated = datetime.fromisoformat("2026-03-10T09:30:00.5+05:30")
    found = row(alert(updated=updated, published=datetime(2026, 3, 10, 4, tzinfo=UTC)))
    assert (found["updated"], found["published"]) == ("2026-03-10T04:00:00Z", "2026-03-10T04:00:00Z")


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1 for ferries", "'+1 for ferries"),
        ("-5 degrees", "'-5 degrees"),
        ("@harbour", "'@harbour"),
        ("  =1+1", "'  =1+1"),
        ("＝1+1", "'＝1+1"),
        ("Ferry; =1+1", "Ferry;' =1+1"),
        ("\t=1+1", "\\t=1+1"),
        ("\r=1+1", "\\r=1+1"),
        ("Ferry \u202e sold", "Ferry \\u202e sold"),
        ('Ferry "sold", again', 'Ferry "sold", again'),
        ("5 - 3 = 2", "5 - 3 = 2"),
    ],
)
def test_what_a_spreadsheet_would_run_or_hide_is_escaped(title: str, written: str) -> None:
    assert row(alert(title=title))["title"] == written


FORMULAS = st.text(st.sampled_from("=+-@＝＋－＠\t\r\n;,'\" \u00a0\u3000\u200b\ufeff|!a1("), max_size=12)


@given(FORMULAS | st.text(), FORMULAS | st.text(), FORMULAS)
def test_any_text_makes_one_row_in_which_no_cell_is_a_formula(title: str, outlet: str, name: str) -> None:
    voice = Voice("denied", "named", name, words=title)
    each = alert(
        title=title,
        watch=name,
        certainty=outlet,
        outlets=(outlet, name),
        articles=(report(outlet, title, title, voice),),
        topics=(AlertTopic("medtop:1", name), AlertTopic("medtop:2", title)),
        entities=(AlertEntity("e", "person", name), AlertEntity("f", "person", outlet)),
        language=name,
    )
    line = table_row(each)
    assert line.endswith("\r\n")
    (cells,) = csv.reader(io.StringIO(line, newline=""), strict=True)
    assert len(cells) == len(COLUMNS)
    assert not any(part.lstrip().startswith(tuple("=+-@＝＋－＠\t\r\n")) for cell in cells for part in cell.split(";"))
    (parts,) = csv.reader(io.StringIO(line, newline=""), delimiter=";")
    assert not any(part.lstrip().startswith(tuple("=+-@＝＋－＠")) for part in parts)


def test_a_quoted_text_after_a_semicolon_is_no_formula() -> None:
    line = table_row(alert(title='Kim;"=1+1"', certainty='"=1+1"'))
    (parts,) = csv.reader(io.StringIO(line, newline=""), delimiter=";")
    assert not any(part.startswith("=") for part in parts)
    (cells,) = csv.reader(io.StringIO(line, newline=""))
    assert '"=1+1"' in cells

"""Hidden characters are escaped in each form in which text leaves the program."""

import ast
import io
import json
import logging
import os
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import click
import orjson
import pytest
import structlog
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from consumers.delivery.channels.webhook import request_body
from monitor import logs
from monitor.cli.main import RootGroup
from monitor.cli.shared import echo_json, echo_message
from monitor.escape import MAX_MARKS, escape_json, escape_xml, printable
from monitor.feeds.finding.opml import Outline, write
from monitor.format import format_alert
from monitor.messages import Report
from monitor.messages.codec import to_json
from monitor.output import echo
from tests.make import START, alert

ROOT = Path(__file__).parents[2]
IGNORABLE = "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180e\u3164\ufe00\ufeff\uffa0"
TAGS = "\U0001d173\U000e0001\U000e0061\U000e0100"
BIDI = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ZERO_WIDTH = "\u200b\u200c\u200d\u2060\u2061\u2064\u206a\ufff9"
CONTROLS = "\x7f\x80\x85\x9b\x9f\u2028\u2029"
HIDDEN = IGNORABLE + TAGS + BIDI + ZERO_WIDTH + CONTROLS
TITLE = f"Bridge{HIDDEN} closes"


@click.group(cls=RootGroup, extended_by="newsmonitor.none")
def program() -> None:
    """Raise errors."""


@program.command()
def refuse() -> None:
    """Refuse an option."""
    raise click.BadParameter(f"there is no {TITLE!s}")


@program.command()
def fail() -> None:
    """Fail for an operating system's reason."""
    raise OSError(2, TITLE)


def printed(function: Callable[[], object]) -> str:
    command = click.Command("test", callback=function)
    result = CliRunner().invoke(command)
    assert result.exit_code == 0
    return result.output


def logged(*, json: bool, error: Exception | None = None) -> str:
    stream, handlers = io.StringIO(), logging.getLogger().handlers
    try:
        logs.set_up(json=json)
        (handler,) = logging.getLogger().handlers
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(stream)
        structlog.get_logger().warning(TITLE, title=TITLE, titles=[TITLE], exc_info=error)
        logging.getLogger("library").warning("of a library: %s", TITLE)
    finally:
        logging.getLogger().handlers = handlers
    return stream.getvalue()


REPORT = Report("a", 1, TITLE, TITLE, None, START, ())
ALERT = alert(2, title=TITLE, outlets=(TITLE,), certainty=TITLE, url=f"https://example.org/{HIDDEN}", articles=(REPORT,))
FORMS: dict[str, Callable[[], str]] = {
    "text of a command": lambda: printed(lambda: echo(f"{TITLE}\n{TITLE}")),
    "error of a command": lambda: CliRunner().invoke(program, ["refuse"]).output,
    "error of the system": lambda: CliRunner().invoke(program, ["fail"]).output,
    "alert as text": lambda: printed(lambda: click.echo(format_alert(ALERT))),
    "line of JSON": lambda: printed(lambda: echo_json("test.v1", {"title": TITLE})),
    "alert as JSON": lambda: printed(lambda: echo_message(ALERT)),
    "JSON of a channel": lambda: to_json(ALERT).decode(),
    "webhook": lambda: request_body([ALERT]).decode(),
    "digest": lambda: request_body([ALERT, ALERT]).decode(),
    "OPML": lambda: write([Outline("https://example.org/", TITLE, (TITLE,))], TITLE),
    "log on a terminal": lambda: logged(json=False, error=ValueError(TITLE)),
    "log as JSON": lambda: logged(json=True, error=ValueError(TITLE)),
}


@pytest.mark.parametrize("form", FORMS)
def test_no_form_has_a_hidden_character(form: str) -> None:
    text = FORMS[form]()
    # DEL is a character of ASCII, which JSON may contain. No terminal acts on it.
    assert [hex(ord(char)) for char in set(HIDDEN) - {"\x7f"} if char in text] == []
    assert "Bridge" in text
    assert "closes" in text


def test_the_name_of_a_file_that_is_no_text_is_a_value_of_json() -> None:
    line = printed(lambda: echo_json("test.v1", {"file": os.fsdecode(b"desk\xff.toml")}))
    assert json.loads(line) == {"type": "test.v1", "file": "desk\udcff.toml"}


@given(st.text())
def test_what_is_printed_stays_as_it_is_or_is_escaped(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert printable(shown) == shown
    assert all(char in text for char in shown if not char.isascii())


@pytest.mark.parametrize("text", ["Bridge", "Brücke", "다리", "جسر", "पुल", "สะพาน", "Cầu", "c\u0302\u0301", "☀\ufe0f", "橋"])
def test_text_of_any_script_is_printed_as_it_is(text: str) -> None:
    assert printable(text) == text


def test_a_character_has_no_more_marks_than_a_few() -> None:
    shown = printable("a" + "\u0301" * 1000 + "b")
    assert sum(unicodedata.combining(char) > 0 for char in shown) == MAX_MARKS
    assert shown.endswith("\\u0301b")


def test_marks_after_a_few_are_escaped_in_json_and_xml_with_the_same_value() -> None:
    text = "a" + "\u0301\u20dd" * 50 + "b\u0302\u0301"
    line, document = escape_json(orjson.dumps(text)).decode(), escape_xml(f"<a>{text}</a>")
    for form in (line, document):
        assert sum(unicodedata.category(char) in {"Mn", "Me"} for char in form) == MAX_MARKS + 2
    assert (json.loads(line), ET.fromstring(document).text) == (text, text)  # noqa: S314  (it is our own)


def test_the_style_of_an_emoji_is_escaped_after_a_letter() -> None:
    assert printable("a\ufe0fb") == "a\\ufe0fb"


@given(st.recursive(st.text(st.characters(exclude_categories=["Cs"])), st.lists))
def test_escaped_json_has_the_same_value(value: object) -> None:
    data = orjson.dumps(value)
    assert json.loads(escape_json(data)) == value == orjson.loads(escape_json(data))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")))
def test_escaped_xml_has_the_same_value(text: str) -> None:
    element = ET.Element("outline", text=text)
    element.text = text
    parsed = ET.fromstring(escape_xml(ET.tostring(element, encoding="unicode")))  # noqa: S314  (it is our own)
    assert (parsed.get("text"), parsed.text or "") == (text, text)


def test_commands_print_only_through_one_module() -> None:
    """A call of click.echo, print or a stream elsewhere would print what a feed contains as it is."""
    calls = {
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in ("monitor", "consumers")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"click.echo", "click.secho", "print", "sys.stdout.write"}
    }
    assert {place.partition(":")[0] for place in calls} == {"monitor/output.py"}

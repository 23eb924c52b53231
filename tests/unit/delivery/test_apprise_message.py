"""What is sent through Apprise: nothing of a feed is interpreted, and it is as long as the service allows."""

import html
import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from consumers.delivery.batches import AlertBatch
from consumers.delivery.channels.alert_text import alert_text, as_markdown, defused
from consumers.delivery.channels.apprise_message import Markup, ServiceFormat, apprise_message
from monitor.messages import Alert, Report, Voice
from tests.make import START, alert

HOSTILE = "*Kim* [x](http://evil.example) @everyone <!channel> <b>&amp; _a_ `c`"


def told(title: str, who: str = "the board", link: str = "https://a.example/1", number: int = 1) -> Alert:
    """Return an alert with one article, whose claim has the words *title*."""
    report = Report("a1", 1, "Tidewater", title, link, START, (Voice("denied", "named", who, words=title),))
    return alert(id=f"kim:s{number}", title=title, articles=(report,), severity="critical", outlets=("Tidewater",))


def test_a_short_message_keeps_how_the_story_stands_and_who_says_so() -> None:
    voices = (Voice("denied", "named", "the harbour board", words="no ferry was sold"),)
    report = Report("a1", 1, "Tidewater", "Ferry sold", None, START, voices)
    certainty = "1 outlet; denied by the harbour board; said by A"
    sold = alert(title="Ferry sold", articles=(report,), standing="denied", certainty=certainty)
    body = apprise_message([sold], ServiceFormat("text", has_title=True, max_body=60))[1]
    assert body == "Ferry sold\ndenied: 1 outlet; denied by the harbour board\n"
    body = apprise_message([sold], ServiceFormat("text", has_title=True, max_body=40))[1]
    assert body == "Ferry sold\ndenied: 1 outlet\n"
    assert apprise_message([sold], ServiceFormat("text", has_title=True, max_body=20))[1] == "Ferry sold\n"


def flat(tokens: list[Token] | None) -> Iterator[Token]:
    for token in tokens or []:
        yield token
        yield from flat(token.children)


def test_markdown_shows_signs_as_they_are() -> None:
    title, body = apprise_message([told(HOSTILE)], ServiceFormat("markdown", has_title=True, max_body=0))
    assert title == "[critical] kim"
    rendered = MarkdownIt().render(body)
    assert rendered.count("<a ") == 1
    assert html.unescape(re.sub(r"<[^>]*>", "", rendered)).replace("\u200b", "").startswith(HOSTILE)
    assert "@everyone" not in body
    assert "<!channel>" not in body


@settings(max_examples=60)
@given(st.text(alphabet=st.sampled_from("ab1 *_`[]()<>!#-+=.|~&;:/@\\\n'\"#x"), max_size=40), st.text(max_size=20))
def test_markdown_has_one_paragraph_and_one_link_for_each_alert(title: str, who: str) -> None:
    text = defused(alert_text(told(title, who, link="https://a.example/x_(y)?a=*b*")))
    tokens = list(flat(MarkdownIt("commonmark", {"html": True}).enable("table").parse(as_markdown([text, text]))))
    kinds = {token.type for token in tokens}
    assert kinds <= {
        "paragraph_open",
        "paragraph_close",
        "inline",
        "text",
        "link_open",
        "link_close",
        "hardbreak",
        "text_special",
    }
    links = [token.attrs["href"] for token in tokens if token.type == "link_open"]
    assert links == ["https://a.example/x_%28y%29?a=*b*"] * 2
    shown = "".join(token.content for token in tokens if token.type in {"text", "text_special"})
    assert " ".join(text.headline.split()) in shown


@given(st.text(alphabet=st.sampled_from("a@<!/b:#w. "), max_size=30))
def test_texts_without_markup_address_and_link_nobody(title: str) -> None:
    text = defused(alert_text(told(f"{title} @all <@U1> <at id=all> https://evil.example www.evil.example")))
    for line in (text.headline, *text.lines):
        assert not re.search(r"@\w|<[A-Za-z!@#/]|://|\bwww\.", line)
    assert text.link == "https://a.example/1"


def test_html_has_only_our_elements() -> None:
    _, body = apprise_message([told(HOSTILE)], ServiceFormat("html", has_title=False, max_body=0))
    assert set(re.findall(r"<(\w+)", body)) == {"h2", "a", "p", "small"}
    assert html.unescape(body).replace("\u200b", "").count(HOSTILE) == 2


MARKUPS: tuple[Markup, ...] = ("text", "markdown", "html")


@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize("limit", [120, 200, 300, 1000])
def test_a_message_is_cut_and_keeps_its_link(markup: Markup, limit: int) -> None:
    service = ServiceFormat(markup, has_title=False, max_body=limit)
    _, body = apprise_message([told("Ferry sold to the harbour board " * 20)], service)
    assert len(body) <= limit
    assert "https://a.example/1" in body
    assert "Ferry sold" in body


@pytest.mark.parametrize("markup", MARKUPS)
def test_a_digest_is_cut_and_says_how_many_are_left_out(markup: Markup) -> None:
    batch = [told(f"Ferry {number} sold", number=number) for number in range(30)]
    title, body = apprise_message(batch, ServiceFormat(markup, has_title=True, max_body=2000))
    assert title == "30 alerts"
    assert len(body) <= 2000
    left_out = re.search(r"and (\d+) more", body)
    assert len(set(re.findall(r"Ferry \d+ sold", body))) + (int(left_out[1]) if left_out else 0) == 30
    _, whole = apprise_message(batch, ServiceFormat(markup, has_title=True, max_body=0))
    assert "Ferry 29 sold" in whole
    assert "denied by the board" in whole
    _, least = apprise_message(batch, ServiceFormat(markup, has_title=True, max_body=250))
    assert len(least) <= 250
    assert re.search(r"and \d+ more", least)


def test_what_the_service_escapes_counts() -> None:
    service = ServiceFormat("text", has_title=False, max_body=300, sent_length=lambda body: len(body) + 5 * body.count("&"))
    _, body = apprise_message([told("Ferry & " * 40)], service)
    assert len(body) + 5 * body.count("&") <= 300


def test_a_service_with_a_tiny_limit_gets_the_beginning() -> None:
    ferry = told("Ferry sold to the harbour board", link=f"https://a.example/{'x' * 100}")
    _, body = apprise_message([ferry], ServiceFormat("text", has_title=False, max_body=40))
    assert body == "Ferry sold to the harbour board\n"


def test_the_alerts_that_a_digest_leaves_out_are_counted() -> None:
    batch = AlertBatch("digest:1", tuple(told(f"Ferry {number} sold", number=number) for number in range(3)), left_out=7)
    title, body = apprise_message(batch, ServiceFormat("text", has_title=True, max_body=0))
    assert (title, body.splitlines()[-1]) == ("10 alerts", "and 7 more, which 'newsmonitor alerts' shows")
    _, body = apprise_message(batch, ServiceFormat("text", has_title=True, max_body=150))
    assert body.splitlines()[-1] == f"and {10 - body.count('sold')} more, which 'newsmonitor alerts' shows"

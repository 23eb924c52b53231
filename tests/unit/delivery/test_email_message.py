"""An e-mail about alerts: its ids, its headers, and texts in which nothing of a feed is interpreted."""

import html
import re
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.delivery.batches import AlertBatch
from consumers.delivery.channels.email_message import email_message
from monitor.messages import Alert, Report, Voice
from tests.make import START, alert

SENDER = Address("newsmonitor", addr_spec="news@mail.department.of.some.long.organisation.example.org")
REPORT = Report("a1", 1, "Tidewater", "Ferry sold", "https://a.example/?x=1&y=2", START, (Voice("asserted", "none", None),))


def sent(batch: Sequence[Alert], unsubscribe: str | None = None) -> tuple[bytes, EmailMessage]:
    """Return the message about *batch*: its bytes, and what a mail program reads."""
    raw = email_message(batch, SENDER, ["desk@example.org"], unsubscribe, START).as_bytes()
    return raw, message_from_bytes(raw, EmailMessage, policy=policy.default)


def texts(message: EmailMessage) -> tuple[str, str]:
    """Return the plain text and the HTML of *message*."""
    text, markup = (str(part.get_content()) for part in message.iter_parts())
    return text, markup


def test_the_id_is_that_of_the_delivery_and_the_same_for_each_attempt() -> None:
    one, again = sent([alert()]), sent([alert()])
    assert one[0] == again[0]
    batch = AlertBatch("kim:s1:1", (alert(),))
    assert sent(batch)[1]["Message-ID"] == one[1]["Message-ID"]
    assert one[1]["Newsmonitor-Id"] == "kim:s1:1"
    others = {sent([alert(2)])[1]["Message-ID"], sent([alert(id="kim:s2")])[1]["Message-ID"]}
    assert len(others | {one[1]["Message-ID"]}) == 3
    # A receiver recognises a repeat by it, also after an update of newsmonitor.
    assert one[1]["Message-ID"].startswith("<ab7df68501c86f2f874abb932ac8c4bc@mail.")


def test_versions_and_watches_of_one_story_are_one_conversation() -> None:
    first, second = sent([alert()])[1], sent([alert(2)])[1]
    other_watch, other_story = sent([alert(id="train:s1", watch="train")])[1], sent([alert(id="kim:s2", story="s2")])[1]
    assert first["References"] == first["In-Reply-To"] == second["References"] == other_watch["References"]
    assert other_story["References"] != first["References"]
    assert second["Subject"] == f"Re: {first['Subject']}"
    bursts = [sent([alert(id=f"{watch}:burst:1", story="burst:1")])[1]["References"] for watch in ("kim", "train")]
    assert len(set(bursts)) == 2


def test_a_digest_of_several_stories_belongs_to_no_conversation() -> None:
    message = sent([alert(), alert(id="kim:s2", story="s2")])[1]
    assert (message["Subject"], message["References"]) == ("2 alerts: A train", None)
    assert message["Newsmonitor-Id"].startswith("digest:")
    one_story = sent([alert(), alert(id="train:s1", watch="train")])[1]
    assert one_story["References"]
    assert one_story["Newsmonitor-Watch"] == "kim, train"


def test_a_digest_says_how_many_alerts_it_leaves_out() -> None:
    batch = AlertBatch("digest:1", (alert(), alert(id="kim:s2", story="s2")), left_out=7)
    assert sent(batch)[1]["Subject"] == "9 alerts: A train"
    for text in texts(sent(batch)[1]):
        assert "7 more alerts: newsmonitor deliveries list --state left-out" in text


def test_it_leads_with_what_is_new_and_links_the_article() -> None:
    voice = Voice("denied", "named", "the harbour board", words="no ferry was sold")
    report = Report("a2", 1, "Wavelength", "No ferry sold", "https://b.example/2?a=1&b=2", START, (voice,))
    fields: dict[str, Any] = {"change": "stance", "title": "Ferry sold", "articles": (REPORT, report)}
    text, markup = texts(sent([alert(2, **fields)])[1])
    assert text.splitlines()[:5] == [
        "now denied by the harbour board (Wavelength): No ferry sold",
        "1 outlet",
        "denied by the harbour board: no ferry was sold",
        "outlets: a",
        "story: Ferry sold",
    ]
    assert text.splitlines()[-2:] == ["https://b.example/2?a=1&b=2", "[high] kim, version 2"]
    assert '<a href="https://b.example/2?a=1&amp;b=2" rel="noopener noreferrer">now denied by' in markup


def test_ids_and_addresses_stand_on_one_line_in_plain_ascii() -> None:
    unsubscribe = f"mailto:desk@example.org?subject={'unsubscribe-' * 8}"
    raw, message = sent([alert()], unsubscribe)
    for name in ("Message-ID", "In-Reply-To", "References"):
        assert re.search(rf"^{name}: <[0-9a-f]{{32}}@mail\.[a-z.]+>\r$".encode(), raw, re.MULTILINE)
    assert f"List-Unsubscribe: <{unsubscribe}>\r\n".encode() in raw
    assert message["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe" not in sent([alert()])[1]


@settings(max_examples=40)
@given(st.text(), st.text(), st.text(min_size=1))
def test_no_text_of_a_feed_makes_a_header_a_long_line_or_an_element(title: str, outlet: str, watch: str) -> None:
    report = Report("a1", 1, outlet, title, f"https://a.example/{title}", START, (Voice("said", "named", outlet, words=title),))
    batch = [alert(version, title=title, articles=(report,), outlets=(outlet,), watch=watch) for version in (1, 2)]
    raw, message = sent(batch)
    expected = sent([alert(), alert(2)])[1]
    assert message.keys() == expected.keys()
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 150
    assert b"\n" not in raw.replace(b"\r\n", b"")
    text, markup = texts(message)
    elements = r"</?(?:html|head|body|title|h2|p|small|a|meta|hr)(?: [^<>]*)?>|<!DOCTYPE html>"
    assert "<" not in re.sub(elements, "", markup)
    shown = html.unescape(re.sub(r"<[^>]*>", "", markup))
    assert all(line in shown for line in text.split("\n")[:2])


def test_an_injected_header_is_text() -> None:
    raw, message = sent([alert(title="Ferry\r\nBcc: all@example.org\r\n\r\nbody", watch="x\nBcc: all@example.org")])
    assert message["Bcc"] is None
    assert "\\r\\nBcc: all@example.org" in message["Subject"]
    assert b"\nBcc" not in raw


def test_long_texts_are_cut() -> None:
    message = sent([alert(title="Поїзд " * 700)])[1]
    assert len(message["Subject"]) <= 160
    assert len(texts(message)[0]) < 1000

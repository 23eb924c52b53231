"""What a message says of an alert, and the message in each kind of markup. Pure.

What comes from a feed is text in every markup: its signs are escaped. Links are those of web pages alone.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.escape import printable
from monitor.export.feed import page_link
from monitor.format import describe_change, describe_sources, leading_report, shorten
from monitor.messages import Alert

MAX_SUBJECT = 160
"""The longest subject of a message, in code points."""
MAX_HEADLINE = 500
"""The longest headline in a message, in code points."""


@dataclass(frozen=True, slots=True)
class AlertText:
    """What a message says of an alert: what is new, the page of the article, the watch, and who says it, line by line."""

    headline: str
    link: str | None
    label: str
    lines: tuple[str, ...]


def alert_text(alert: Alert) -> AlertText:
    """Return what a message says of *alert*."""
    report, story = leading_report(alert), printable(alert.title)
    headline = describe_change(alert)
    earlier = [f"story: {shorten(story, MAX_HEADLINE)}"] if story != headline else []
    reasons = ", ".join(f"{reason.clause} {printable(reason.words)!r}" for reason in alert.reasons[:3])
    because = [f"because of {reasons}"] if reasons else []
    version = "" if alert.version == 1 else f", version {alert.version}"
    return AlertText(
        headline=shorten(headline, MAX_HEADLINE) or printable(alert.id),
        link=page_link(report.url if report else alert.url),
        label=f"[{alert.severity}] {printable(alert.watch)}{version}",
        lines=tuple(line for line in (*earlier, *describe_sources(alert), *because) if line),
    )


def subject(batch: Sequence[Alert]) -> str:
    """Return the subject of a message about *batch*.

    It is that of the story, and the same for all of its versions, because mail programs show messages with one subject as a
    conversation.
    """
    first = batch[0]
    if len({thread_key(alert) for alert in batch}) > 1:
        return shorten(f"{len(batch)} alerts: {describe_change(first)}", MAX_SUBJECT)
    reply = "Re: " if first.version > 1 else ""
    return f"{reply}{shorten(f'[{first.severity}] {printable(first.title)}', MAX_SUBJECT)}"


def thread_key(alert: Alert) -> str:
    """Return what the messages of one conversation share: the story, or the alert if it is of none."""
    return alert.id if ":" in alert.story or alert.story.startswith("@") else alert.story


def as_text(texts: Sequence[AlertText]) -> str:
    """Return *texts* as plain text."""
    return "\n\n".join("\n".join(_lines(each)) for each in texts) + "\n"


def _lines(text: AlertText) -> list[str]:
    return [text.headline, *text.lines, *([text.link] if text.link else []), text.label]


def as_html(texts: Sequence[AlertText]) -> str:
    """Return *texts* as an HTML document."""
    return (
        '<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>newsmonitor</title></head><body>\n'
        + "\n<hr>\n".join(map(html_part, texts))
        + "\n</body></html>\n"
    )


def html_part(text: AlertText) -> str:
    """Return *text* as a part of an HTML document."""
    headline = html.escape(text.headline)
    if text.link:
        headline = f'<a href="{html.escape(text.link)}" rel="noopener noreferrer">{headline}</a>'
    lines = "".join(f'<p dir="auto">{html.escape(line)}</p>\n' for line in text.lines)
    return f'<h2 dir="auto">{headline}</h2>\n{lines}<p><small>{html.escape(text.label)}</small></p>'

"""What a message says of an alert, and the message in each kind of markup. Pure.

What comes from a feed is text in every markup: its signs are escaped. Links are those of web pages alone.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from consumers.delivery.batches import left_out_count
from monitor.escape import printable
from monitor.export.feed import page_link
from monitor.format import describe_change, describe_reasons, describe_sources, leading_report, pluralize, shorten
from monitor.messages import Alert

MAX_SUBJECT = 160
"""The longest subject of a message, in code points."""
MAX_HEADLINE = 500
"""The longest headline in a message, in code points."""
_SPACE = "\N{ZERO WIDTH SPACE}"
_ACTIVE = re.compile(r"@|<(?=[A-Za-z!?/@#:])|:(?=//)|(?<![A-Za-z0-9])www(?=\.)", re.IGNORECASE)
"""What mentions somebody, begins an element, or makes a link of a text."""
_MARKDOWN = re.compile(r"[\\`*_\[\]|~]|&(?=#?\w+;)")
"""Signs that have a meaning anywhere in a line of Markdown, and the start of a character reference."""
_MARKDOWN_START = re.compile(r"^(\d*)([#>+=.)-])")
"""The start of a heading, a quotation, a list or an underline."""


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
    version = "" if alert.version == 1 else f", version {alert.version}"
    return AlertText(
        headline=shorten(headline, MAX_HEADLINE).strip() or printable(alert.id),
        link=page_link(report.url if report else alert.url),
        label=f"[{alert.severity}] {printable(alert.watch)}{version}",
        # Who says so and how sure that is comes before the story: short messages end after a few lines.
        lines=tuple(line for line in (*describe_sources(alert), *earlier, *describe_reasons(alert)) if line),
    )


def subject(batch: Sequence[Alert]) -> str:
    """Return the subject of a message about *batch*.

    It is that of the story, and the same for all of its versions, because mail programs show messages with one subject as a
    conversation.
    """
    first = batch[0]
    if len({thread_key(alert) for alert in batch}) > 1:
        return shorten(f"{count_alerts(batch)}: {describe_change(first)}", MAX_SUBJECT)
    reply = "Re: " if first.version > 1 else ""
    return f"{reply}{shorten(f'[{first.severity}] {printable(first.title)}', MAX_SUBJECT)}"


def count_alerts(batch: Sequence[Alert]) -> str:
    """Return how many alerts *batch* tells of: '1,200 alerts'. Those that it only counts are among them."""
    return pluralize(len(batch) + left_out_count(batch), "alert")


def thread_key(alert: Alert) -> str:
    """Return what the messages of one conversation share: the story, or the alert if it is of none."""
    return alert.id if ":" in alert.story or alert.story.startswith("@") else alert.story


def as_text(texts: Sequence[AlertText]) -> str:
    """Return *texts* as plain text."""
    return "\n\n".join("\n".join(_lines(each)) for each in texts) + "\n"


def _lines(text: AlertText) -> list[str]:
    return [line for line in (text.headline, *text.lines, text.link, text.label) if line]


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
    label = f"<p><small>{html.escape(text.label)}</small></p>" if text.label else ""
    return f'<h2 dir="auto">{headline}</h2>\n{lines}{label}'


def defused(text: AlertText) -> AlertText:
    """Return *text* for programs that read mentions and links in any text: what a feed says addresses and links nobody.

    An invisible character (U+200B) stands behind each @, behind a < that may begin an element or a mention, and in ://.
    """
    return replace(text, headline=_defuse(text.headline), lines=tuple(map(_defuse, text.lines)))


def _defuse(line: str) -> str:
    return _ACTIVE.sub(f"\\g<0>{_SPACE}", line)


def as_markdown(texts: Sequence[AlertText]) -> str:
    """Return *texts* as Markdown."""
    return "\n\n".join("  \n".join(_markdown_lines(each)) for each in texts)


def _markdown_lines(text: AlertText) -> list[str]:
    headline = _escape_markdown(text.headline)
    if text.link:
        headline = f"[{headline}]({text.link.replace('(', '%28').replace(')', '%29')})"
    return [headline, *map(_escape_markdown, text.lines), *([_escape_markdown(text.label)] if text.label else [])]


def _escape_markdown(line: str) -> str:
    """Return *line* as Markdown that shows it. Only signs with a meaning are escaped: some programs know no others."""
    line = " ".join(line.split())
    return _MARKDOWN_START.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\g<0>", line))

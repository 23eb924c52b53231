"""What is sent through Apprise: the text in the markup of the service, no longer than it allows. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from consumers.delivery.batches import left_out_count
from consumers.delivery.channels.alert_text import (
    AlertText,
    alert_text,
    as_markdown,
    as_text,
    count_alerts,
    defused,
    html_part,
)
from monitor.format import shorten
from monitor.messages import Alert

Markup = Literal["text", "markdown", "html"]
"""The values of Apprise's NotifyFormat."""
MIN_HEADLINE = 20
"""The shortest headline, in code points. A service that allows less gets it nevertheless, and may refuse it."""
RENDER: dict[Markup, Callable[[Sequence[AlertText]], str]] = {
    "text": as_text,
    "markdown": as_markdown,
    "html": lambda texts: "\n".join(map(html_part, texts)),
}


@dataclass(frozen=True, slots=True)
class ServiceFormat:
    """What a message depends on: the service's *markup*, whether it has titles, and its longest body (0 if not known).

    *sent_length* returns the length of a body as it is sent, in which more may be escaped.
    """

    markup: Markup
    has_title: bool
    max_body: int
    sent_length: Callable[[str], int] = len


def apprise_message(batch: Sequence[Alert], service: ServiceFormat) -> tuple[str, str]:
    """Return the title and the body of the message about *batch*. The title is "" if the service has none.

    The title has only ids of watches, because services differ in what they interpret in titles.
    """
    texts = [defused(alert_text(alert)) for alert in batch]
    left_out = left_out_count(batch)
    if len(texts) > 1 or left_out:
        return count_alerts(batch) if service.has_title else "", fit(texts, service, left_out)
    title = texts[0].label if service.has_title else ""
    return title, fit([replace(texts[0], label="")] if title else texts, service)


def fit(texts: Sequence[AlertText], service: ServiceFormat, left_out: int = 0) -> str:
    """Return *texts* in the markup of *service*: as many as it allows, and of each what is new and its page, if not more.

    The last line says how many alerts are not shown: those, and the *left_out*.
    """
    render = RENDER[service.markup]

    def fits(body: str) -> bool:
        return not service.max_body or service.sent_length(body) <= service.max_body

    for candidate in ([*texts, *_rest(left_out)], *_shortened(texts, left_out)):
        if fits(body := render(candidate)):
            return body
    return _shortest(texts[0], render, fits)


def _rest(count: int) -> list[AlertText]:
    return [AlertText(f"and {count} more, which 'newsmonitor alerts' shows", None, "", ())] if count else []


def _shortened(texts: Sequence[AlertText], left_out: int) -> Iterator[list[AlertText]]:
    """Yield *texts* with less and less of them."""
    if len(texts) == 1 and not left_out:
        lines = texts[0].lines
        yield from ([replace(texts[0], lines=lines[:count])] for count in range(len(lines) - 1, 0, -1))
        # The first line says how the story stands, and then who says what.
        parts = lines[0].split("; ") if lines else []
        yield from ([replace(texts[0], lines=("; ".join(parts[:count]),))] for count in range(len(parts) - 1, 0, -1))
        yield [replace(texts[0], lines=())]
        return
    short = [replace(text, lines=()) for text in texts]
    yield [*short, *_rest(left_out)]
    for count in range(len(short) - 1, 0, -1):
        yield [*(replace(text, label="") for text in short[:count]), *_rest(len(short) - count + left_out)]


def _shortest(text: AlertText, render: Callable[[Sequence[AlertText]], str], fits: Callable[[str], bool]) -> str:
    """Return a message with the headline of *text*, cut as far as needed, and its page if there is room for it."""
    text = replace(text, lines=(), label="")
    for link in dict.fromkeys((text.link, None)):
        length = len(text.headline)
        while length >= MIN_HEADLINE:
            if fits(body := render([replace(text, headline=shorten(text.headline, length), link=link)])):
                return body
            length = length * 3 // 4
    return render([replace(text, headline=shorten(text.headline, MIN_HEADLINE), link=None)])

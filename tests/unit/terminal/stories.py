"""Alerts of a story, and what of them is seen on a terminal."""

import io
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from rich.console import Console, RenderableType

from monitor.messages import Alert, Counted, CountedArticle, Mark, MarkState, Origin, OriginKind, Report, Stance, Voice
from monitor.terminal.board import Board
from tests.make import START, alert

HARBOUR = "Harbour to close"


def report(outlet: str, title: str, minutes: float = 0, url: str | None = None) -> Report:
    """An article of *outlet*, fetched *minutes* after the start."""
    stated = (Voice("asserted", "none", None),)
    return Report(f"{outlet}-{minutes}", 1, outlet, title, url, START + timedelta(minutes=minutes), stated)


def origin(who: str, kind: OriginKind = "named", stance: Stance = "said") -> Origin:
    """Who says it."""
    return Origin(who, kind, stance, START, START, ("Tidewater",))


def version(number: int = 1, watch: str = "harbour", story: str = "s1", **fields: Any) -> Alert:
    """A version of the alert of *watch* on *story*, *number* minutes after the start, with an article for each version."""
    articles = tuple(report(f"Outlet {each}", f"{HARBOUR}, report {each}", each) for each in range(1, number + 1))
    names = tuple(each.outlet for each in articles)
    default: dict[str, Any] = {
        "id": f"{watch}:{story}",
        "watch": watch,
        "story": story,
        "title": f"{HARBOUR}, report 1",
        "change": "new" if number == 1 else "outlet",
        "articles": articles,
        "article_count": number,
        "outlets": names,
        "outlet_count": number,
        "standing": "stated",
        "state": "raised",
    }
    return alert(number, **{**default, **fields})


def counted(newest: Alert, title: str, more: int = 1) -> Counted:
    """What was counted after the version *newest*: *more* articles, the last of them with *title*."""
    last = START + timedelta(hours=1)
    article = CountedArticle("c", 1, "Marlow Ledger", title, None, last, "repeat")
    count = newest.article_count + more
    return Counted(newest.id, newest.version, newest.watch, newest.story, newest.raised, count, last, (article,))


def mark(of: Alert, state: MarkState, until: datetime | None = None) -> Mark:
    """The mark of a reader at the version *of*."""
    return Mark(of.id, state, of.version, until, of.standing, "ana", "seen it", START)


def board_of(*messages: Alert | Counted | Mark, board: Board | None = None) -> Board:
    """A board with *messages*."""
    board = board or Board()
    for each in messages:
        board.add(each)
    return board


def console_of(width: int, height: int | None = None, **options: Any) -> Console:
    """A console that records what is printed on it."""
    return Console(width=width, height=height, file=io.StringIO(), record=True, **options)


def printed(renderable: RenderableType, console: Console) -> list[str]:
    """The lines of *renderable* on *console*."""
    console.print(renderable)
    return console.export_text().splitlines()


def text_of(lines: Iterable[object]) -> str:
    """The words of *lines* with single spaces, wherever they are broken."""
    return " ".join(" ".join(map(str, lines)).split())

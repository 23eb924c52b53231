"""Texts of feeds and readers that hide something, on each page."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from monitor.feeds.feed_state import initial_state
from monitor.messages import Entity, Mark, Message, Origin, Reason, Report, Span, Topic, Voice
from tests.make import START, alert, article_stories, claim
from tests.page import served

HOSTILE = "\u202evil\u2066\u200b\x07<b>{{7*7}}"
TYPED = re.compile(r'<textarea[^>]*>[^<]*|<input[^>]*>| href="[^"]*"')
"""What a browser sends back or follows, and does not show as text."""


def hostile_records() -> list[Message]:
    """Records in which each text of another has hidden characters and markup."""
    text = f"Kim {HOSTILE} said so."
    named = Entity("person:kim", "person", text, 1, (Span("title", 0, 3),))
    topic = Topic("medtop:11000000", text, 0.9, ())
    origin = Origin(text, "named", "said", START, START, (text,))
    report = Report("a1", 2, text, text, None, START, (Voice("said", "named", text),))
    told = article_stories(
        text, text, id="a1", entities=(named,), topics=(topic,), claims=(claim("said", who=text),), outlet=text, source=text
    )
    edited = replace(
        told, article=replace(told.article, version=2, text=f"{text} {text}", fetched=START + timedelta(minutes=1))
    )
    reason = Reason("any", text, text, Span("title", 0, 3))
    values = {"title": text, "reasons": (reason,), "articles": (report,), "outlets": (text,), "origins": (origin,)}
    raised = alert(1, standing="reported", entities=(named,), topics=(topic,), **values)
    feed = replace(initial_state("example.org/a", "https://example.org/a", 60, START), title=text, error=text, failures=2)
    return [told, edited, raised, feed, Mark("kim:s1", "acknowledged", 1, None, "reported", text, text, START)]


async def test_nothing_hidden_and_no_markup_of_others_is_on_any_page(tmp_path: Path) -> None:
    config = '[[watches]]\nid = "kim"\nany = ["Kim"]\n[[feeds]]\nurl = "https://example.org/a"\n'
    form = {"how": "query", "severity": "normal", "sample_find": HOSTILE}
    async with served(tmp_path, config, *hostile_records(), clock=lambda: START + timedelta(hours=1)) as page:
        pages = [
            *("/?show=acknowledged", "/stories/s1", "/search?q=kim", f"/search?q={quote(HOSTILE)}(", "/trends"),
            *("/trends/person%3Akim", "/watches", "/watches/kim", "/feeds", "/system", "/settings"),
        ]
        texts = {path: (await page.get(path))[1] for path in pages}
        for part, query in (("check", HOSTILE), ("preview", HOSTILE), ("explain", "kim"), ("backtest", "kim")):
            texts[part] = (await page.post(f"/editor/{part}", {**form, "query": f'"{query}"'}))[1]
        for path, text in texts.items():
            shown = TYPED.sub("", text)
            assert (path, re.findall("[\u202a-\u202e\u2066-\u2069\u200b\x07]|<b>{{7|>49", shown)) == (path, [])
        assert [path for path, text in texts.items() if "\\u202evil" not in text] == [
            "/watches/kim",
            "/system",
            "/settings",
            "check",
        ]


async def test_what_is_typed_comes_back_as_it_was(tmp_path: Path) -> None:
    """A joiner belongs to the spelling of many words: an editor that changed it would save another word."""
    word = "می\u200cخواهم"
    async with served(tmp_path, f'[[watches]]\nid = "kim"\nquery = "{word}"\n') as page:
        assert f">{word}</textarea>" in (await page.get("/watches/kim"))[1]
        assert f'value="{word}"' in (await page.get(f"/search?q={quote(word)}"))[1]

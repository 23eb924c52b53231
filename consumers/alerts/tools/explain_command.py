"""`newsmonitor explain`: why a watch matches an article, or why it does not."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import orjson

from consumers.alerts.matching.compile import compile_watch, query_problem
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.lookups import lookups
from consumers.alerts.tools.explain import Explanation, explain
from consumers.alerts.tools.stub import stub
from monitor.bus import Bus, Partition, Record
from monitor.cli.shared import as_json, echo_json, read_bus, read_config
from monitor.config import Config, Watch
from monitor.format import printable
from monitor.messages import ArticleStories, health_of
from monitor.messages.codec import Invalid, decode, to_dict

STORIES = ArticleStories.STREAM.name


@click.command("explain")
@click.argument("article")
@click.argument("watch", required=False)
@click.option("--query", help="A query in place of a watch, in the language of docs/watches.md.")
@as_json
@click.pass_obj
def explain_command(path: Path, article: str, watch: str | None, query: str | None, json: bool) -> None:  # noqa: FBT001  (click gives flags so)
    """Tell why WATCH matches ARTICLE or does not: each part true or false, with the words or what is nearest to them.

    ARTICLE is the id of an article that has come as far as its story, or a file: such a message as JSON, or no more
    than {"title": ..., "text": ...}. Exit code 1 where the watch does not match.
    """
    if (watch is None) == (query is None):
        raise click.UsageError("give the id of a watch or --query, and not both")
    config = read_config(path)
    wanted = Watch("query", query=query) if query is not None else _watch(config, str(watch))
    found = lookups(config)
    if bad := query_problem(wanted, found):
        raise click.ClickException(str(bad))
    message = _from_file(Path(article)) if Path(article).is_file() else read_bus(config, lambda bus: _from_bus(bus, article))
    if health_of(message.article) and not wanted.health:
        raise click.ClickException("this article tells what happened to a feed itself, which only watches on health are told")
    verdict = explain(compile_watch(wanted, found).tree, Document(message))
    if json:
        echo_json(as_data(verdict))
    else:
        click.echo("\n".join(lines(verdict)))
    if not verdict.holds:
        sys.exit(1)
    if message.article.backfill:
        click.echo("no alert is raised for it all the same: it was there before its feed was watched (backfill)", err=True)


def as_data(verdict: Explanation) -> dict[str, Any]:
    """*verdict* as what JSON can hold."""
    found = [{"words": each.words, "at": to_dict(each.at) if each.at else None} for each in verdict.found]
    parts = [as_data(part) for part in verdict.parts]
    return {"said": verdict.said, "holds": verdict.holds, "why": verdict.why, "found": found, "parts": parts}


def lines(verdict: Explanation, indent: str = "") -> Iterator[str]:
    """*verdict* as a tree for a person."""
    places = [f"{printable(each.words)!r}{_at(each.at.field, each.at.start) if each.at else ''}" for each in verdict.found]
    shown = f": {', '.join(places)}" if places else ""
    yield f"{indent}{'yes' if verdict.holds else 'no '}  {printable(verdict.said)}  ({printable(verdict.why)}){shown}"
    for part in verdict.parts:
        yield from lines(part, f"{indent}    ")


def _at(field: str, start: int) -> str:
    return f" ({field} {start})"


def _watch(config: Config, wanted: str) -> Watch:
    found = next((watch for watch in config.watches if watch.id == wanted), None)
    if found is None:
        raise click.ClickException(f"there is no watch {wanted!r}; `newsmonitor watch list` shows all")
    return found


async def _from_bus(bus: Bus, wanted: str) -> ArticleStories:
    """The newest version of the article *wanted* that the bus holds."""
    found = None
    async for record in bus.replay(STORIES, None):
        if wanted.encode() in record.value and (message := decode(ArticleStories, record)).article.id == wanted:
            found = message
    if found is None:
        raise click.ClickException(f"{STORIES} holds no article {wanted!r}, and there is no such file")
    return found


def _from_file(path: Path) -> ArticleStories:
    text = path.read_bytes()
    try:
        data = orjson.loads(text)
        if isinstance(data, dict) and "article" not in data:
            title, article = data.get("title", ""), data.get("text", "")
            if not isinstance(title, str) or not isinstance(article, str):
                raise click.ClickException(f"{path}: title and text are texts; write both in quotes")
            return stub(title, article)
        return decode(ArticleStories, Record(Partition(STORIES), 0, 0.0, "", text, {}))
    except (orjson.JSONDecodeError, Invalid) as error:
        raise click.ClickException(f"{path} is no message of {STORIES}, nor JSON with a title and a text: {error}") from error

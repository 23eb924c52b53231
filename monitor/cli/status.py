"""`newsmonitor status`: how far each service is, and which feeds fail."""

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click

from monitor.bus import Bus
from monitor.cli.shared import as_json, decoded, echo_json, look
from monitor.config import Config
from monitor.config.load import read
from monitor.feeds.urls import feed_id
from monitor.format import printable
from monitor.messages import Delivery, Feed
from monitor.messages.codec import isoformat
from monitor.runtime import registry
from monitor.runtime.dead_letters import list_dead_letters

ENDED = ("sent", "failed", "superseded", "dropped")
"""The states in which a delivery ends."""


@click.command()
@as_json
@click.pass_obj
def status(path: Path, json: bool) -> None:  # noqa: FBT001  (click gives flags so)
    """How many messages each service has before it, and how the feeds fare; exit code 1 if a feed fails."""
    config = read(path)
    found = look(config, lambda bus: gather(config, bus))
    if json:
        echo_json(found)
    else:
        _show(found)
    if found["failing"]:
        sys.exit(1)


async def gather(config: Config, bus: Bus) -> dict[str, Any]:
    """The state of *bus*: each service's lag (None: never run), feeds, those that fail, deliveries, dead letters left."""
    lags = {}
    for name in registry.service_modules():
        lags[name] = await bus.lag(name, registry.service_modules()[name].reads.STREAM.name)
    known = {feed.id: feed async for feed in decoded(Feed, bus.replay(Feed.STREAM.name, None))}
    feeds = [known.get(feed_id(line.url)) for line in config.feeds]
    failing = [
        {"feed": feed.id, "state": feed.state, "reason": feed.reason, "failures": feed.failures, "error": feed.error}
        for feed in feeds
        if feed and feed.state not in {"ok", "new"}
    ]
    dead = [letter for letter in await list_dead_letters(bus) if not letter["redriven"]]
    return {
        "services": lags,
        "feeds": dict(Counter(feed.state if feed else "new" for feed in feeds)),
        "failing": failing,
        "reasons": dict(Counter(feed.reason or feed.state for feed in feeds if feed and feed.state not in {"ok", "new"})),
        "silent": [
            {"feed": feed.id, "since": isoformat(feed.rhythm.at)}
            for feed in feeds
            if feed and feed.rhythm and feed.trouble and feed.trouble.kind == "silent"
        ],
        "deliveries": await _deliveries(bus),
        "dead": len(dead),
    }


async def _deliveries(bus: Bus) -> dict[str, int]:
    """How the deliveries that are kept have ended, and how many are pending; each version of an alert counts by target."""
    ended, pending = Counter[str](), set()
    async for record in decoded(Delivery, bus.replay(Delivery.STREAM.name, None)):
        key = (record.target, record.alert, record.version)
        if record.state in ENDED:
            ended[record.state] += 1
            pending.discard(key)
        else:
            pending.add(key)
    return {"pending": len(pending), **{state: ended[state] for state in ENDED}}


def _show(found: dict[str, Any]) -> None:
    for name, lag in found["services"].items():
        click.echo(f"{name:<10} {'has not run yet' if lag is None else f'{lag} messages before it'}")
    states = ", ".join(f"{count} {state}" for state, count in sorted(found["feeds"].items()))
    click.echo(f"{'feeds':<10} {states or 'none'}")
    if found["reasons"]:
        reasons = sorted(found["reasons"].items(), key=lambda pair: (-pair[1], pair[0]))
        click.echo(f"{'':<10} {', '.join(f'{count} {reason}' for reason, count in reasons)}")
    for feed in found["silent"]:
        click.echo(f"  silent: {feed['feed']} has brought nothing since {feed['since']}")
    for feed in found["failing"]:
        click.echo(f"  {feed['state']}: {feed['feed']} ({feed['failures']} in a row): {printable(feed['error'] or '')}")
    deliveries = ", ".join(f"{count} {state}" for state, count in found["deliveries"].items() if count)
    click.echo(f"{'deliveries':<10} {deliveries or 'none'}")
    click.echo(f"{'dead':<10} {found['dead']}{' letters; `newsmonitor dead list` shows them' if found['dead'] else ''}")

"""Hints about configs that are valid but have no effect."""

from collections.abc import Iterator

from monitor.config.model import Config
from monitor.config.problems import WatchProblem


def config_hints(config: Config) -> Iterator[str | WatchProblem]:
    """Yield a hint for each part that *config* lacks, and without which nothing is read, raised or delivered."""
    if not config.feeds:
        yield "there are no [[feeds]], so no news is read: `newsmonitor feeds add URL` adds one"
    if not config.watches:
        yield "there are no [[watches]], so no alert is raised: `newsmonitor watch add ID --any TEXT` adds one"
    for name in (name for name, aliases in config.sets.items() if not aliases):
        yield f"sets.{name}: the set is empty, so @{name} matches nothing; add names to it"
    if silent := [watch.id for watch in config.watches if not watch.to]:
        who = f"watch {silent[0]!r}" if len(silent) == 1 else f"watch {silent[0]!r} and {len(silent) - 1} more"
        target = config.targets[0].id if config.targets else ""
        remedy = f'add to = ["{target}"]' if target else "add [[targets]], and name one of them in to = [...]"
        text = f"{who}: there is no `to`, so its alerts are not delivered, and only `newsmonitor alerts` shows them: {remedy}"
        yield WatchProblem(text, silent[0], "id")

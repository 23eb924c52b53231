"""burst: an alert of its own, once, when far more articles match than is usual for the watch."""

from dataclasses import replace

from consumers.alerts.matching.matches import Match
from consumers.alerts.raising.rules.volume import count, usual
from consumers.alerts.raising.rules.watch_alert import watch_alert
from consumers.alerts.raising.versions import report_of
from monitor.config import Burst
from monitor.messages import Alert, ArticleStories, Volume

OVER = 0.5
"""A burst is over when its window holds no more than this part of what began it; else one that wavers is told again."""


def follow(volume: Volume, rule: Burst) -> Volume:
    """*volume*, whose latest article is counted, with the burst that begins or ends by it."""
    mean = usual(volume, rule)
    if mean is None or volume.last is None:
        return volume
    most = max(float(rule.floor), rule.times * mean)
    if volume.burst is None and count(volume) >= most:
        return replace(volume, burst=volume.last)
    if volume.burst is not None and count(volume) <= OVER * most:
        return replace(volume, burst=None)
    return volume


def alert(volume: Volume, rule: Burst, hit: Match, message: ArticleStories, config_hash: str) -> Alert:
    """What is told of the burst that began with *message*."""
    at, mean = volume.burst or message.article.fetched, usual(volume, rule) or 0.0
    said = f"{count(volume)} articles within {rule.within}, where {mean:.1f} are usual"
    plain = watch_alert("burst", hit.watch, at, said, config_hash, message.stamps)
    report = report_of(message)
    return replace(
        plain,
        url=report.url,
        reasons=hit.reasons,
        article_count=1,
        articles=(report,),
        outlet_count=1,
        outlets=(report.outlet,),
    )

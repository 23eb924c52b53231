"""burst: one alert when far more articles match than is usual for the watch."""

from dataclasses import replace

from consumers.alerts.matching.matches import Match
from consumers.alerts.raising.rules.volume import usual_count, watch_alert, window_count
from consumers.alerts.raising.versions import report_of
from monitor.config import Burst
from monitor.messages import Alert, ArticleStories, Volume

END_RATIO = 0.5
"""A burst ends when its window contains at most this share of the articles that a burst requires. With a higher ratio, a
count that varies around the threshold would raise one alert after another."""


def update_burst(volume: Volume, rule: Burst) -> Volume:
    """Return *volume* with a burst that starts, or without one that ends, at its latest article; else unchanged."""
    mean = usual_count(volume, rule)
    if mean is None or volume.last is None:
        return volume
    threshold = max(float(rule.floor), rule.times * mean)
    if volume.burst is None and window_count(volume) >= threshold:
        return replace(volume, burst=volume.last)
    if volume.burst is not None and window_count(volume) <= END_RATIO * threshold:
        return replace(volume, burst=None)
    return volume


def burst_alert(volume: Volume, rule: Burst, match: Match, message: ArticleStories, config_hash: str) -> Alert:
    """Return the alert for the burst that began with *message*."""
    start, mean = volume.burst or message.article.fetched, usual_count(volume, rule) or 0.0
    description = f"{window_count(volume)} articles within {rule.within}; {mean:.1f} are usual"
    report = report_of(message)
    return replace(
        watch_alert("burst", match.watch, start, description, config_hash, message.stamps),
        url=report.url,
        reasons=match.reasons,
        article_count=1,
        articles=(report,),
        outlet_count=1,
        outlets=(report.outlet,),
    )

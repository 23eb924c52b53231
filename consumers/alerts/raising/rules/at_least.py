"""at_least: no alert for a story until enough articles, or outlets, have reported it within a given time."""

from consumers.alerts.raising.versions import report_of
from monitor.config import AtLeast
from monitor.config.durations import parse_duration
from monitor.messages import ArticleStories, Held, Report


def add_report(held: Held | None, rule: AtLeast, watch_id: str, message: ArticleStories) -> Held:
    """Return the articles that count toward *rule*, with *message* as the last.

    If the rule counts outlets, only the newest article of each outlet counts. Articles older than the rule's time are left
    out.
    """
    report, story_id = report_of(message), message.story.id
    latest = max(held.at, report.fetched) if held else report.fetched
    since = latest - parse_duration(rule.within)
    others = [each for each in held.reports if _counted_as(each, rule) != _counted_as(report, rule)] if held else []
    reports = [each for each in (*others, report) if each.fetched > since]
    return Held(f"{watch_id}:{story_id}", watch_id, story_id, tuple(reports[-_needed(rule) :]) or (report,), latest)


def is_reached(held: Held, rule: AtLeast) -> bool:
    """Return whether *held* has enough articles or outlets for an alert."""
    return len({_counted_as(report, rule) for report in held.reports}) >= _needed(rule)


def _needed(rule: AtLeast) -> int:
    return rule.outlets or rule.articles or 1


def _counted_as(report: Report, rule: AtLeast) -> str:
    return report.outlet if rule.outlets else report.id

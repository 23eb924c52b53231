"""at_least: no alert for a story until enough articles, or outlets, have reported it within a given time."""

from consumers.alerts.raising.versions import report_of
from monitor.config import AtLeast
from monitor.config.durations import parse_duration
from monitor.messages import ArticleStories, Held, Report

MAX_REPORTS = 100
"""The most articles of a story that are held; no rule needs more."""


def add_report(held: Held | None, rule: AtLeast, watch_id: str, message: ArticleStories) -> Held:
    """Return the articles that may count toward *rule*, with *message* as the last.

    If the rule counts outlets, only the newest article of each outlet is kept. Articles that are further from the last than the
    rule's time are kept too, as long as there is room: if the time of the last is wrong, they count with the next one.
    """
    report, story_id = report_of(message), message.story.id
    others = held.reports if held else ()
    near = [each for each in others if _is_near(each, report, rule) and _counted_as(each, rule) != _counted_as(report, rule)]
    far = [each for each in others if not _is_near(each, report, rule)]
    reports = (*far, *near[-_needed(rule) :], report)
    return Held(f"{watch_id}:{story_id}", watch_id, story_id, reports[-min(2 * _needed(rule), MAX_REPORTS) :], report.fetched)


def counted_reports(held: Held, rule: AtLeast) -> tuple[Report, ...]:
    """Return the articles in *held* that count: those within the rule's time of the last, which is the last of them.

    Of each article, or outlet, only the newest counts. An older one is held if it was too far from that.
    """
    newest = {_counted_as(each, rule): each for each in held.reports if _is_near(each, held.reports[-1], rule)}
    return tuple(each for each in held.reports if newest.get(_counted_as(each, rule)) is each)


def is_reached(held: Held, rule: AtLeast) -> bool:
    """Return whether *held* has enough articles or outlets for an alert."""
    return len(counted_reports(held, rule)) >= _needed(rule)


def _is_near(report: Report, last: Report, rule: AtLeast) -> bool:
    return abs(last.fetched - report.fetched) < parse_duration(rule.within)


def _needed(rule: AtLeast) -> int:
    return rule.outlets or rule.articles or 1


def _counted_as(report: Report, rule: AtLeast) -> str:
    return report.outlet if rule.outlets else report.id

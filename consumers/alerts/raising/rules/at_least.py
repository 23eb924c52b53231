"""at_least: no alert for a story until so many articles, or outlets, have told it within a time."""

from consumers.alerts.raising.versions import report_of
from monitor.config import AtLeast
from monitor.config.durations import parse_duration
from monitor.messages import ArticleStories, Held, Report


def hold(held: Held | None, rule: AtLeast, watch: str, message: ArticleStories) -> Held:
    """What *held* is with *message*: the newest article of each outlet (or each article) within the time, the latest last."""
    report, story = report_of(message), message.story.id
    at = max(held.at, report.fetched) if held else report.fetched
    since = at - parse_duration(rule.within)
    others = [each for each in held.reports if _one(each, rule) != _one(report, rule)] if held else []
    reports = [each for each in (*others, report) if each.fetched > since]
    most = rule.outlets or rule.articles or 1
    return Held(f"{watch}:{story}", watch, story, tuple(reports[-most:]) or (report,), at)


def enough(held: Held, rule: AtLeast) -> bool:
    """Whether so many have come that it is worth an alert."""
    return len({_one(report, rule) for report in held.reports}) >= (rule.outlets or rule.articles or 1)


def _one(report: Report, rule: AtLeast) -> str:
    return report.outlet if rule.outlets else report.id

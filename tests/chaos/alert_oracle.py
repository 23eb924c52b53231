"""Which alerts must be raised. It shares no code with newsmonitor."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.log import Entries
from tests.chaos.oracle import Finding, article_key, opened_by, planned
from tests.chaos.plan import Plan, Version, Watch

COMPARED = ("version", "change", "title", "outlet_count", "article_count", "stances", "to", "outlets", "articles", "severity")
"""The fields of an alert version that are compared. *articles* are the ids and versions of its articles, oldest first."""


@dataclass
class ExpectedAlert:
    """The versions that the alert of *watch* for one story must have so far, and what decides the next one.

    *counted* is the number of articles when the newest came that made no version; None if all made one. *restated* are the ids
    and versions of the articles after which the story stands otherwise.

    *articles* are the ids and versions of its articles. *matched* are the ids of all articles since it was raised. *outlets*
    has the stances of each outlet, and *held* the latest article of each outlet before there are enough of them.
    """

    watch: Watch
    versions: list[dict[str, Any]] = field(default_factory=list)
    outlets: dict[str, set[str]] = field(default_factory=dict)
    corrections: set[tuple[str, int]] = field(default_factory=set)
    held: dict[str, tuple[str, int, Version]] = field(default_factory=dict)
    articles: list[tuple[str, int]] = field(default_factory=list)
    matched: set[str] = field(default_factory=set)
    counted: int | None = None
    restated: frozenset[tuple[str, int]] = frozenset()

    def add(self, article: Mapping[str, Any], version: Version) -> None:
        """Add an article of the story, and the alert version that it raises, if any."""
        report = article["id"], article["version"], version
        if not self.versions:
            self.held.pop(version.outlet, None)
            self.held[version.outlet] = report
            if len(self.held) >= self.watch.min_outlets:
                self.matched.update(ident for ident, _, _ in self.held.values())
                self._raise("new", list(self.held.values()))
            return
        self.matched.add(article["id"])
        if change := self._change(article, version):
            self._raise(change, [report])
        else:
            self.counted = len(self.matched)

    def _change(self, article: Mapping[str, Any], version: Version) -> str | None:
        ident = article["id"], article["version"]
        if version.is_correction and ident not in self.corrections:
            self.corrections.add(ident)
            return "correction"
        if version.stances - set().union(*self.outlets.values()):
            return "stance"
        if article.get("developments"):
            return "development"
        if ident in self.restated:
            return "standing"
        return "outlet" if version.outlet not in self.outlets else None

    def _raise(self, change: str, reports: Sequence[tuple[str, int, Version]]) -> None:
        for _, _, version in reports:
            self.outlets.setdefault(version.outlet, set()).update(version.stances or {"asserted"})
        self.articles += [(ident, number) for ident, number, _ in reports]
        self.versions.append(
            {
                "version": len(self.versions) + 1,
                "change": change,
                "title": self.versions[0]["title"] if self.versions else reports[0][2].title,
                "outlet_count": len(self.outlets),
                "article_count": len(self.matched),
                "stances": dict(Counter(stance for stances in self.outlets.values() for stance in stances)),
                "to": list(self.watch.targets),
                "outlets": sorted(self.outlets),
                "articles": list(self.articles),
                "severity": self.watch.severity,
            }
        )


def expected_alerts(plan: Plan, entries: Entries) -> dict[tuple[str, str], ExpectedAlert]:
    """Return the alerts by watch and story id that the articles in article.stories.v1 must raise, in their order there."""
    alerts: dict[tuple[str, str], ExpectedAlert] = {}
    ids: dict[str, str] = {}
    restated = restatements(entries)
    for entry in entries.streams["article.stories.v1"]:
        article = {**entry.value["article"], "developments": entry.value.get("developments")}
        version = planned(plan, article_key(article))
        if version is None:
            continue
        story_id = ids.setdefault(version.story, opened_by(article, entry.value["story"]))
        for watch in plan.watches:
            if version.story in watch.stories and not version.backfill:
                key = watch.id, story_id
                alerts.setdefault(key, ExpectedAlert(watch, restated=restated.get(key, frozenset()))).add(article, version)
    return alerts


def restatements(entries: Entries) -> dict[tuple[str, str], frozenset[tuple[str, int]]]:
    """Return the ids and versions of the articles after which each alert stands otherwise, by its own origins.

    The plan does not say how a story stands. That a version has this change is checked against the version before.
    """
    found: dict[tuple[str, str], set[tuple[str, int]]] = {}
    previous: dict[tuple[str, str], Mapping[str, Any]] = {}
    for entry in entries.streams["alert.v1"]:
        alert = entry.value
        key = alert.get("watch"), alert.get("story")
        if alert.get("change") == "standing" and _stands_otherwise(previous.get(key, alert), alert):
            newest = alert["articles"][-1]
            found.setdefault(key, set()).add((newest["id"], newest["version"]))
        previous[key] = alert
    return {key: frozenset(articles) for key, articles in found.items()}


def _stands_otherwise(before: Mapping[str, Any], alert: Mapping[str, Any]) -> bool:
    counts = before.get("origin_count") or 0, alert.get("origin_count") or 0
    return before.get("standing") != alert.get("standing") or counts[0] < 2 <= counts[1]


def alert_findings(plan: Plan, entries: Entries) -> Iterator[Finding]:
    """Yield the differences between the alerts that must be raised and those in alert.v1."""
    expected, seen = expected_alerts(plan, entries), Counter[tuple[str, str]]()
    identities: dict[tuple[str, str], tuple[str, str]] = {}
    for entry in entries.streams["alert.v1"]:
        alert = entry.value
        key = alert["watch"], alert["story"]
        if key not in expected:
            yield Finding("alert", f"{key} has an alert: {alert['title']!r}")
            continue
        versions, index = expected[key].versions, seen[key]
        seen[key] += 1
        articles = [(each["id"], each["version"]) for each in alert["articles"]]
        actual = {**alert, "outlets": sorted(alert["outlets"]), "articles": articles}
        identity = alert["id"], alert["raised"]
        if identities.setdefault(key, identity) != identity:
            yield Finding("alert", f"{key} has the id and time {identity} after {identities[key]}")
        wanted = versions[index] if index < len(versions) else dict.fromkeys(COMPARED)
        for name in COMPARED:
            if actual[name] != wanted[name]:
                yield Finding("alert", f"{key}, version {index + 1}, has {name} {actual[name]!r} instead of {wanted[name]!r}")
    if len({ident for ident, _ in identities.values()}) < len(identities):
        yield Finding("alert", f"two alerts have the same id: {sorted(identities.values())}")
    counts = {(each.value["watch"], each.value["story"]): each.value["article_count"] for each in entries.streams["counted.v1"]}
    for key, alert in expected.items():
        if (count := counts.get(key)) != alert.counted:
            yield Finding("alert", f"{key} has counted {count} articles instead of {alert.counted}", may_pass=True)
        if seen[key] < len(alert.versions):
            text = f"{key} has {seen[key]} of {len(alert.versions)} versions"
            yield Finding("alert", text, may_pass=True)

"""What must be seen of articles and stories, by the plan of a trial and by what the feed server served.

It shares no code with newsmonitor.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.chaos.log import Entries, Entry
from tests.chaos.plan import FULL_TEXT_FEED, OTHER_WRITER, PEOPLE, Plan, Version

Key = tuple[str, int]
"""An item, and the number of its version."""
STAGES: Sequence[tuple[str, tuple[str, ...]]] = (
    ("article.entities.v1", ("article", "language", "entities", "claims")),
    ("article.topics.v1", ("article", "language", "entities", "claims", "topics")),
    ("article.stories.v1", ("article", "language", "entities", "claims", "topics", "story")),
)
"""The streams that each article passes, and what it has there."""
RAW = ("article.raw.v1", "article.backfill.v1")
SOME = 5
"""Articles of which at least one must have the text of its page, however often the poller is killed."""
MANY = 30
"""Articles of which at least half must have a topic. Nine in ten have one."""
AHEAD = timedelta(hours=1)
"""How far ahead of the clock an article's time may be, if its story is to have the id of the article."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference between what must be seen and what is seen.

    If it *may_pass*, it says that something is missing, which may still come.
    """

    kind: str
    text: str
    may_pass: bool = False


def article_key(article: Mapping[str, Any]) -> Key:
    """Return the item and the version of an article. Its link ends in the item."""
    return str(article["url"]).rpartition("/")[2], article["version"]


def planned(plan: Plan, key: Key) -> Version | None:
    """Return the planned version with *key*; None if there is none.

    An article whose page arrives late gets a second version, with the text of the page.
    """
    item, number = key
    first = plan.by_key.get((item, 1))
    return first if first and first.feed == FULL_TEXT_FEED and number == 2 else plan.by_key.get(key)


def publication_findings(plan: Plan, served: Collection[Key], entries: Entries) -> Iterator[Finding]:
    """Yield the differences between what was *served* and what the poller has published."""
    seen: set[Key] = set()
    for stream in RAW:
        for entry in entries.streams[stream]:
            yield from _raw_findings(plan, served, stream, entry, seen)
            seen.add(article_key(entry.value["article"]))
    yield from (Finding("lost", f"{key} was served and not published", may_pass=True) for key in served if key not in seen)
    yield from _page_findings(plan, [entry for stream in RAW for entry in entries.streams[stream]])


def stage_findings(plan: Plan, entries: Entries) -> Iterator[Finding]:
    """Yield the differences between what the poller has published and what the services have made of it."""
    published = (entry for stream in RAW for entry in entries.streams[stream])
    previous = {article_key(entry.value["article"]): entry.value for entry in published}
    source, gone = RAW[0], set[Key]()
    for stream, names in STAGES:
        seen: dict[Key, Any] = {}
        gone |= entries.lost[source]
        for entry in entries.streams[stream]:
            yield from _copy_findings(stream, names, entry, previous, seen, gone)
            seen.setdefault(article_key(entry.value["article"]), entry.value)
        lost = previous.keys() - seen.keys() - gone
        yield from (Finding("lost", f"{key} is not in {stream}", may_pass=True) for key in lost)
        previous, source = seen, stream
    yield from _entity_findings(plan, entries.streams["article.entities.v1"])
    yield from _topic_findings(entries.streams["article.topics.v1"])
    yield from _story_findings(plan, entries)


def dead_letter_findings(entries: Entries) -> Iterator[Finding]:
    """Yield the differences between the dead letters and the records that no service can read."""
    places = [tuple(entry.headers[name] for name in ("stream", "partition", "offset")) for entry in entries.streams["dead.v1"]]
    expected = [(stream, str(partition), str(offset)) for stream, partition, offset in entries.poisoned]
    for place, count in Counter(places).items():
        if place not in expected or count > 1:
            yield Finding("dead letter", f"{place} has {count} dead letters")
    for place in expected:
        if place not in places:
            yield Finding("dead letter", f"{place} has no dead letter", may_pass=True)


def position_findings(entries: Entries) -> Iterator[Finding]:
    """Yield a finding for each group that has not read its streams to the end."""
    for (group, stream), lag in entries.lags.items():
        # A service that has never been needed has no position: that of backfill, if none was published.
        if lag or (lag is None and entries.streams[stream]):
            yield Finding("position", f"{group} has not read {lag or 'any'} of {stream}", may_pass=True)


def _order_findings(stream: str, key: Key, seen: Collection[Key], lost: Collection[Key] = ()) -> Iterator[Finding]:
    """Yield a finding if *key* is in *stream* again, or before the version before it, unless that is *lost*."""
    item, number = key
    if key in seen:
        yield Finding("twice", f"{key} is in {stream} twice")
    elif number > 1 and (item, number - 1) not in seen and (item, number - 1) not in lost:
        yield Finding("order", f"{key} is in {stream} before version {number - 1}, or without it")


def _raw_findings(plan: Plan, served: Collection[Key], stream: str, entry: Entry, seen: Collection[Key]) -> Iterator[Finding]:
    """Yield the differences between a published article and its plan."""
    article = entry.value["article"]
    key, version = article_key(article), planned(plan, article_key(article))
    yield from _order_findings(stream, key, seen)
    if version is None or (version.item, version.number) not in served:
        yield Finding("invented", f"{key} was not served")
        return
    text = article["text"]
    may_have_page = version.feed == FULL_TEXT_FEED and version.page
    has_page = may_have_page and all(part in text for part in (version.text, *version.page))
    if article["title"] != version.title or (text != version.text and not has_page):
        yield Finding("text", f"{key} has the title {article['title']!r} and the text {text!r}")
    if article["outlet"] != version.outlet:
        yield Finding("outlet", f"{key} has the outlet {article['outlet']!r} instead of {version.outlet!r}")
    if (article.get("backfill"), stream) != (version.backfill, RAW[version.backfill]):
        yield Finding("backfill", f"{key} is in {stream}, with backfill = {article.get('backfill')}")


def _copy_findings(
    stream: str, names: Sequence[str], entry: Entry, previous: Mapping[Key, Any], seen: Collection[Key], lost: Collection[Key]
) -> Iterator[Finding]:
    """Yield the differences between an article and what it was in the stream before, of which some are *lost*."""
    key = article_key(entry.value["article"])
    yield from _order_findings(stream, key, seen, lost)
    if key not in previous:
        yield Finding("invented", f"{key} is in {stream}, and not in the stream before it")
        return
    for name in names:
        before = previous[key].get(name)
        if name == "article" and before["outlet"] == OTHER_WRITER:
            # A service passes over what only a later version knows.
            before = {**before, "flags": []}
            before.pop("mood", None)
        if name not in entry.value or (name in previous[key] and entry.value[name] != before):
            yield Finding("text", f"{key} in {stream} has another {name}: {entry.value.get(name)!r}")


def _entity_findings(plan: Plan, entries: Sequence[Entry]) -> Iterator[Finding]:
    """Yield the articles in another language, without the planned person, or with other stances than the planned ones."""
    for entry in entries:
        key = article_key(entry.value["article"])
        if version := planned(plan, key):
            if (language := entry.value["language"]["code"]) != "en":
                yield Finding("language", f"{key} has the language {language}")
            found = {entity["id"] for entity in entry.value["entities"]}
            if PEOPLE[version.person] not in found:
                yield Finding("entities", f"{key} names {version.person}, and the entities are {found}")
            stances = {claim["stance"] for claim in entry.value["claims"]}
            if stances != version.stances:
                yield Finding("stances", f"{key} has the stances {stances} instead of {set(version.stances)}")


def _page_findings(plan: Plan, entries: Sequence[Entry]) -> Iterator[Finding]:
    """Yield a finding if no article has the text of its page. A poller that is killed loses pages, but not all of them."""
    versions = [(planned(plan, article_key(entry.value["article"])), entry.value["article"]["text"]) for entry in entries]
    with_page = [(version, text) for version, text in versions if version and version.feed == FULL_TEXT_FEED and version.page]
    # The pages of backfill are not read.
    with_page = [(version, text) for version, text in with_page if not version.backfill]
    if len(with_page) >= SOME and not any(all(part in text for part in version.page) for version, text in with_page):
        yield Finding("text", f"none of {len(with_page)} articles has the text of its page", may_pass=True)


def _topic_findings(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Yield a finding if few articles have a topic. Which ones they have is no question of faults."""
    count = sum(bool(entry.value["topics"]) for entry in entries)
    if len(entries) >= MANY and count < len(entries) / 2:
        yield Finding("topics", f"only {count} of {len(entries)} articles have a topic")


def opened_by(article: Mapping[str, Any], story: Mapping[str, Any]) -> str:
    """Return the id that *story* must have if *article* is its first one.

    That is the article's, followed by a time if a version before it was lost, or if the clock has been set back by more than
    AHEAD since it was fetched.
    """
    opened = re.fullmatch(rf"{re.escape(article['id'])}\.(\d{{20}})", story["id"])
    has_time = opened and (article["version"] > 1 or _is_ahead(article, opened[1]))
    return str(story["id"] if has_time else article["id"])


def _is_ahead(article: Mapping[str, Any], opened: str) -> bool:
    time = datetime.strptime(opened, "%Y%m%d%H%M%S%f").replace(tzinfo=UTC)
    return datetime.fromisoformat(article["fetched"]) - time > AHEAD


def _story_findings(plan: Plan, entries: Entries) -> Iterator[Finding]:
    """Yield the articles that are in another story than planned, and the stories with other counts than planned.

    The counts are those of the newest record of each story.
    """
    ids: dict[str, str] = {}
    items: dict[str, dict[str, str]] = {}
    for entry in entries.streams["article.stories.v1"]:
        article, story = entry.value["article"], entry.value["story"]
        if version := planned(plan, article_key(article)):
            is_first = version.story not in ids
            expected = ids.setdefault(version.story, opened_by(article, story))
            items.setdefault(expected, {})[version.item] = version.outlet
            if (story["id"], story["first"]) != (expected, is_first):
                text = (
                    f"{article_key(article)} of {version.story} is in the story {story}, expected {expected}, first={is_first}"
                )
                yield Finding("story", text)
    newest = {entry.key: entry.value for entry in entries.streams["story.v1"]}
    for ident, outlets in items.items():
        story = newest.get(ident, {"count": 0, "outlet_count": 0})
        if (story["count"], story["outlet_count"]) != (len(outlets), len(set(outlets.values()))):
            yield Finding("story", f"the story {ident} counts other articles than {outlets}: {story}", may_pass=True)
    for ident in newest.keys() - items.keys():
        yield Finding("story", f"the story {ident} has no article of the plan", may_pass=True)

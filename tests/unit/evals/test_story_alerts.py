"""The evaluation of alerts on stories: each match is told, counted or lost."""

import gzip
import json
from datetime import timedelta
from pathlib import Path

from evals.story_alerts import AlertLog, MatchOutcome, raise_alerts, report, watches_of
from monitor.config import Config, Watch
from monitor.messages import ArticleTopics
from tests.make import START, article_stories, entity
from tests.unit.evals.command import evaluate

KIM = Config(watches=(Watch("train", any=("Kim",)),))


def topics(ident: str, *names: str) -> ArticleTopics:
    """An article that names persons; it is about the first."""
    message = article_stories(id=ident, entities=tuple(map(entity, names)))
    return ArticleTopics(message.article, message.stamps, message.language, message.entities, (), ())


def test_the_watch_of_a_story_is_on_the_entity_that_most_of_its_articles_name() -> None:
    messages = [topics("1", "Kim", "Putin"), topics("2", "Putin", "Xi"), topics("3", "Ana Ruiz"), topics("4")]
    watches = watches_of(messages, {"1": "train", "2": "train", "3": "dam", "4": "storm"})
    assert [(each.id, each.query) for each in watches] == [("dam", 'person:"Ana Ruiz"'), ("train", 'person:"Putin"')]


def test_articles_that_bring_nothing_new_are_counted() -> None:
    log = raise_alerts([article_stories("Kim", id=str(number)) for number in range(3)], KIM)
    assert [each.outcome for each in log.matches] == ["told", "counted", "counted"]
    assert (list(log.counts.values()), log.miscounted) == ([3], 0)


def test_an_article_that_makes_no_record_is_lost() -> None:
    # Backfill is matched, but raises nothing.
    messages = [article_stories("Kim", id="1"), article_stories("Kim", id="2", backfill=True)]
    log = raise_alerts(messages, KIM)
    assert [each.outcome for each in log.matches] == ["told", "lost"]
    assert log.miscounted == 1


def test_the_shares_are_of_the_matches() -> None:
    told, lost = MatchOutcome("train", "1", "train:s1", "told"), MatchOutcome("train", "2", "train:s2", "lost")
    stray = MatchOutcome("dam", "1", "dam:s1", "counted")
    counts = {("train:s1", START): 1, ("dam:s1", START): 1, ("dam:s1", START + timedelta(1)): 1}
    own, every = report(AlertLog([told, lost, stray], counts), {"1": "train", "2": "train", "3": "dam"})
    assert (own["alerts per story"], own["versions per story"]) == (2.0, 1.0)
    assert (own["told"], own["counted"], own["lost"]) == (0.5, 0.0, 0.5)
    assert own["matched"] == 2 / 3
    assert (every["matches"], every["alerts"], every["miscounted"]) == (3, 3, 2)
    assert (every["told"], every["counted"], every["lost"]) == (1 / 3, 1 / 3, 1 / 3)


def test_the_command_prints_the_shares(tmp_path: Path) -> None:
    part = tmp_path / "cluster_wikinews" / "dev"
    part.mkdir(parents=True)
    text = "Maria Lopez, the mayor, opened the bridge in Lisbon on Friday."
    rows = [
        {"story": "bridge", "title": "Maria Lopez opens a bridge", "text": text, "url": url, "date_in_url": "2014-04-25"}
        for url in ("https://www.example.org/1", "https://example.org/2", "https://example.net/3")
    ]
    (part / "a.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    lines = evaluate(tmp_path, "--only", "alerts_wikinews", "--json").stdout.splitlines()
    own, every = map(json.loads, lines)
    assert (own["set"], own["articles"], own["stories"], own["matched"]) == ("alerts_wikinews", 3, 1, 1.0)
    assert (own["alerts per story"], own["versions per story"]) == (1.0, 2.0)
    assert (every["matches"], every["lost"], every["miscounted"]) == (3, 0.0, 0)
    assert every["counted"] > 0

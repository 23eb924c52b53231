"""The mutants: what each breaks, the edits that break it, and the kinds of finding that show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.chaos.faults.table import RESTARTS

Edit = tuple[str, str, str]
"""A file, a text that it has once, and what to put in its place."""
STORIES, ALERTS, DELIVERY = (f"consumers/{name}/service.py" for name in ("stories", "alerts", "delivery"))
LINKING, CUES = "consumers/entities/linking.py", "monitor/text/languages/english/attribution.py"
TOPICS, WEBHOOK = "consumers/topics/service.py", "consumers/delivery/channels/webhook.py"
VERSIONS, LIFECYCLE = (f"consumers/alerts/raising/{name}.py" for name in ("versions", "lifecycle"))
TABLES, FENCE, PRODUCER = "monitor/bus/sqlite/tables.py", "monitor/bus/kafka/fence.py", "monitor/bus/kafka/producer.py"
CHANGES, BUILD, POLLER = "monitor/feeds/articles/changes.py", "monitor/feeds/articles/build.py", "monitor/feeds/service.py"


@dataclass(frozen=True, slots=True)
class Mutant:
    """A fault in the program: its *edits*, and the *kinds* of finding of which one shows it.

    It shows on the bus *bus*, with the setting *model* of entities.model, in the test that the option *only* chooses, when
    *faults* are made.
    """

    name: str
    kinds: frozenset[str]
    edits: Sequence[Edit]
    bus: str = "sqlite"
    model: str = "table"
    only: str = "services"
    faults: Sequence[str] = RESTARTS


def mutant(name: str, kinds: str, *edits: Edit, **where: Any) -> Mutant:
    """Return a mutant that one of *kinds*, separated by commas, shows. *where* are the last four fields of Mutant."""
    return Mutant(name, frozenset(kinds.split(", ")), edits, **where)


MUTANTS: Sequence[Mutant] = (
    mutant(
        "stories forget their state at a restart",
        "story",
        (STORIES, "restores=(Story, PlacedArticle)", "restores=()"),
    ),
    mutant(
        "all articles are in one story after a restart",
        "story",
        (
            "consumers/stories/assign.py",
            "previous = state.find(article, now, window)",
            (
                "restored = assign.__dict__.setdefault(id(state), next(iter(state.by_id), ''))\n"
                "    previous = state.by_id.get(restored) or state.find(article, now, window)"
            ),
        ),
    ),
    mutant(
        "the article of a story is not counted",
        "story",
        ("consumers/stories/assign.py", "count=story.count + 1", "count=story.count"),
    ),
    mutant("alerts never match", "alert", (LIFECYCLE, "    if message.article.backfill:\n", "    if message.article:\n")),
    mutant(
        "alerts forget open alerts at a restart",
        "alert",
        (ALERTS, "restores=(Held, Alert, Counted, Volume)", "restores=(Held, Counted, Volume)"),
    ),
    mutant(
        "alerts forget held articles at a restart",
        "alert",
        (ALERTS, "restores=(Held, Alert, Counted, Volume)", "restores=(Alert, Counted, Volume)"),
    ),
    mutant(
        "a new stance raises no version",
        "alert",
        (VERSIONS, 'return "stance"', "return None"),
    ),
    mutant(
        "an alert counts articles as outlets", "alert", (VERSIONS, "outlet_count=len(stances)", "outlet_count=len(reports)")
    ),
    mutant(
        "the id of an alert differs with its version",
        "alert",
        (VERSIONS, 'id=f"{watch.id}:{message.story.id}"', 'id=f"{watch.id}:{message.story.id}:{article.version}"'),
    ),
    mutant(
        "an alert lists only its last article", "alert", (VERSIONS, "articles=reports if len(", "articles=reports[-1:] if len(")
    ),
    mutant("the entities are empty", "entities", (LINKING, "in ordered[:MAX_ENTITIES]", "in ordered[:0]")),
    mutant("the stances are lost", "stances", (CUES, "    verbs=VERBS,", "    verbs={},")),
    mutant("the topics are empty", "topics", (TOPICS, "if classifier else ()", "if classifier and not article else ()")),
    mutant(
        "dead letters are dropped",
        "dead letter",
        (
            "monitor/runtime/processing.py",
            "return Result(record, [to_dead_letter(record, facts)], text, reason)",
            "return Result(record, [], text, reason)",
        ),
    ),
    mutant(
        "the text is lost on the way",
        "text",
        (
            TOPICS,
            "        yield extend(message, ArticleTopics, topics=topics)",
            (
                "        from dataclasses import replace\n\n"
                "        yield extend(replace(message, article=replace(article, text='x')), ArticleTopics, topics=topics)"
            ),
        ),
    ),
    mutant(
        "the records of a commit are in reverse order",
        "order, alert, story",
        (TABLES, "enumerate(records)", "enumerate(reversed(records))"),
    ),
    mutant(
        "a commit publishes and does not advance", "twice, position, alert", (TABLES, "    if done:\n", "    if not out:\n")
    ),
    mutant(
        "a commit advances and does not publish",
        "lost",
        (
            TABLES,
            "    for record in out:\n",
            "    for record in (each for each in out if each.stream != 'article.topics.v1'):\n",
        ),
    ),
    mutant(
        "fencing is not checked",
        "twice, alert, story, order",
        (TABLES, "WHERE epoch = ? AND member = ?)", "WHERE ? AND member = ?)"),
        (TABLES, "== (epoch,)", "is not None"),
    ),
    mutant(
        "a restart misses the newest record",
        "twice, story, alert, delivery, lost, order, text",
        (
            "monitor/bus/sqlite/bus.py",
            "            for record in page:\n                yield record\n",
            "            for record in page[:-1]:\n                yield record\n",
        ),
    ),
    mutant(
        "the poller forgets its feeds at a restart",
        "twice, backfill",
        (POLLER, "restores=(Feed, Websub)", "restores=(Websub,)"),
    ),
    mutant(
        "later versions are dropped", "lost", (CHANGES, "        if version:\n", "        if version and old_state is None:\n")
    ),
    mutant("backfill counts as news", "backfill", (CHANGES, "backfill=backfill)", "backfill=False)")),
    mutant(
        "pages are never read",
        "text",
        ("monitor/feeds/fulltext/pending.py", "MAX_PAGES) if each.url}", "MAX_PAGES) if not each}"),
    ),
    mutant("the outlet is the host", "outlet", (BUILD, "outlet=config.name or host", "outlet=host")),
    mutant(
        "a feed whose parser dies counts as gone",
        "lost, stuck, invented, order",
        ("monitor/feeds/poll.py", 'return FetchError("parse_memory",', 'return FetchError("http_410",'),
    ),
    mutant(
        "an article whose recogniser dies is lost",
        "dead letter",
        (
            "consumers/entities/batcher.py",
            "                _set(request, await self._analyse_alone(model, request, error, has_failed=len(batch) == 1))",
            "                request.outcome.set_exception(error)",
        ),
        model="auto",
    ),
    mutant(
        "delivery says sent and never sends",
        "delivery",
        (
            WEBHOOK,
            "        now, timeout = self.clock(), self.config.delivery.timeout\n",
            "        now, timeout = self.clock(), 1.0\n        if now:\n            return Result(204)\n",
        ),
    ),
    mutant(
        "delivery says sent before it sends",
        "delivery",
        (
            WEBHOOK,
            "        now, timeout = self.clock(), self.config.delivery.timeout\n",
            (
                "        import asyncio\n\n"
                "        now, timeout = self.clock(), self.config.delivery.timeout\n"
                "        if (task := asyncio.current_task()) and task.get_name() != 'later':\n"
                "            asyncio.create_task(self.send(batch), name='later')\n"
                "            return Result(204)\n"
            ),
        ),
    ),
    mutant(
        "delivery sends each message twice",
        "delivery",
        (
            "consumers/delivery/sending/dispatcher.py",
            "            result = await self._channels[target.kind].make(target, config, self._session).send(alerts)\n",
            (
                "            channel = self._channels[target.kind].make(target, config, self._session)\n"
                "            await channel.send(alerts)\n"
                "            result = await channel.send(alerts)\n"
            ),
        ),
    ),
    mutant(
        "delivery sends to all targets",
        "delivery",
        (
            "consumers/delivery/queue/enqueue.py",
            "in dict.fromkeys(alert.to):",
            'in dict.fromkeys((*alert.to, "steady", "faulty")):',
        ),
    ),
    mutant("delivery takes each answer for a success", "delivery", (WEBHOOK, "if 200 <= response.status < 300:", "if True:")),
    mutant("delivery forgets pending deliveries at a restart", "delivery", (DELIVERY, "restores=(Delivery,)", "restores=()")),
    mutant(
        "the webhook id differs at each attempt",
        "webhook id",
        (WEBHOOK, "signed_headers(message_id(batch), body", "signed_headers(f'{message_id(batch)}{now.timestamp()}', body"),
    ),
    mutant(
        "the signature is of another body",
        "signature",
        (WEBHOOK, "sign(message_id, now, body.decode())", "sign(message_id, now, body.decode() + ' ')"),
    ),
    mutant(
        "the webhook has another version of the alert",
        "delivery, webhook id, delivery order",
        (WEBHOOK, "(ALERT, codec.to_dict(batch[0]))", '(ALERT, {**codec.to_dict(batch[0]), "version": 1})'),
    ),
    mutant(
        "delivery forgets marks and disabled targets at a restart",
        "barred",
        (DELIVERY, "follows=(TargetState, Mark)", "follows=()"),
        only="deliveries",
    ),
    mutant(
        "delivery sends versions that a target does not ask for",
        "wish",
        ("consumers/delivery/queue/enqueue.py", "if not asks_for(asked_for, alert):", "if not asked_for:"),
        only="deliveries",
    ),
    mutant(
        "delivery withholds what took the place of a version that was not accepted",
        "delivery",
        (
            "consumers/delivery/sending/dispatcher.py",
            "and record.wanted and queue.has_accepted(target_id, record.body, record.wanted):",
            "and record.wanted:",
        ),
        only="deliveries",
    ),
    mutant(
        "a message that is repeated gets a new id",
        "webhook id",
        (
            "consumers/delivery/batches.py",
            "batch[0].message or message_id(alerts)",
            "f'{message_id(alerts)}{batch[0].attempt}'",
        ),
        only="deliveries",
    ),
    mutant(
        "nobody is told that a target fails",
        "notice",
        (
            "consumers/delivery/targets/notices.py",
            "return has_failed or (not is_told and",
            "return has_failed and (not is_told and",
        ),
        only="deliveries",
    ),
    mutant(
        "Kafka: a former owner is not fenced",
        "twice, alert, story, order, dead letter",
        (FENCE, "{owner}-{suffix}", "{owner}-{suffix}-{id(self)}-{__import__('os').getpid()}"),
        bus="kafka",
    ),
    mutant(
        "Kafka: a commit publishes and does not advance",
        "twice, position, alert, dead letter",
        (PRODUCER, "sent: list[Awaitable[Any]] =", "positions, sent = () if records else positions,"),
        bus="kafka",
    ),
    mutant(
        "Kafka: a commit advances and does not publish",
        "lost, alert",
        (PRODUCER, "self._encoded(out)", "self._encoded(() if positions else out)"),
        bus="kafka",
    ),
)

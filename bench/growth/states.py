"""The cost of a step, a tick and a restored record by the size of the state of a service."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

from bench.growth.measure import Case, timed
from bench.harness import as_record, outputs
from bench.stories import World
from consumers.alerts import service as alerts
from consumers.delivery import service as delivery
from consumers.delivery.queue.delivery_queue import DeliveryQueue, Result, after_attempt
from consumers.delivery.queue.enqueue import enqueue
from consumers.delivery.sending.dispatcher import Dispatcher
from consumers.stories import service as stories
from monitor.config import Config, Target, Watch
from monitor.feeds import service as poller
from monitor.feeds.feed_state import initial_state
from monitor.feeds.schedule.due_queue import DueQueue
from monitor.http.host_limits import HostLimits
from monitor.messages import Alert, Delivery, Story
from monitor.messages.codec import decode
from monitor.runtime.service import Service
from tests.make import START, alert, article_stories

Operation = Callable[[], object]
SIZES = (1_000, 10_000, 100_000)
"""Open alerts, pending deliveries, feeds."""
STORIES, PLACED = (1_000, 3_000, 9_000), 20
"""Open stories, and the articles that are placed among them."""
WATCH = Watch("ferry", any=("ferry",))
TARGET = Target("desk", webhook="https://example.org/")
CONFIG = Config(watches=(WATCH,), targets=(TARGET,))


@contextmanager
def cases() -> Iterator[list[Case]]:
    """Yield the cases."""
    yield [
        timed("alerts: a new story, by open alerts", SIZES, _raising),
        timed("alerts: a tick, by open alerts", SIZES, _alerts_tick),
        timed("alerts: restore", SIZES, _alerts_restore),
        timed("delivery: an alert, by pending", SIZES, _enqueue),
        timed("delivery: a tick, by pending", SIZES, _delivery_tick),
        timed("delivery: restore", SIZES, _delivery_restore),
        timed(f"stories: {PLACED} articles, by open stories", STORIES, _placing),
        timed("stories: restore", STORIES, _stories_restore),
        timed("poller: restore", SIZES, _poller_restore),
        timed("poller: next due feed, by feeds", SIZES, _due),
    ]


def _open_alerts(count: int) -> list[Alert]:
    """Return the first versions of *count* alerts, each in a story of its own."""
    later = [START + timedelta(seconds=number / count) for number in range(count)]
    return [
        alert(id=f"ferry:s{number}", story=f"s{number}", watch="ferry", title="A ferry", raised=at, updated=at)
        for number, at in enumerate(later)
    ]


def _alerts_with(count: int) -> tuple[Service[Any, Any], Any]:
    service = alerts.make(lambda: CONFIG)
    state = service.fresh(lambda _: True)
    for each in _open_alerts(count):
        service.apply(state, each)
    return service, state


def _raising(count: int) -> Operation:
    service, state = _alerts_with(count)
    message = article_stories("A ferry", "The ferry line reopens.", story="new")

    def raise_alert() -> None:
        for output in outputs(service, state, message):
            service.apply(state, output)

    return raise_alert


def _alerts_tick(count: int) -> Operation:
    service, state = _alerts_with(count)
    return lambda: list(service.tick(state, START) if service.tick else ())


def _alerts_restore(count: int) -> Operation:
    return _restoring(alerts.make(lambda: CONFIG), _open_alerts(count))


def _restoring(service: Service[Any, Any], messages: list[Any]) -> Operation:
    records = [as_record(each.stamped(START)) for each in messages]
    kind = type(messages[0])

    def restore() -> None:
        state = service.fresh(lambda _: True)
        for record in records:
            service.apply(state, decode(kind, record))

    return restore


def _queue(count: int) -> DeliveryQueue:
    """Return a queue of *count* alerts, each after one failed attempt and due again in an hour."""
    queue = DeliveryQueue()
    for record in _delivery_records(count):
        queue.apply(record)
    return queue


def _delivery_records(count: int) -> list[Delivery]:
    records: list[Delivery] = []
    for each in _open_alerts(count):
        for record in enqueue(DeliveryQueue(), replace(each, to=("desk",)), {"desk": TARGET}, limit=count):
            records += [record, after_attempt(record, Result(503, "HTTP 503"), (3600.0,), 0.5, START)]
    return records


def _enqueue(count: int) -> Operation:
    queue = _queue(count)
    new = alert(id="ferry:new", story="new", watch="ferry", to=("desk",))
    return lambda: list(enqueue(queue, new, {"desk": TARGET}, limit=2 * count))


def _delivery_tick(count: int) -> Operation:
    dispatcher, queue = Dispatcher(lambda: CONFIG, drain_seconds=0), _queue(count)
    list(dispatcher.tick(queue, START))
    return lambda: list(dispatcher.tick(queue, START))


def _delivery_restore(count: int) -> Operation:
    return _restoring(delivery.make(lambda: CONFIG), _delivery_records(count))


@lru_cache(maxsize=1)
def _stories(count: int) -> tuple[World, list[Story]]:
    """Return *count* stories of as many events, and the world in which these happen."""
    world = World()
    return world, [world.story(event) for event in range(count)]


def _placing(count: int) -> Operation:
    """Return the placement of articles, of which every second one is about an event that has a story."""
    service = stories.make(lambda: CONFIG)
    state, (world, opened) = service.fresh(lambda _: True), _stories(count)
    for story in opened:
        service.apply(state, story)
    messages = [world.message(f"p{event}", event) for event in range(count - PLACED // 2, count + PLACED // 2)]
    return lambda: [outputs(service, state, message) for message in messages]


def _stories_restore(count: int) -> Operation:
    _, opened = _stories(count)
    return _restoring(stories.make(lambda: CONFIG), opened)


def _poller_restore(count: int) -> Operation:
    states = [initial_state(f"h{number}.example/rss", f"https://h{number}.example/rss", 300, START) for number in range(count)]
    return _restoring(poller.make(lambda: CONFIG), states)


def _due(count: int) -> Operation:
    queue, hosts, limits = DueQueue(), HostLimits(lambda: 0.5), CONFIG.fetch
    for number in range(count):
        queue.add(START + timedelta(seconds=number), f"h{number}.example/rss", f"h{number}.example")

    def pop_and_add() -> None:
        if feed_id := queue.pop(START + timedelta(days=30), hosts, limits):
            queue.add(START + timedelta(days=29), feed_id, feed_id.partition("/")[0])

    return pop_and_add

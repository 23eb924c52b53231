"""The polls in flight, of all partitions together. Nothing is stored: after a crash the feeds are polled again."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from monitor.config import Config, FeedConfig, FetchConfig
from monitor.feeds.feed_state import current_url, is_new
from monitor.feeds.fetching.fetch import FetchError, Response
from monitor.feeds.partition_state import PartitionState
from monitor.feeds.poll import PollClient, PollResult
from monitor.feeds.urls import raw_host
from monitor.http.host_limits import HostLimits
from monitor.messages import Feed
from monitor.runtime.service import OwnsKey
from monitor.runtime.tracing.spans import article_subject, remember, request_span

UNTAKEN_SECONDS = 2.0
"""Seconds without a tick of their partition after which finished polls make room for others. Their feeds are polled again."""
MAX_PUSHES = 32
"""Pushes that are read at the same time."""


@dataclass(frozen=True, slots=True)
class PollTask:
    """A poll of one feed: the partition that started it, the host it requests, and the feed's state at the start.

    With *is_push* nothing is requested: what a hub has sent is read.
    """

    owner: PartitionState
    host: str
    previous: Feed
    task: asyncio.Task[PollResult | FetchError]
    is_push: bool = False


class InFlightPolls:
    """The polls in flight by feed id, at most one for each feed. The state of a feed does not change during its poll."""

    def __init__(self, client: PollClient, hosts: HostLimits) -> None:
        self._client, self._hosts = client, hosts
        self._polls: dict[str, PollTask] = {}

    def has_room(self, limit: int) -> bool:
        """Return True if there are fewer than *limit* polls, after results that nothing takes are dropped if necessary."""
        if len(self._polls) >= limit:
            self._drop_untaken()
        return len(self._polls) < limit

    def room_for_pushes(self, limit: int) -> int:
        """Return how many more pushes may be read: of *limit* polls at most half are pushes, so that polls have room too."""
        limit = min(MAX_PUSHES, max(1, limit // 2))
        if self._push_count() >= limit:
            self._drop_untaken()
        return max(0, limit - self._push_count())

    def has_room_for_new(self, limit: int) -> bool:
        """Return True if fewer than *limit* of the polls are of feeds that have never been polled successfully."""
        return sum(is_new(poll.previous) for poll in self._polls.values()) < limit

    def start(self, state: PartitionState, feed_id: str, feed_config: FeedConfig, config: Config, now: datetime) -> None:
        """Start a poll in the background, and cancel the one that an earlier owner of the feed started."""
        previous = state.current(feed_id, feed_config, now)
        url = current_url(feed_config.url, previous)
        host = raw_host(url)
        host_request = self._hosts.start_request(host, config.fetch, now)

        poll = partial(self._client.poll, url, feed_config, previous, config.fetch, host_request)
        task = asyncio.create_task(_traced("poll", previous.id, host, poll))
        # Its request ends with a task that was cancelled before it began, too.
        task.add_done_callback(lambda _: host_request.end())
        self._start(PollTask(state, host, previous, task))

    def start_push(
        self,
        state: PartitionState,
        response: Response,
        feed_config: FeedConfig,
        previous: Feed,
        limits: FetchConfig,
    ) -> None:
        """Start to read what a hub has sent for a feed that is not polled at present."""
        host, push = raw_host(response.url), partial(self._client.read_push, response, feed_config, previous, limits)
        task = asyncio.create_task(_traced("push", previous.id, host, push))
        self._start(PollTask(state, host, previous, task, is_push=True))

    def _start(self, poll: PollTask) -> None:
        state, feed_id = poll.owner, poll.previous.id
        if replaced := self._polls.pop(feed_id, None):
            replaced.task.cancel()

        def finish(_: object) -> None:
            (state.finished_first if is_new(poll.previous) else state.finished).append(feed_id)

        poll.task.add_done_callback(finish)
        self._polls[feed_id] = poll

    def is_polling(self, state: PartitionState, feed_id: str) -> bool:
        """Return True if a poll of the feed for *state* is in flight, or finished and not taken yet."""
        poll = self._polls.get(feed_id)
        return poll is not None and poll.owner is state

    def take_finished(self, state: PartitionState) -> Iterator[tuple[str, PollTask | None]]:
        """Remove and yield the finished polls of *state* by feed id, those of new feeds last.

        Yield None instead of a poll that was dropped.
        """
        while finished := state.finished or state.finished_first:
            feed_id = finished.popleft()
            poll = self._polls.get(feed_id)
            if poll and (poll.owner is not state or not poll.task.done()):
                continue
            self._polls.pop(feed_id, None)
            yield feed_id, poll

    def _push_count(self) -> int:
        return sum(poll.is_push for poll in self._polls.values())

    def _drop_untaken(self) -> None:
        ticked_before = asyncio.get_running_loop().time() - UNTAKEN_SECONDS
        for feed_id, poll in list(self._polls.items()):
            if poll.task.done() and poll.owner.last_tick_seconds < ticked_before:
                del self._polls[feed_id]

    def keep(self, owns: OwnsKey) -> None:
        """Cancel the polls of all feeds but those that this process *owns*."""
        for feed_id in [feed_id for feed_id in self._polls if not owns(feed_id)]:
            self._polls.pop(feed_id).task.cancel()

    async def cancel(self) -> None:
        """Cancel all polls. Their feeds are polled again after the next start."""
        tasks = [poll.task for poll in self._polls.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._polls.clear()


async def _traced(
    name: str, feed_id: str, host: str, poll: Callable[[], Awaitable[PollResult | FetchError]]
) -> PollResult | FetchError:
    """Return the result of *poll*, in a span. Its articles are published later, in the trace that begins here."""
    with request_span(name, {"server.address": host, "newsmonitor.feed": feed_id}) as span:
        result = await poll()
        if isinstance(result, FetchError):
            # Its text may quote the feed, and with it secrets of its URL.
            span.fail(result.reason, "")
        elif result.changes:
            remember((article_subject(each.id) for each in result.changes.articles), span)
    return result

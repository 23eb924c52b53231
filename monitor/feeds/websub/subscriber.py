"""The subscriber of WebSub: which hubs the poller asks for what, and what they have sent.

The states of the subscriptions are published on websub.v1. A hub is asked only once the state that says so is committed, so the
answer always finds it, also after a crash.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import structlog

from monitor.clock import Clock
from monitor.config import Config, FeedConfig, FetchConfig
from monitor.feeds.fetching.fetch import FetchError
from monitor.feeds.partition_state import PartitionState
from monitor.feeds.poll import PollResult
from monitor.feeds.urls import raw_host
from monitor.feeds.websub import lifecycle
from monitor.feeds.websub.callbacks import Callbacks
from monitor.feeds.websub.keys import CallbackKey, RandomBytes, UnusableKey, read_key
from monitor.feeds.websub.links import Advertised, find_hubs
from monitor.feeds.websub.listener import Listener
from monitor.feeds.websub.pushes import Pushes
from monitor.feeds.websub.request import request_form, send
from monitor.http.host_limits import HostLimits, HostRequest
from monitor.messages import Websub
from monitor.runtime.service import OwnsKey

AGAIN = timedelta(seconds=1)
"""Time after which it is checked again which subscriptions are due, if some were."""
NONCE_BYTES = 16
NOT_CONFIGURED = "the feed is no longer in the config"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Request:
    """A request that is sent once the state *asked* of *owner* is committed. It has its place among those of its host."""

    owner: PartitionState
    asked: Websub
    place: HostRequest


class Subscriber:
    """Subscribes the feeds of all partitions that this process owns, if [websub] has a callback.

    *pushes* gets what hubs push. *owns_all* returns whether this process owns all feeds. *_requests* are those that wait for
    their commit, by feed.
    """

    def __init__(
        self,
        config: Callable[[], Config],
        hosts: HostLimits,
        chance: Callable[[], float],
        clock: Clock,
        pushes: Pushes,
        owns_all: Callable[[], bool],
        random: RandomBytes = os.urandom,
    ) -> None:
        self._config, self._hosts, self._chance, self._clock, self._random = config, hosts, chance, clock, random
        self._pushes, self._owns_all = pushes, owns_all
        self.callbacks: Callbacks | None = None
        self._callback, self._address = "", ""
        self._listener: Listener | None = None
        self._http: aiohttp.ClientSession | None = None
        self._unusable: str | None = None
        self._requests: dict[str, _Request] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def lifespan(self, http: aiohttp.ClientSession) -> AsyncIterator[None]:
        """Read the key and listen for hubs, if the config has a callback. Requests are sent with *http*.

        What hubs have answered is kept from the last time, if the key is the same.
        """
        config = self._config()
        self._callback, self._unusable = config.websub.callback or "", None
        self._listener, self._address = None, ""
        key = await self._read_key(config) if self._callback else None
        if key is None:
            self.callbacks = None
        else:
            self._http, self._address = http, key.address(self._callback)
            if self.callbacks is None or self.callbacks.key != key:
                self.callbacks = Callbacks(key, lambda: self._config().websub.lease, self._clock, self._pushes, self._owns_all)
            self._listener = Listener(self.callbacks, self._config)
            self._start(self._listener.run(config.websub.listen))
        try:
            yield
        finally:
            tasks, self._tasks = self._tasks, set()
            for feed_id in list(self._requests):
                self._drop_request(feed_id)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def is_listening(self) -> bool:
        """Whether hubs can reach this process."""
        return self._listener is not None and self._listener.trouble is None

    def trouble(self) -> str | None:
        """Return why hubs cannot be used; None if they can, or are not wanted."""
        return self._unusable or (self._listener.trouble if self._listener else None)

    def after_poll(
        self, state: PartitionState, feed_id: str, result: PollResult, feed_config: FeedConfig, now: datetime
    ) -> None:
        """Record that a poll read a changed document: which hubs it names, and whether it has articles that were not pushed."""
        if self.callbacks is None or result.changes is None:
            return
        found = _hubs_of(result, feed_config, self._config().fetch)
        is_missed = any(article.version == 1 and not article.backfill for article in result.changes.articles)
        known = state.websubs.get(feed_id)
        changed = lifecycle.after_poll(known, feed_id, found, self._address, lambda: self._random(NONCE_BYTES).hex(), now)
        if changed and changed is not known:
            state.websub_changes.append((feed_id, lambda *_: changed))
        elif known and is_missed and lifecycle.is_live(known, now):
            state.websub_changes.append((feed_id, lambda each, at, _: each and lifecycle.after_miss(each, at)))

    def after_push(self, state: PartitionState, feed_id: str) -> None:
        """Record that the hub has sent the feed, and that it could be read."""
        state.websub_changes.append((feed_id, lambda each, at, _: each and lifecycle.after_push(each, at)))

    def keep(self, owns: OwnsKey) -> None:
        """Forget all that concerns other feeds than those that this process *owns*."""
        for feed_id in [feed_id for feed_id in self._requests if not owns(feed_id)]:
            self._drop_request(feed_id)
        if self.callbacks:
            self.callbacks.keep(owns)

    def is_pushed(self, state: PartitionState, feed_id: str) -> bool:
        """Return whether the feed is pushed to this process, so that what is not polled comes here."""
        known = state.websubs.get(feed_id)
        return known is not None and known.address == self._address and lifecycle.is_wanted(known)

    def is_working(self, state: PartitionState, feed_id: str, now: datetime) -> bool:
        """Return whether the feed may be polled less often, because its hub pushes it."""
        known = state.websubs.get(feed_id)
        if known is None or not self.is_listening or not self.is_pushed(state, feed_id):
            return False
        # What the former owner of the partition accepts is lost with it: it is found by one more poll.
        is_ours = not state.may_be_pushed_elsewhere(asyncio.get_running_loop().time())
        return is_ours and lifecycle.is_working(known, now)

    def tick(self, state: PartitionState, configured: Collection[str], now: datetime) -> Iterator[Websub]:
        """Yield the subscriptions of the partition that change, and send the requests whose states are committed.

        The feeds that are not *configured* are no longer subscribed to.
        """
        callbacks = self.callbacks
        if callbacks is None:
            yield from self._end_all(state, now)
            return
        callbacks.settle(state)
        callbacks.register(state, asyncio.get_running_loop().time())
        self._send_committed(state, now)
        current, answers = self._changed(state, callbacks, now)
        if self.is_listening and state.websub_due and state.websub_due <= now:
            due, state.websub_due = [], None
            for known in state.websubs.values():
                if known.next and known.next <= now:
                    due.append(current.get(known.id, known))
                elif known.next and (state.websub_due is None or known.next < state.websub_due):
                    state.websub_due = known.next
            for each in due:
                # It is due again if it is not published, or if its hub has no room.
                state.websub_due = min(state.websub_due or now + AGAIN, now + AGAIN)
                current[each.id] = self._advance(state, each, configured, now)
        state.answered = {feed_id: (current[feed_id], count) for feed_id, count in answers.items()}
        yield from (each for feed_id, each in current.items() if each is not state.websubs.get(feed_id))

    def examine(self, state: PartitionState, configured: Collection[str], now: datetime) -> None:
        """Record which subscriptions of the partition have times after *now*, or are of feeds that are not *configured*."""
        for feed_id, known in state.websubs.items():
            if lifecycle.as_of(known, now) is not known:
                state.websub_changes.append((feed_id, lambda each, at, _: each and lifecycle.as_of(each, at)))
            if feed_id not in configured and lifecycle.is_wanted(known):
                state.websub_changes.append((feed_id, lambda each, at, _: each and lifecycle.end(each, NOT_CONFIGURED, at)))

    def _changed(self, state: PartitionState, callbacks: Callbacks, now: datetime) -> tuple[dict[str, Websub], dict[str, int]]:
        """Return the subscriptions that polls, pushes and hubs have changed, and the numbers of hubs' answers in them."""
        current: dict[str, Websub] = {}
        counts: dict[str, int] = {}
        changes, state.websub_changes = state.websub_changes, []
        for feed_id, change in changes:
            if changed := change(current.get(feed_id) or state.websubs.get(feed_id), now, self._chance()):
                current[feed_id] = changed
        for feed_id, answers in callbacks.changes(state):
            known = current.get(feed_id) or state.websubs[feed_id]
            for nonce, answer in answers:
                known = answer(known, now, self._chance()) if known.nonce == nonce else known
            current[feed_id], counts[feed_id] = known, len(answers)
        return current, counts

    def _advance(self, state: PartitionState, known: Websub, configured: Collection[str], now: datetime) -> Websub:
        """Return *known*, which is due, and plan the request if there is one. A hub without room is asked later."""
        known = lifecycle.expire(known, now)
        if known.id not in configured:
            known = lifecycle.end(known, NOT_CONFIGURED, now)
        if known.next is None or known.next > now:
            return known
        limits, host = self._config().fetch, raw_host(known.hub)
        if self._hosts.earliest_start(host, limits, now) > now:
            return known
        changed = lifecycle.ask(known, now, self._chance())
        if changed.asked == now:
            self._drop_request(changed.id)
            place = self._hosts.start_request(raw_host(changed.hub), limits, now)
            self._requests[changed.id] = _Request(state, changed, place)
        return changed

    def _send_committed(self, state: PartitionState, now: datetime) -> None:
        for feed_id, request in list(self._requests.items()):
            if request.owner is state and state.websubs.get(feed_id) == request.asked:
                del self._requests[feed_id]
                # Its place is free after a task that was cancelled before it began, too.
                self._start(self._send(request, now), request.place.end)
            elif state.owns(feed_id):
                self._drop_request(feed_id)

    def _drop_request(self, feed_id: str) -> None:
        if request := self._requests.pop(feed_id, None):
            request.place.end()

    async def _send(self, request: _Request, now: datetime) -> None:
        asked, callbacks, config = request.asked, self.callbacks, self._config()
        if callbacks is None or self._http is None:
            return
        form = request_form(asked, self._callback, config.websub.lease, callbacks.key)
        try:
            await send(self._http, asked.hub, form, config.fetch, now)
            callbacks.counts["asked"] += 1
        except FetchError as error:
            text, wait = callbacks.scrub(asked, str(error)), error.retry_after
            self._hosts.record_failure(raw_host(asked.hub), error.reason, wait, config.fetch, self._clock())
            log.warning("hub does not accept the request", feed=asked.id, hub=asked.hub, error=text)
            callbacks.counts["refused"] += 1
            callbacks.change(asked, lambda each, at, chance: lifecycle.after_failure(each, text, at, chance, wait))

    def _end_all(self, state: PartitionState, now: datetime) -> Iterator[Websub]:
        """Yield the subscriptions that end because there is no callback any more. Nothing is asked: no hub could verify it."""
        if state.websubs_changed and not self._callback:
            state.websubs_changed.clear()
            for known in state.websubs.values():
                if known.state != "ended":
                    yield lifecycle.ended(known, now, "websub.callback is not set; the feed is polled")

    async def _read_key(self, config: Config) -> CallbackKey | None:
        try:
            return await asyncio.to_thread(read_key, config.folder / config.websub.key_file, self._random)
        except UnusableKey as error:
            self._unusable = str(error)
            log.error("hubs are not used", problem=self._unusable)
            return None

    def _start(self, work: Coroutine[Any, Any, None], end: Callable[[], None] = lambda: None) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: end())


def _hubs_of(result: PollResult, feed_config: FeedConfig, limits: FetchConfig) -> Advertised | None:
    """Return the hubs that a polled document names. A private feed is not told to hubs."""
    response, changes = result.response, result.changes
    if changes is None or feed_config.private:
        return None
    parsed = changes.parsed
    return find_hubs(response.links, parsed.hubs, parsed.own_url, response.url, downgrade=limits.allow_downgrade)

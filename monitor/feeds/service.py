"""The poller as a service: it publishes new articles in one commit with the states of their feeds."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from monitor.config import Config
from monitor.config.problems import KeyProblem
from monitor.feeds import fulltext
from monitor.feeds.configured import shown_url
from monitor.feeds.urls import feed_id
from monitor.http.address_policy import ForbiddenUrl, cut_password_problem, literal_address_problem, web_url
from monitor.messages import ArticleRaw, Feed, Websub
from monitor.runtime.service import Service, pass_through

if TYPE_CHECKING:
    from monitor.feeds.partition_state import PartitionState

TICK_SECONDS = 0.02
"""Seconds between two ticks. Half of this adds to the latency of every alert."""

reads = Feed


def make(config: Callable[[], Config]) -> "Service[Feed, PartitionState]":
    """Return the service. It reads its own stream, feed.v1, only to own the partitions of its feeds."""
    from monitor.feeds.partition_state import PartitionState
    from monitor.feeds.poller import Poller

    poller = Poller(config)
    return Service(
        "poller",
        Feed,
        pass_through,
        PartitionState,
        apply=PartitionState.apply,
        restores=(Feed, Websub),
        tick=poller.tick,
        every=TICK_SECONDS,
        droppable=(ArticleRaw,),
        lifespan=poller.lifespan,
        assigned=poller.keep,
        trouble=lambda _: poller.trouble(),
        measures=poller.measures,
    )


def check(config: Config) -> list[str | KeyProblem]:
    """Return the errors in the feeds and in [fetch] that the schema does not detect."""
    return list(_problems(config))


def _problems(config: Config) -> Iterator[str | KeyProblem]:
    limits = config.fetch
    if limits.floor > limits.slowest:
        yield f"fetch.floor: {limits.floor:g} is above fetch.slowest, {limits.slowest:g}; lower it, or raise the other"
    if problem := _callback_problem(config.websub.callback):
        yield KeyProblem(f"websub.callback: {problem}", ("websub", "callback"))
    valid = []
    for index, feed in enumerate(config.feeds):
        try:
            web_url(feed.url, credentials=True)
            valid.append((index, feed))
        except ForbiddenUrl as error:
            yield KeyProblem(f"feed number {index + 1}: {error}; correct its url", ("feeds", index, "url"))
    if not fulltext.is_installed():
        for index, feed in valid:
            if feed.full_text:
                text = f"feed {shown_url(feed)!r}: full_text is set, and {fulltext.MISSING_PACKAGE}"
                yield KeyProblem(text, ("feeds", index, "full_text"))
    ids = Counter(feed_id(feed.url) for _, feed in valid)
    for index, feed in valid:
        if ids[feed_id(feed.url)] > 1:
            text = f"feed {shown_url(feed)!r}: another feed has the same host, path and query; remove one"
            yield KeyProblem(text, ("feeds", index, "url"))


def _callback_problem(callback: str | None) -> str | None:
    """Return why hubs cannot call below the URL *callback*; None if they can, or there is none."""
    if callback is None:
        return None
    try:
        url = web_url(callback)
    except ForbiddenUrl as error:
        return f"{error}; write a URL such as https://news.example.org/websub"
    if url.raw_query_string or "#" in callback:
        return "a path is added to it, so it must end before ? and #; write a URL such as https://news.example.org/websub"
    return None


def _callback_hints(config: Config) -> Iterator[KeyProblem]:
    callback = config.websub.callback
    if callback and literal_address_problem(callback, config.fetch.allow_networks, ""):
        text = "websub.callback: no hub on the public internet reaches this address: write the one by which others reach you"
        yield KeyProblem(text, ("websub", "callback"))
    if callback and callback.startswith("http:"):
        text = "websub.callback: without https others can read its secret paths; let a proxy with a certificate answer there"
        yield KeyProblem(text, ("websub", "callback"))


def hints(config: Config) -> list[KeyProblem]:
    """Return a hint for each feed whose host is an address that is never contacted, or may be the name of a user.

    Return one too for a callback that hubs may not reach, or that others can read.
    """
    return [*_callback_hints(config), *_feed_hints(config)]


def _feed_hints(config: Config) -> list[KeyProblem]:
    networks = config.fetch.allow_networks
    return [
        KeyProblem(f"feed number {index + 1}: {message}", ("feeds", index, "url"))
        for index, feed in enumerate(config.feeds)
        for message in (literal_address_problem(feed.url, networks, "fetch.allow_networks"), cut_password_problem(feed.url))
        if message
    ]

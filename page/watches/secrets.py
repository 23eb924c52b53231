"""Secrets in the words of a watch, which may name a feed by its URL: hidden when they are shown, and put back when sent."""

from collections.abc import Callable, Iterator, Mapping

from monitor.cli.watches import without_secrets
from monitor.config import Config, Watch
from monitor.feeds.configured import shown_url
from page.watches.form import OTHER_LISTS, TEXT_LISTS
from page.watches.per_config import PerConfig

Hide = Callable[[str], str]
"""Returns a text without the secrets in it."""


def _hidden_urls(config: Config) -> Mapping[str, str]:
    """Return the URLs of feeds that are shown in part, by what is shown."""
    return {shown: feed.url for feed in config.feeds if (shown := shown_url(feed)) != feed.url}


def _hider(config: Config) -> Hide:
    private = {feed.url: shown_url(feed) for feed in config.feeds if feed.private}
    return lambda text: str(without_secrets(text, private))


hidden_urls = PerConfig(_hidden_urls)
hider = PerConfig(_hider)
"""Returns the function that hides the secrets of a config in a text."""


def revealer(config: Config, watch: Watch | None) -> Callable[[str], str]:
    """Return the function that puts back what was hidden in a text of *watch*, or in the URL of a feed of *config*."""
    hide = hider(config)
    known = {hide(text): text for text in (_texts(watch) if watch else ())}

    def reveal(text: str) -> str:
        if text in known:
            return known[text]
        for shown, url in hidden_urls(config).items():
            text = text.replace(shown, url)
        return text

    return reveal


def _texts(watch: Watch) -> Iterator[str]:
    yield watch.query
    for key in (*TEXT_LISTS, *OTHER_LISTS):
        yield from getattr(watch, key)

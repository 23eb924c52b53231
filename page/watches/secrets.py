"""Secrets in the words of a watch, which may name a feed by its URL: hidden when they are shown, and put back when sent."""

from collections.abc import Callable, Iterator

from monitor.cli.watches import without_secrets
from monitor.config import Config, Watch
from monitor.feeds.configured import shown_url
from page.watches.form import OTHER_LISTS, TEXT_LISTS


def hider(config: Config) -> Callable[[str], str]:
    """Return the function that hides the secrets of *config* in a text."""
    private = {feed.url: shown_url(feed) for feed in config.feeds if feed.private}
    return lambda text: str(without_secrets(text, private))


def revealer(config: Config, watch: Watch | None) -> Callable[[str], str]:
    """Return the function that puts back what was hidden in a text of *watch*, or in the URL of a feed of *config*."""
    hide = hider(config)
    known = {hide(text): text for text in (_texts(watch) if watch else ())}
    urls = {shown: feed.url for feed in config.feeds if (shown := shown_url(feed)) != feed.url}

    def reveal(text: str) -> str:
        if text in known:
            return known[text]
        for shown, url in urls.items():
            text = text.replace(shown, url)
        return text

    return reveal


def _texts(watch: Watch) -> Iterator[str]:
    yield watch.query
    for key in (*TEXT_LISTS, *OTHER_LISTS):
        yield from getattr(watch, key)

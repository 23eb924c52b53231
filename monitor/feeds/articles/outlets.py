"""Which outlet an article is from, by where its link leads. Pure functions."""

import urllib.parse

from monitor.feeds import urls

MAX_REDIRECTS = 4
"""The most links within links that are followed."""
_TARGET_PARAMETERS = frozenset({"url", "u", "target", "dest", "destination", "goto", "to", "link", "redirect", "redirect_url"})
"""Parameters by which aggregators name the page that their link redirects to."""
_SEARCH_PATH = "/url"
"""The path of the redirects of search engines, whose parameter may be q."""
_FEED_HOSTS = frozenset({"feedburner.com", "feedproxy.google.com", "feedblitz.com", "feedpress.me", "rss.app"})
"""Hosts that serve the feeds of others, so that the address of such a feed does not show the outlet."""


def outlet_of(link: str, source_url: str, feed_url: str) -> str:
    """Return the host of the outlet of an article with *link*, in the feed at *feed_url*, "" if it has neither.

    Many links of aggregators only redirect to an outlet. If such a link names its target in a parameter, that is the
    outlet. Otherwise it is that of *source_url*, the address of the publication that the item is from, unless this says
    nothing new: it is on the site of the link or of the feed, or on a host that serves the feeds of others. Otherwise it
    is the host of *link*; where the target is not told, it is not guessed.
    """
    target = _redirect_target(link)
    host, feed_host = urls.host(target or feed_url), urls.host(feed_url)
    source_host = urls.host(urls.web_link(source_url, "") or "")
    if target != link or not source_host or _is_same_site(source_host, host) or source_host == feed_host:
        return host
    return host if any(_is_within(source_host, each) for each in _FEED_HOSTS) else source_host


def _redirect_target(link: str) -> str:
    """Return the link that *link* redirects to by one of its parameters, *link* itself if there is none."""
    for _ in range(MAX_REDIRECTS):
        target = _parameter(link)
        if not target or urls.host(target) == urls.host(link):
            break
        link = target
    return link


def _parameter(link: str) -> str | None:
    parts = urllib.parse.urlsplit(link)
    for part in parts.query.split("&"):
        name, _, value = part.partition("=")
        if name.lower() in _TARGET_PARAMETERS or (name == "q" and parts.path == _SEARCH_PATH):
            target = urllib.parse.unquote_plus(value)
            if urls.is_web_url(target):
                return urls.web_link(target, "")
    return None


def _is_same_site(one: str, other: str) -> bool:
    """Return whether two hosts are the same, or one is below the other, or both are below the same name of a site."""
    return _is_within(one, other) or _is_within(other, one) or _site(one) == _site(other)


def _is_within(host: str, domain: str) -> bool:
    return host == domain or host.endswith("." + domain)


def _site(host: str) -> str:
    """Return the part of *host* that most likely belongs to one owner: three labels under a short one like co.uk, else two."""
    labels = host.split(".")
    is_shared = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3  # noqa: PLR2004  (the labels of co.uk)
    return ".".join(labels[-3 if is_shared else -2 :])

"""The forms of the page of feeds: find the feeds of a site, show a sample of one, add it, and import a list of feeds."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from monitor.config import Config, FeedConfig
from monitor.config.problems import InvalidConfig
from monitor.escape import printable
from monitor.feeds.configured import shown_url
from monitor.feeds.fetching.fetch import FetchError
from monitor.feeds.finding import opml
from monitor.feeds.finding.additions import add_feeds, known_urls, sort_outlines, url_error
from monitor.feeds.finding.discover import DiscoveredFeed, discover
from monitor.feeds.finding.preview import preview_url
from monitor.feeds.finding.probe import probe_client
from monitor.feeds.parsing.items import NotAFeed
from monitor.format import pluralize
from monitor.runtime.config_edit import CannotWrite
from page.bodies import read_form
from page.rendering import render
from page.routes.feeds import render_feeds
from page.site import SITE
from page.views.samples import Sample, make_sample

routes = web.RouteTableDef()
PROBES = web.AppKey("probes", asyncio.Semaphore)
"""Allows a few sites to be probed at once: each probe has a process of its own."""
MAX_PROBES = 2
PROBE_SECONDS = 60.0
MAX_URL, MAX_NAME = 5000, 200
MAX_ERRORS = 5
"""The most entries of a list that are named as refused."""


def make_probes() -> asyncio.Semaphore:
    """Return what limits the probes of one server."""
    return asyncio.Semaphore(MAX_PROBES)


@routes.post("/feeds/discover")
async def discover_feeds(request: web.Request) -> web.StreamResponse:
    """Show the feeds of the site at `url`; if there is one, or `url` is a feed itself, a sample of it."""
    site, form = request.app[SITE], await read_form(request)
    url = str(form.get("url", "")).strip()[:MAX_URL]
    config, probes = site.config(), request.app[PROBES]
    if not url:
        return render_feeds(request, status=400, problem="Enter the address of a feed or of a web site.", field="url")
    address = url if "://" in url else f"https://{url}"
    if error := url_error(address, known_urls(config.feeds)):
        return render_feeds(request, status=400, url=url, problem=f"{error}.", field="url")
    if probes.locked():
        problem = f"{MAX_PROBES} other sites are being searched; try again in a minute."
        return render_feeds(request, status=503, url=url, problem=problem, field="url")
    try:
        async with probes, asyncio.timeout(PROBE_SECONDS):
            found, sample = await _probe(address, config)
    except (FetchError, NotAFeed, TimeoutError) as error:
        text = str(error) or f"no answer within {PROBE_SECONDS:g} seconds"
        return render_feeds(request, status=400, url=url, problem=f"{url}: {text}.", field="url")
    if not found:
        problem = f"{url}: no feed found; the site's own pages may name one."
        return render_feeds(request, status=400, url=url, problem=problem, field="url")
    return _render_found(request, found, sample)


async def _probe(url: str, config: Config) -> tuple[list[DiscoveredFeed], Sample | None]:
    """Return the feeds at *url*, and a sample if there is one feed. Raises FetchError and NotAFeed."""
    async with probe_client(config.fetch) as client:
        found = await discover(client, url)
    if len(found) != 1:
        return found, None
    return found, make_sample(found[0].url, await preview_url(found[0].url, config, full_text=False))


@routes.post("/feeds")
async def add_feed(request: web.Request) -> web.StreamResponse:
    """Add the feed at `url` to the config, with its `name`, `title` and `folder` (its parts separated by slashes)."""
    site, form = request.app[SITE], await read_form(request)
    url = str(form.get("url", "")).strip()[:MAX_URL]
    name, title = (" ".join(str(form.get(key, ""))[:MAX_NAME].split()) for key in ("name", "title"))
    folder = tuple(part.strip() for part in str(form.get("folder", ""))[:MAX_NAME].split("/") if part.strip())
    entry = {"url": url, "title": title, "name": name, "folder": folder, "full_text": "full_text" in form}
    problem = url_error(url, known_urls(site.config().feeds))
    problem = problem or await _add(request, [entry])
    if problem:
        return render_feeds(request, status=400, url=url, problem=f"{problem}: nothing was added.", field="url")
    raise web.HTTPSeeOther("/feeds?added=1")


@routes.post("/feeds/import")
async def import_feeds(request: web.Request) -> web.StreamResponse:
    """Add the feeds of an OPML file that the config does not have."""
    try:
        file = (await read_form(request)).get("file")
    except web.HTTPRequestEntityTooLarge:
        return _refuse_import(request, 413, "The file is larger than 1 MiB; split it, or use `newsmonitor feeds import FILE`.")
    if not isinstance(file, web.FileField) or not file.filename:
        return _refuse_import(request, 400, "Choose an OPML file, which feed readers export.")
    known = known_urls(request.app[SITE].config().feeds)
    try:
        additions = sort_outlines(await asyncio.to_thread(lambda: opml.read(file.file.read())), known)
    except opml.NotOpml as error:
        return _refuse_import(request, 400, f"{printable(file.filename)}: {error}.")
    entries = [{"url": each.url, "title": each.title, "folder": each.folder} for each in additions.new]
    if entries and (problem := await _add(request, entries)):
        return _refuse_import(request, 400, f"{problem}: nothing was added.")
    if additions.errors or not entries:
        added = f"{pluralize(len(entries), 'feed')} added, {additions.present} in the config already"
        refused = "".join(f"; {each}" for each in additions.errors[:MAX_ERRORS])
        more = f"; and {len(additions.errors) - MAX_ERRORS} more" if len(additions.errors) > MAX_ERRORS else ""
        return _refuse_import(request, 400, f"{added}, {len(additions.errors)} refused{refused}{more}.")
    raise web.HTTPSeeOther(f"/feeds?added={len(entries)}")


async def _add(request: web.Request, entries: Sequence[Mapping[str, Any]]) -> str:
    """Add *entries* to the config. Return why it cannot be done; "" if it is."""
    try:
        await asyncio.to_thread(add_feeds, request.app[SITE].file, entries)
    except InvalidConfig as error:
        return "; ".join(map(str, error.problems[:MAX_ERRORS]))
    except (CannotWrite, OSError) as error:
        return str(error).removesuffix(": nothing was changed").removesuffix("; nothing was changed")
    return ""


def _refuse_import(request: web.Request, status: int, problem: str) -> web.Response:
    return render_feeds(request, status=status, problem=problem, field="file")


def _render_found(request: web.Request, found: list[DiscoveredFeed], sample: Sample | None) -> web.Response:
    rows = [(each, printable(shown_url(FeedConfig(each.url))), printable(each.title)) for each in found]
    return render(request, "feeds_found.html", found=rows, sample=sample)

"""A web server on this machine with the feeds of a recorded day. Each feed has the articles published so far."""

import html
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from email.utils import format_datetime

import orjson
from aiohttp import web

from monitor.clock import Clock
from monitor.demo.day import Day, Outlet, PublishedArticle, articles_in_feed


@asynccontextmanager
async def serve_outlets(day: Day, clock: Clock) -> AsyncIterator[str]:
    """Serve the feeds of *day* with their content at the time of *clock*. Yield the base URL of the feeds."""
    outlets = {outlet.id: outlet for outlet in day.outlets}

    async def handle(request: web.Request) -> web.Response:
        outlet = outlets.get(request.match_info["outlet"])
        if outlet is None:
            raise web.HTTPNotFound
        return _feed_response(day, outlet, clock, request)

    app = web.Application()
    app.router.add_get("/{outlet}", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


def _feed_response(day: Day, outlet: Outlet, clock: Clock, request: web.Request) -> web.Response:
    articles = articles_in_feed(day, outlet.id, clock())
    etag = f'"{len(articles)}-{articles[0].id if articles else ""}"'
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers={"ETag": etag})
    body, content_type = render_feed(outlet, articles, f"http://{request.host}")
    return web.Response(body=body, headers={"Content-Type": content_type, "ETag": etag})


def render_feed(outlet: Outlet, articles: Sequence[PublishedArticle], base: str) -> tuple[bytes, str]:
    """Return the outlet's feed and its Content-Type. The links of the articles start with *base*."""
    render, media_type = _FORMATS[outlet.format]
    return render(outlet, articles, base), f"{media_type}; charset=utf-8"


def _render_json(outlet: Outlet, articles: Sequence[PublishedArticle], base: str) -> bytes:
    items = [
        {
            "id": article.guid,
            "url": f"{base}/{outlet.id}/{article.guid}",
            "title": article.title,
            "content_text": article.text,
            "date_published": article.at.isoformat(),
        }
        for article in articles
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": outlet.name, "language": outlet.lang, "items": items}
    return orjson.dumps(feed)


def _render_rss(outlet: Outlet, articles: Sequence[PublishedArticle], base: str) -> bytes:
    items = "".join(
        f'<item><guid isPermaLink="false">{article.guid}</guid><link>{base}/{outlet.id}/{article.guid}</link>'
        f"<title>{html.escape(article.title)}</title><description>{html.escape(_paragraphs(article.text))}</description>"
        f"<pubDate>{format_datetime(article.at)}</pubDate></item>"
        for article in articles
    )
    head = f"<title>{html.escape(outlet.name)}</title><link>{base}/{outlet.id}</link><language>{outlet.lang}</language>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def _render_atom(outlet: Outlet, articles: Sequence[PublishedArticle], base: str) -> bytes:
    items = "".join(
        f'<entry><id>{article.guid}</id><link href="{base}/{outlet.id}/{article.guid}"/>'
        f"<title>{html.escape(article.title)}</title>"
        f'<content type="html">{html.escape(_paragraphs(article.text))}</content>'
        f"<published>{article.at.isoformat()}</published><updated>{article.at.isoformat()}</updated></entry>"
        for article in articles
    )
    head = f"<title>{html.escape(outlet.name)}</title><id>{base}/{outlet.id}</id>"
    return (
        f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.lang}">{head}{items}</feed>'.encode()
    )


def _render_rdf(outlet: Outlet, articles: Sequence[PublishedArticle], base: str) -> bytes:
    items = "".join(
        f'<item rdf:about="{article.guid}"><link>{base}/{outlet.id}/{article.guid}</link>'
        f"<title>{html.escape(article.title)}</title>"
        f"<description>{html.escape(_paragraphs(article.text))}</description><dc:date>{article.at.isoformat()}</dc:date></item>"
        for article in articles
    )
    namespaces = (
        'xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    head = f'<channel rdf:about="{base}/{outlet.id}"><title>{html.escape(outlet.name)}</title><link>{base}</link></channel>'
    return f'<?xml version="1.0"?><rdf:RDF {namespaces}>{head}{items}</rdf:RDF>'.encode()


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in text.split("\n\n"))


Render = Callable[[Outlet, Sequence[PublishedArticle], str], bytes]
_FORMATS: Mapping[str, tuple[Render, str]] = {
    "rss": (_render_rss, "application/rss+xml"),
    "atom": (_render_atom, "application/atom+xml"),
    "rdf": (_render_rdf, "application/rdf+xml"),
    "json": (_render_json, "application/feed+json"),
}

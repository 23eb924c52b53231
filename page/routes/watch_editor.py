"""The editor of a watch: its form, what the form means, what it would have raised, and saving it."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from aiohttp import web

from monitor.config import Watch
from monitor.config.problems import InvalidConfig
from monitor.runtime.config_edit import CannotWrite
from monitor.runtime.watch_edit import find_place
from page.bodies import read_form
from page.rendering import render
from page.routes.watches import GONE
from page.site import SITE, Site
from page.views.backtest import make_chart
from page.watches.backtest import DAYS, Cancelled, Tried, try_watch
from page.watches.draft import Draft, open_draft, read_draft
from page.watches.entry import Changed, preview, save_entry
from page.watches.explaining import Explained, explain_draft
from page.watches.live import wait_until_live
from page.watches.samples import count_articles, unseen_words
from page.watches.secrets import hider

routes = web.RouteTableDef()
MAX_QUERY = 5000
MAX_TARGETS = 20
"""The most targets that are offered with a box each, besides those that are chosen. Others are named."""


@routes.get("/editor")
async def new_watch(request: web.Request) -> web.Response:
    """Show an empty editor, or one with the query in `query`."""
    watch = Watch("", query=request.query.get("query", "").strip()[:MAX_QUERY])
    return await _show(request, open_draft(watch, request.app[SITE].config(), is_new=True))


@routes.get("/watches/{id}")
async def edit_watch(request: web.Request) -> web.Response:
    """Show the editor of a watch. `live` is how long it took until the watch that was just saved was in use."""
    config = request.app[SITE].config()
    saved = _find(request, request.match_info["id"])
    if saved is None:
        raise web.HTTPNotFound(text=GONE)
    return await _show(request, open_draft(saved, config, is_new=False), live=_live(request.query.get("live", "")))


@routes.post("/editor/check")
async def check(request: web.Request) -> web.Response:
    """Show what the words mean, or what is wrong with them."""
    return await _show(request, await _read(request), "check")


@routes.post("/editor/preview")
async def show_preview(request: web.Request) -> web.Response:
    """Show what will be written."""
    return await _show(request, await _read(request), "preview")


@routes.post("/editor/backtest")
async def run_backtest(request: web.Request) -> web.Response:
    """Show what the watch would have raised. Ends early if the browser has gone, as when it asks for newer words."""
    draft = await _read(request)
    try:
        tried = await try_draft(request, draft) if draft.is_good else None
    except Cancelled:
        return web.Response(status=503, text="Cancelled.\n")
    return await _show(request, draft, "backtest", tried=tried)


@routes.post("/editor/explain")
async def explain(request: web.Request) -> web.Response:
    """Show why the watch matches an article, or why not."""
    site, draft = request.app[SITE], await _read(request)
    explained = await asyncio.to_thread(explain_draft, site, draft) if draft.is_good else None
    return await _show(request, draft, "explain", explained=explained)


@routes.post("/editor")
@routes.post("/watches/{id}")
async def save(request: web.Request) -> web.Response:
    """Save the watch, and wait until it is in use."""
    draft = await _read(request)
    if draft.checked.problem:
        return await _show(request, draft, status=400, problems=(_say(draft),))
    site, id_ = request.app[SITE], str(draft.entry["id"])
    try:
        hash_ = await asyncio.to_thread(save_entry, site.file, id_, draft.entry, draft.hash, is_new=draft.saved is None)
    except Changed as error:
        remedy = "look at what will be written now, and save again"
        problem = f"Not saved: the config has changed since you opened this page. Your words are kept: {remedy}."
        return await _show(request, replace(draft, hash=error.hash), status=409, problems=(problem,))
    except InvalidConfig as error:
        return await _show(request, draft, status=400, problems=tuple(map(str, error.problems)))
    except (CannotWrite, OSError) as error:
        return await _show(request, draft, status=500, problems=(f"Not saved: {error}",))
    seconds = await wait_until_live(site, hash_)
    raise web.HTTPSeeOther(f"/watches/{quote(id_)}?live={'later' if seconds is None else f'{seconds:.1f}'}")


async def try_draft(request: web.Request, draft: Draft) -> Tried:
    """Return the result of a backtest of *draft*, which must be good. Raises Cancelled if the browser has gone."""
    site = request.app[SITE]
    config = site.config() if draft.saved else replace(site.config(), watches=())
    zone = ZoneInfo(config.page.zone)

    def is_wanted() -> bool:
        return request.transport is not None and not request.transport.is_closing()

    async with site.backtests:
        if not is_wanted() or draft.watch is None:
            raise Cancelled
        return await try_watch(site.bus, config, draft.watch, site.clock(), zone, is_wanted=is_wanted)


def _live(text: str) -> str | None:
    """Return *text* if it is what `save` says of how long it took; None if it is anything else."""
    return text if text == "later" or re.fullmatch(r"[0-9]\.[0-9]", text) else None


async def _read(request: web.Request) -> Draft:
    form = await read_form(request)
    sent = {key: [each for each in form.getall(key) if isinstance(each, str)] for key in form}
    config = request.app[SITE].config()
    id_ = request.match_info.get("id") or next(iter(sent.get("saved", ())), "")
    saved = _find(request, id_) if id_ else None
    if id_ and saved is None:
        raise web.HTTPNotFound(text=GONE)
    return read_draft(sent, config, saved, next(iter(sent.get("hash", ())), ""))


def _find(request: web.Request, id_: str) -> Watch | None:
    return next((each for each in request.app[SITE].config().watches if each.id == id_), None)


async def _show(
    request: web.Request,
    draft: Draft,
    shown: str = "",
    *,
    status: int = 200,
    problems: tuple[str, ...] = (),
    live: str | None = None,
    tried: Tried | None = None,
    explained: Explained | None = None,
) -> web.Response:
    """Return the page of the editor, or with the query `part` the part *shown* alone, which the script puts in place."""
    site = request.app[SITE]
    config, part = site.config(), shown if "part" in request.query else ""
    values: dict[str, Any] = {"draft": draft, "shown": shown, "tried": tried, "explained": explained}
    values |= {"days": DAYS, "hide": hider(config), "chart": make_chart(tried) if tried else None}
    values |= {"path": "/watches", "zone": ZoneInfo(config.page.zone)}
    if part in {"", "check"}:
        values |= await asyncio.to_thread(_remarks, site, draft)
    if part in {"", "preview"}:
        values |= await asyncio.to_thread(_preview, site, draft, is_wanted=bool(shown == "preview" or problems))
    if part:
        return render(request, f"watch_{part}.html", **values)
    values |= {"problems": problems, "live": live, "targets": config.targets, "most": MAX_TARGETS}
    return render(request, "watch.html", status=status, **values)


def _remarks(site: Site, draft: Draft) -> dict[str, Any]:
    """Return what the articles of the last days say of the words."""
    since = (site.clock() - timedelta(days=DAYS)).timestamp()
    count = count_articles(site.index, since) if draft.is_good else 0
    unseen = unseen_words(site.index, draft.node(site.config()), since) if count else []
    return {"article_count": count, "unseen": unseen}


def _preview(site: Site, draft: Draft, *, is_wanted: bool) -> Mapping[str, Any]:
    """Return where the watch stands, and if *is_wanted* how it changes."""
    try:
        place = find_place(site.file, draft.saved.id if draft.saved else "")
        return {"place": place, "lines": preview(site.file, place, draft.entry) if is_wanted else (), "trouble": ""}
    except (InvalidConfig, OSError) as error:
        return {"place": None, "lines": (), "trouble": str(error)}


def _say(draft: Draft) -> str:
    problem = draft.checked.problem
    if problem is None:
        return ""
    place = f"line {problem.line}, column {problem.column}" if problem.line else problem.key
    return f"{place}: {problem.text}" if place else problem.text

"""Remove and rename a watch: a page that says what becomes of its alerts, and the change itself. No script is needed."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Literal
from urllib.parse import quote

from aiohttp import web

from monitor.config.problems import InvalidConfig
from monitor.runtime.config_edit import CannotWrite
from monitor.runtime.watch_edit import REMOVED, RENAMED, NoSuchWatch, find_place
from page.bodies import read_form
from page.rendering import render
from page.routes.watches import GONE
from page.site import SITE
from page.views.attention import attention_of
from page.views.watches import list_waiting
from page.watches.entry import Changed, remove_saved, rename_saved
from page.watches.live import wait_until_live

routes = web.RouteTableDef()
Act = Literal["remove", "rename"]


@routes.get("/watches/{id}/remove")
async def ask_to_remove(request: web.Request) -> web.Response:
    """Ask whether the watch is to be removed."""
    return await _ask(request, "remove")


@routes.get("/watches/{id}/rename")
async def ask_for_name(request: web.Request) -> web.Response:
    """Ask for another name of the watch."""
    return await _ask(request, "rename")


@routes.post("/watches/{id}/remove")
async def remove(request: web.Request) -> web.StreamResponse:
    """Remove the watch, and wait until it is out of use."""
    site, id_, form = request.app[SITE], request.match_info["id"], await read_form(request)
    hash_ = str(form.get("hash", ""))
    goal = f"/watches?removed={quote(id_, safe='')}"
    return await _change(request, "remove", lambda: remove_saved(site.file, id_, hash_), goal)


@routes.post("/watches/{id}/rename")
async def rename(request: web.Request) -> web.StreamResponse:
    """Give the watch another name, and wait until that is in use."""
    site, id_, form = request.app[SITE], request.match_info["id"], await read_form(request)
    hash_, name = str(form.get("hash", "")), str(form.get("id", "")).strip()
    goal = f"/watches/{quote(name, safe='')}?live="
    return await _change(request, "rename", lambda: rename_saved(site.file, id_, name, hash_), goal, name)


async def _change(request: web.Request, act: Act, change: Callable[[], str], goal: str, name: str = "") -> web.StreamResponse:
    """Call *change*, and lead to *goal* once the new config is in use. If it fails, ask again."""
    try:
        hash_ = await asyncio.to_thread(change)
    except NoSuchWatch:
        raise web.HTTPNotFound(text=GONE) from None
    except Changed as error:
        problem = "The config has changed since you opened this page. Look at it now, and decide again."
        return await _ask(request, act, status=409, problem=problem, hash_=error.hash, name=name)
    except InvalidConfig as error:
        return await _ask(request, act, status=400, problem="; ".join(each.text for each in error.problems), name=name)
    except (CannotWrite, OSError) as error:
        return await _ask(request, act, status=500, problem=str(error), name=name)
    seconds = await wait_until_live(request.app[SITE], hash_)
    live = "" if act == "remove" else "later" if seconds is None else f"{seconds:.1f}"
    raise web.HTTPSeeOther(f"{goal}{live}")


async def _ask(
    request: web.Request, act: Act, *, status: int = 200, problem: str = "", hash_: str = "", name: str = ""
) -> web.Response:
    site, id_ = request.app[SITE], request.match_info["id"]
    config, records, now = site.config(), site.follower.records, site.clock()
    watch = next((each for each in config.watches if each.id == id_), None)
    if watch is None:
        raise web.HTTPNotFound(text=GONE)
    alerts = [alert for alert in records.alerts.values() if alert.watch == id_]
    try:
        place = await asyncio.to_thread(find_place, site.file, id_)
    except (InvalidConfig, OSError) as error:
        place, problem, status = None, f"It cannot be changed now: {error}", 500
    return render(
        request,
        "watch_change.html",
        status=status,
        path="/watches",
        act=act,
        watch=watch,
        name=name or id_,
        open_count=sum(attention_of(alert, records, now).show == "open" for alert in alerts),
        alert_count=len(alerts),
        waiting_count=len(list_waiting(records, now, timedelta(days=config.stories.days)).get(id_, ())),
        outcome=REMOVED if act == "remove" else RENAMED,
        place=place,
        hash=hash_ or config.hash,
        problem=problem,
    )

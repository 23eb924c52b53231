"""The form in which a reader enters the token."""

import asyncio

from aiohttp import web

from page.bodies import read_form
from page.rendering import render
from page.security.token import COOKIE, Tries, client_of, is_equal, session_of
from page.site import SITE

routes = web.RouteTableDef()
TRIES = web.AppKey("tries", Tries)


@routes.get("/login")
async def show_form(request: web.Request) -> web.Response:
    """Show the form."""
    return render(request, "login.html", problem="")


@routes.post("/login")
async def enter(request: web.Request) -> web.StreamResponse:
    """Take the token, and give the browser a cookie that stands for it."""
    site, tries = request.app[SITE], request.app[TRIES]
    # The steady clock: a step of the other one would lock readers out, or let them try without end.
    now, client = asyncio.get_running_loop().time(), client_of(request.remote)
    if wait := tries.wait(client, now):
        return render(request, "login.html", status=429, problem=f"Too many wrong tokens; try again in {wait:.0f} seconds.")
    form = await read_form(request)
    if site.token is None or not is_equal(str(form.get("token", "")), site.token):
        tries.add(client, now)
        return render(request, "login.html", status=403, problem="That is not the token of this page.")
    response = web.HTTPSeeOther("/")
    secure = request.scheme == "https"
    response.set_cookie(COOKIE, session_of(site.token), httponly=True, samesite="Strict", secure=secure, path="/")
    raise response

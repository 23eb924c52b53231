"""The page of settings: the keys, the theme, and the config with its secrets hidden."""

from aiohttp import web

from page.bodies import read_form
from page.rendering import THEMES, render
from page.site import SITE
from page.views.settings import list_settings

routes = web.RouteTableDef()
YEAR_SECONDS = 365 * 86400
CHOICES = {"theme": ("", *THEMES), "keys": ("", "off")}
"""The cookies that the page keeps, and their values."""


@routes.get("/settings")
async def show_settings(request: web.Request) -> web.Response:
    """Show the keys, the choices of the reader, and the config in use."""
    site = request.app[SITE]
    return render(request, "settings.html", settings=list_settings(site.config()), file=site.file)


@routes.post("/settings")
async def choose(request: web.Request) -> web.StreamResponse:
    """Keep the choices of the reader in cookies."""
    form, response = await read_form(request), web.HTTPSeeOther("/settings")
    for name, values in CHOICES.items():
        value = str(form.get(name, ""))
        if value in values:
            response.set_cookie(name, value, max_age=YEAR_SECONDS, samesite="Strict", path="/")
    raise response

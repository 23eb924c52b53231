"""The style and the script of the pages."""

from aiohttp import web

from page.templates import TYPES, static_files, static_hash

routes = web.RouteTableDef()
FOR_EVER = "public, max-age=31536000, immutable"


@routes.get("/static/{hash}/{name}")
async def serve_file(request: web.Request) -> web.Response:
    """Return a static file. Its URL has a hash of all of them, so it never changes."""
    file = static_files().get(request.match_info["name"])
    if file is None or request.match_info["hash"] != static_hash():
        raise web.HTTPNotFound
    kind = TYPES[f".{file.name.rpartition('.')[2]}"]
    response = web.Response(body=file.read_bytes(), content_type=kind, charset="utf-8", headers={"Cache-Control": FOR_EVER})
    response.enable_compression()
    return response

"""Remove and rename a watch of the config."""

import asyncio
from collections.abc import Callable
from typing import Any

from monitor.config.problems import InvalidConfig
from monitor.runtime.config_edit import CannotWrite
from monitor.runtime.watch_edit import NoSuchWatch
from page.api.endpoint import Arguments, Endpoint, Parameter, Refused
from page.site import Site
from page.watches.entry import Changed, remove_saved, rename_saved
from page.watches.live import wait_until_live

WATCH_ID = Parameter("id", "The id of a watch.", "path")
NOTHING = {"type": "object", "properties": {}, "additionalProperties": False}
NAME = {
    "type": "object",
    "properties": {"id": {"type": "string", "minLength": 1, "maxLength": 128, "description": "The new id."}},
    "required": ["id"],
    "additionalProperties": False,
}
CHANGED = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "description": "The id that the watch has, or had."},
        "live": {"type": "boolean", "description": "Whether the change is in use already; else it is in some seconds."},
    },
    "required": ["id", "live"],
}


async def remove_a_watch(site: Site, arguments: Arguments) -> Any:
    """Remove a watch from the config.

    Its alerts stay as they are and get no further version, and messages that wait for delivery are not sent.
    """
    id_ = arguments.one("id")
    return {"id": id_, "live": await _change(site, lambda hash_: remove_saved(site.file, id_, hash_))}


async def rename_a_watch(site: Site, arguments: Arguments) -> Any:
    """Give a watch of the config another id.

    Its alerts stay under the old one and get no further version, and messages that wait for delivery are not sent. A story that
    goes on is raised anew under the new one.
    """
    id_, new = arguments.one("id"), arguments.body["id"]
    return {"id": new, "live": await _change(site, lambda hash_: rename_saved(site.file, id_, new, hash_))}


async def _change(site: Site, change: Callable[[str], str]) -> bool:
    """Make a change of the config, and return whether it is in use. Raises Refused."""
    try:
        hash_ = await asyncio.to_thread(change, site.config().hash)
    except NoSuchWatch:
        raise Refused(404, "the config has no such watch") from None
    except Changed:
        raise Refused(503, "the config has just been changed by somebody else; try again") from None
    except InvalidConfig as error:
        raise Refused(400, "; ".join(each.text for each in error.problems)) from None
    except (CannotWrite, OSError) as error:
        raise Refused(503, str(error)) from None
    return await wait_until_live(site, hash_) is not None


ENDPOINTS = (
    Endpoint(
        "POST", "/watches/{id}/remove", "Remove a watch", CHANGED, remove_a_watch, (WATCH_ID,), body=NOTHING, problems=(404,)
    ),
    Endpoint(
        "POST", "/watches/{id}/rename", "Rename a watch", CHANGED, rename_a_watch, (WATCH_ID,), body=NAME, problems=(404,)
    ),
)

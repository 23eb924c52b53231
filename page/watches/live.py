"""Wait until an edit of the config is in use."""

import asyncio

from page.site import Site

LIVE_SECONDS = 5.0
"""How long to wait until a saved watch is in use. It takes two seconds at most."""
LOOK_SECONDS = 0.02


async def wait_until_live(site: Site, hash_: str, limit: float = LIVE_SECONDS) -> float | None:
    """Return after how many seconds the config *hash_* is in use; None if it is not after *limit*."""
    loop = asyncio.get_running_loop()
    started = loop.time()
    while site.config().hash != hash_:
        if loop.time() - started > limit:
            return None
        await asyncio.sleep(LOOK_SECONDS)
    return loop.time() - started

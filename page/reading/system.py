"""What the services have not read, what waits for delivery, and the dead letters."""

from collections import Counter

from consumers.delivery.tools.target_report import lines_of_held
from monitor.bus import Transient
from monitor.messages.deliveries import FINAL_STATES
from monitor.runtime import registry
from monitor.runtime.dead_letters import list_dead_letters
from page.site import Site


async def read_lags(site: Site) -> tuple[dict[str, int | None], str]:
    """Return the lag of each service by name, and why it is not known, if so."""
    try:
        modules = registry.service_modules().items()
        return {name: await site.bus.lag(name, module.reads.STREAM.name) for name, module in modules}, ""
    except Transient as error:
        return {}, str(error)


async def read_dead(site: Site) -> tuple[Counter[tuple[str, str]], str]:
    """Return how many dead letters there are that nobody has retried, by service and reason; and why that is not known."""
    try:
        letters = await list_dead_letters(site.bus)
    except Transient as error:
        return Counter(), str(error)
    return Counter((each["service"], each["reason"]) for each in letters if not each["redriven"]), ""


async def read_held(site: Site) -> tuple[list[str], str]:
    """Return a line for each target for which alerts are held, as `newsmonitor targets` says it; and why that is not known."""
    if all(each.state in FINAL_STATES for each in site.follower.records.deliveries.values()):
        return [], ""
    try:
        queue = await site.deliveries.read(site.bus)
    except Transient as error:
        return [], str(error)
    return lines_of_held(queue, site.config(), site.clock()), ""

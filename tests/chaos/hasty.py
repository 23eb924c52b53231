"""The command `newsmonitor` with shorter times: a process counts as lost, and a member of a group as hung, after some seconds.

A trial need not wait for half a minute at each process that it kills, and its outages last longer than a member may be idle.
"""

from collections.abc import Sequence

from monitor.bus.kafka import client
from monitor.cli import main
from monitor.runtime import presence, process_records

PUBLISH_SECONDS, LOST_SECONDS, MAX_IDLE_SECONDS = 1.0, 4.0, 5.0


def hasten() -> None:
    """Let processes publish their records more often, and count as lost or hung sooner.

    Only the modules of these constants use them, so it does not matter which modules are imported already.
    """
    presence.PUBLISH_SECONDS, process_records.LOST_SECONDS = PUBLISH_SECONDS, LOST_SECONDS
    client.MAX_IDLE_SECONDS = MAX_IDLE_SECONDS


def run(arguments: Sequence[str]) -> None:
    """Run the command with *arguments*."""
    hasten()
    main(arguments)

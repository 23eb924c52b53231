"""The command `newsmonitor` for which a process is lost after some seconds.

A trial need not wait for half a minute at each process that it kills.
"""

from collections.abc import Sequence

from monitor.cli import main
from monitor.runtime import presence, process_records

PUBLISH_SECONDS, LOST_SECONDS = 1.0, 4.0


def hasten() -> None:
    """Let processes publish their records more often, and count as lost sooner.

    Only the modules of these constants use them, so it does not matter which modules are imported already.
    """
    presence.PUBLISH_SECONDS, process_records.LOST_SECONDS = PUBLISH_SECONDS, LOST_SECONDS


def run(arguments: Sequence[str]) -> None:
    """Run the command with *arguments*."""
    hasten()
    main(arguments)

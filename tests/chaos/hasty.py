"""The command `newsmonitor` for which a process is lost after some seconds: ``python -m tests.chaos.hasty ARGUMENTS``.

A trial need not wait for half a minute at each process that it kills.
"""

import sys

from monitor.cli import main
from monitor.runtime import presence, process_records

PUBLISH_SECONDS, LOST_SECONDS = 1.0, 4.0


def hasten() -> None:
    """Let processes publish their records more often, and count as lost sooner.

    Only the modules of these constants use them, so it does not matter which modules are imported already.
    """
    presence.PUBLISH_SECONDS, process_records.LOST_SECONDS = PUBLISH_SECONDS, LOST_SECONDS


if __name__ == "__main__":
    hasten()
    main(sys.argv[1:])

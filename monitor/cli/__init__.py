"""The command `newsmonitor`."""

from monitor.cli.main import main

__all__ = ["main"]

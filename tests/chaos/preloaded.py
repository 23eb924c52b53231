"""Imports what the processes of a trial use, once for all of them (tests/chaos/forking.py)."""

from importlib import import_module

from monitor.runtime.registry import service_modules

for name in ("monitor.cli.run", "monitor.cli.status", "monitor.cli.doctor", "monitor.runtime.metrics.endpoint"):
    import_module(name)
import_module("tests.chaos.instrumented")
service_modules()

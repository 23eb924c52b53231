"""`newsmonitor streams`: create and check the streams, and move a group past deleted messages."""

import asyncio
from importlib.metadata import version
from pathlib import Path

import click

from monitor.bus.backends import check_streams, create_streams, skip
from monitor.cli.findings.finding import stream_findings
from monitor.cli.findings.printing import report
from monitor.cli.options import as_json
from monitor.cli.shared import read_config
from monitor.output import echo, echo_data
from monitor.runtime.connection import bus_address


@click.group()
def streams() -> None:
    """Create and check the streams on Kafka, and describe all streams.

    SQLite does not need them created. `newsmonitor run` also creates missing streams.
    """


@streams.command()
@click.pass_obj
def create(path: Path) -> None:
    """Create the streams that do not exist yet.

    They get the partitions and copies that `streams.partitions` and `streams.replication` of the config say. Existing streams
    are not changed: `newsmonitor streams check` shows how they differ, and how to correct them.
    """
    lines = asyncio.run(create_streams(bus_address(read_config(path))))
    for line in lines or ["no stream is missing"]:
        echo(line)


@streams.command()
@as_json
@click.pass_obj
def check(path: Path, json: bool) -> None:  # noqa: FBT001  (click passes flags as arguments)
    """Compare the streams with the expected settings. Change nothing.

    Each difference is one line, with the reason and the remedy: `act` if something must be done, `note` if it does no harm.
    Exit code 1 if something must be done.
    """
    found = stream_findings(asyncio.run(check_streams(bus_address(read_config(path)))))
    report(found, json=json, show_area=False)
    if not json:
        echo("all streams have the expected settings" if not found else "nothing must be done")


@streams.command("skip")
@click.argument("group")
@click.pass_obj
def skip_command(path: Path, group: str) -> None:
    """Move GROUP to the oldest message that still exists.

    GROUP is the name of a service, which must not be running. Use this after its log reports that messages were deleted before
    it read them.
    """
    asyncio.run(skip(bus_address(read_config(path)), group))
    echo(f"{group} continues at the oldest message")


@streams.command()
def asyncapi() -> None:
    """Print an AsyncAPI 3.0 document of all streams and of the webhook, as JSON.

    It describes what newsmonitor sends: streams, keys, headers and values. Streams of installed packages are included.
    """
    import orjson

    from monitor.asyncapi import document
    from monitor.escape import escape_json
    from monitor.runtime import registry

    data = document(registry.messages(), version("newsmonitor"))
    echo_data(escape_json(orjson.dumps(data, option=orjson.OPT_INDENT_2)).decode())

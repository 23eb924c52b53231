"""The commands `newsmonitor targets enable` and `test`."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import click

from consumers.delivery.channels import CHANNELS
from consumers.delivery.queue.delivery_queue import DeliveryQueue, Result
from consumers.delivery.targets.states import current_state, enabled
from monitor.bus import Bus
from monitor.cli.shared import decode_all, echo_json, echo_message, missing_bus, read_config, with_bus
from monitor.clock import utc
from monitor.config import Config, Target
from monitor.escape import printable
from monitor.format import pluralize
from monitor.http.address_policy import parse_networks
from monitor.http.connector import session
from monitor.messages import Alert, Delivery, TargetState
from monitor.messages.codec import encode
from monitor.output import echo

TEST = "@test"
"""The watch of a test message, and the beginning of its id. No watch can have this id."""


@dataclass(frozen=True, slots=True)
class Waited:
    """How many alerts wait for a target that is held, and how many were dropped meanwhile."""

    pending: int
    dropped: int


def enable_target(path: Path, target_id: str, *, json: bool) -> bool:
    """Publish that the target is ok, and print what happens to the alerts that wait for it.

    Return False if there is no bus, so that nothing can be enabled.
    Raises click.BadParameter if there is no such target.
    """
    config = read_config(path)
    target = _target(config, target_id)
    if message := missing_bus(config):
        echo(message, err=True)
        return False

    async def publish(bus: Bus) -> tuple[TargetState | None, TargetState, Waited]:
        queue = DeliveryQueue()
        async for state in decode_all(TargetState, bus.replay(TargetState.STREAM.name, None)):
            queue.apply(state)
        known = queue.targets.get(target.id)
        new = replace(enabled(known, target, utc()), message=None)
        held = current_state(known, target)
        waited = await read_waited(bus, held) if held else Waited(0, 0)
        if held:
            await bus.publish([encode(new)])
        return held, new, waited

    result = with_bus(config, publish)
    if result is None:  # Ctrl-C
        return False
    held, new, waited = result
    if json:
        echo_message(new)
    elif held:
        echo(f"{target.id} was {held.state}; it is enabled. {describe_waited(waited, target)}")
    else:
        echo(f"{target.id} is neither disabled nor waiting")
    return True


async def read_waited(bus: Bus, held: TargetState) -> Waited:
    """Return what has waited for the target since it was *held*."""
    queue, dropped = DeliveryQueue(), set()
    async for delivery in decode_all(Delivery, bus.replay(Delivery.STREAM.name, None)):
        if delivery.target == held.id:
            queue.apply(delivery)
            if delivery.state == "dropped" and delivery.at >= held.since:
                dropped.add(delivery.alert)
    return Waited(queue.counts[held.id], len(dropped - queue.by_target.get(held.id, {}).keys()))


def describe_waited(waited: Waited, target: Target) -> str:
    """Return what happens to what has waited for *target*, in a sentence or two."""
    text = "No alert waits for it."
    if waited.pending:
        alerts = pluralize(waited.pending, "alert")
        text = f"Waiting for it: {alerts}, which the delivery service now sends, each in its newest version."
    if waited.dropped:
        command = f"`newsmonitor deliveries list --state dropped --target {target.id}`"
        text += f" Dropped meanwhile: {pluralize(waited.dropped, 'alert')}; {command} lists them."
    return text


def send_test(path: Path, target_id: str, *, json: bool) -> bool:
    """Send a test message to the target, and print the result. Return True if it was accepted.

    Raises click.BadParameter if there is no such target.
    """
    config = read_config(path)
    target = _target(config, target_id)
    alert = example_alert(target, utc())
    result = asyncio.run(_send(config, target, alert))
    if json:
        data = {"target": target.id, "message": f"{alert.id}:{alert.version}", "status": result.status, "error": result.error}
        echo_json("target_test.v1", data)
    elif result.error is None:
        echo(f"{target.id} accepted the test message {alert.id}:{alert.version}")
    else:
        echo(f"{target.id} did not accept the test message: {printable(result.error)}")
    return result.error is None


def example_alert(target: Target, now: datetime) -> Alert:
    """Return the alert that a test message has, under an id that no other alert has."""
    text = f"A test message from newsmonitor to the target {target.id}"
    return Alert(
        id=f"{TEST}:{target.id}:{now:%Y%m%dT%H%M%S.%fZ}",
        version=1,
        change="new",
        watch=TEST,
        watch_hash="",
        config_hash="",
        severity="low",
        to=(target.id,),
        story=TEST,
        title=text,
        url=None,
        raised=now,
        updated=now,
        certainty="no news: sent by `newsmonitor targets test`",
        reasons=(),
        article_count=0,
        articles=(),
        outlet_count=0,
        outlets=(),
        stances={},
        stamps={"received": now},
    )


async def _send(config: Config, target: Target, alert: Alert) -> Result:
    networks = parse_networks(config.delivery.allow_networks)
    async with session(lambda: networks) as http:
        return await CHANNELS[target.kind].make(target, config, http).send((alert,))


def _target(config: Config, target_id: str) -> Target:
    for target in config.targets:
        if target.id == target_id:
            return target
    names = ", ".join(sorted(target.id for target in config.targets))
    choices = f"choose from {names}" if names else "there are no [[targets]] in the config yet"
    raise click.BadParameter(f"there is no target {printable(target_id)!r}; {choices}", param_hint="TARGET")

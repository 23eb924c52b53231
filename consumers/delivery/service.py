"""The delivery service: sends alerts to targets. Pending deliveries survive a restart; a failing target delays no other."""

from collections.abc import Callable, Iterable, Mapping

import structlog

from consumers.delivery.channels import CHANNELS, ChannelKind
from consumers.delivery.channels.smtp_config import SMTP
from consumers.delivery.channels.webhook import webhook_problem
from consumers.delivery.preferences.never_sent import never_sent
from consumers.delivery.preferences.preferences import Preferences
from consumers.delivery.queue.delivery_queue import DeliveryQueue
from consumers.delivery.queue.enqueue import enqueue
from monitor.bus import Bus
from monitor.clock import Clock, utc
from monitor.config import Config, Target, Updates
from monitor.config.problems import KeyProblem
from monitor.http.address_policy import cut_password_problem, literal_address_problem
from monitor.messages import Alert, Delivery, Mark, TargetState
from monitor.runtime.service import Service

log = structlog.get_logger()

TICK = 0.05
"""Seconds between two ticks."""
DRAIN_SECONDS = 20.0
"""The most seconds that the end of the service waits for the receivers. Processes have 30 seconds to end (runner.py)."""

reads = Alert
target_kinds = tuple(kind.target_kind for kind in CHANNELS.values() if kind.target_kind)
"""The kinds of targets that the channels add to monitor.toml."""
sections = (SMTP,)
"""The sections that the channels add."""


def make(
    config: Callable[[], Config], channels: Mapping[str, ChannelKind] = CHANNELS, drain_seconds: float = DRAIN_SECONDS
) -> Service[Alert, DeliveryQueue]:
    """Return the service, which sends through *channels*. When it ends, it waits up to *drain_seconds* for the receivers.

    Its state is the fold of all of delivery.v1, target.v1 and mark.v1, so that pending deliveries survive a stop of any length.
    """
    from consumers.delivery.sending.dispatcher import Dispatcher
    from consumers.delivery.targets.measures import measures

    dispatcher, preferences = Dispatcher(config, channels, drain_seconds=drain_seconds), Preferences()

    def step(queue: DeliveryQueue, alert: Alert) -> Iterable[Delivery]:
        current = config()
        preferences.use(current)
        if outdated := [target_id for target_id in alert.to if queue.is_outdated(target_id, alert)]:
            text = "alert not queued: this version, or a later one, was queued or sent before"
            log.info(text, alert=alert.id, version=alert.version, targets=outdated)

        def updates(target_id: str) -> Updates:
            return preferences.updates_of(alert.watch, target_id)

        delivery = current.delivery
        return list(enqueue(queue, alert, preferences.targets, delivery.queue, updates, delivery.burst))

    return Service(
        "delivery",
        Alert,
        step,
        fresh=lambda _: DeliveryQueue(),
        apply=lambda queue, record: queue.apply(record),
        restores=(Delivery,),
        follows=(TargetState, Mark),
        tick=dispatcher.tick,
        every=TICK,
        ticks_after_batch=True,
        lifespan=dispatcher.open,
        drain=dispatcher.drain,
        measures=lambda queues: measures(config(), queues),
    )


def check(config: Config, channels: Mapping[str, ChannelKind] = CHANNELS) -> list[KeyProblem]:
    """Return a problem for each mistake in the targets of *config*."""
    problems = []
    for index, target in enumerate(config.targets):
        if kind := channels.get(target.kind):
            if message := webhook_problem(target):
                problems.append(
                    KeyProblem(f"target {target.id!r}: {message}; correct its webhook", ("targets", index, "webhook"))
                )
            # Most problems of a target are about its secret.
            given = kind.target_kind.selecting_key(target.options) if kind.target_kind else None
            key = "secret_env" if target.secret_env else "secret_file" if target.secret_file else given or target.kind
            problems += [KeyProblem(text, ("targets", index, key)) for text in kind.check(target, config.folder)]
        else:
            text = f"target {target.id!r}: no channel delivers {target.kind!r}; choose from {', '.join(channels)}"
            problems.append(KeyProblem(text, ("targets", index, target.kind)))
    kinds = dict.fromkeys(target.kind for target in config.targets)
    return problems + [each for name in kinds if name in channels for each in channels[name].check_shared(config)]


def hints(config: Config, clock: Clock = utc) -> list[KeyProblem]:
    """Return a hint for what is valid in the targets of *config* but may be a mistake.

    That is what the channels find, an address that is never contacted or may be the name of a user, and what never_sent finds.
    """
    found = []
    for index, target in enumerate(config.targets):
        of_address = [(f"target {target.id!r}: {text}", "webhook") for text in _webhook_hints(target, config)]
        of_channel = [(text, target.kind) for text in CHANNELS[target.kind].hints(target)]
        found += [KeyProblem(text, ("targets", index, key)) for text, key in (*of_address, *of_channel)]
    return [*found, *never_sent(config, clock())]


def _webhook_hints(target: Target, config: Config) -> list[str]:
    if (url := target.webhook) is None:
        return []
    literal = literal_address_problem(url, config.delivery.allow_networks, "delivery.allow_networks")
    return [message for message in (literal, cut_password_problem(url)) if message]


async def held(config: Config, bus: Bus) -> list[str]:
    """Return a line for each target for which alerts are held, and until when."""
    from consumers.delivery.tools.target_report import held_lines

    return await held_lines(config, bus)

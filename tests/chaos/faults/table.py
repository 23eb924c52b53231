"""All faults, with who tells of each. docs/reliability.md lists them."""

from collections.abc import Mapping, Sequence

from tests.broker import Broker
from tests.chaos.fault import PID, SERVICE, Fault, Told
from tests.chaos.faults import broker as faulty_broker
from tests.chaos.faults import files, outside, processes, streams

DOWN = Told("status", rf"(?m)^{SERVICE} (.*\n )*.*does not run")
START = Told("doctor", rf"act +services +{SERVICE} (was lost|runs nowhere).*start it with")
REPLACED = Told("doctor", rf"note .* lost on \S+ \(pid {PID}\).*another process runs it")
JOINED = Told("status", rf"(runs|stands by) on \S+ \(pid {PID}\)", are_new=True)
AWAY = Told("/ready", "has not answered since")
RESTARTED = r'worker_starts_total{service="entities"} (\d+)'
UNSTARTED = Told("/ready", r'"waiting".* is unavailable')
SQLITE, KAFKA = frozenset({"sqlite"}), frozenset({"kafka"})
CLOCK = Told("doctor", "clock .* times that the bus gives")
STEP_CLOCK = Fault("step clock", outside.step_clock, CLOCK)
FAULTS: Sequence[Fault] = (
    Fault("kill", processes.kill, DOWN),
    Fault("kill in commit", processes.kill_in_commit, DOWN),
    Fault("kill all", processes.kill_all, START),
    Fault("kill with pending deliveries", processes.kill_with_pending_deliveries, DOWN, pending=True),
    Fault("kill parser", processes.kill_parser, Told("/metrics", r'worker_starts_total{service="poller"} (\d+)', grows=True)),
    Fault("kill model", processes.kill_model, Told("/metrics", RESTARTED, grows=True)),
    Fault("slow model", processes.slow_model, Told("/metrics", RESTARTED, 90, grows=True), needs_model=True),
    Fault("terminate", processes.terminate, Told("log", '"event": "stopped"')),
    Fault("stop and continue", processes.stop_and_continue, DOWN),
    Fault("take over", processes.take_over, REPLACED),
    Fault("stay away", processes.stay_away, START),
    Fault("join and leave", processes.join_and_leave, JOINED),
    Fault("lock file", files.lock_file, Told("/ready", "locked for writing"), SQLITE),
    Fault("move file", files.move_file, Told("/ready", "was deleted or moved away"), SQLITE),
    Fault("fill disk", files.fill_disk, Told("/ready", "no space is left|cannot be read or written"), SQLITE),
    Fault("delete file", files.delete_file, Told("/ready", "was deleted or moved away"), SQLITE, quiet=True),
    Fault("cut file", files.cut_file, Told("/ready", "is damaged"), SQLITE, quiet=True),
    Fault("exchange file", files.exchange_file, Told("log", "was replaced by another file"), SQLITE, quiet=True),
    Fault("kill broker", faulty_broker.kill_broker, AWAY, KAFKA, needs_broker=True),
    Fault("freeze broker", faulty_broker.freeze_broker, AWAY, KAFKA, needs_broker=True),
    Fault("fill broker disk", faulty_broker.fill_broker_disk, AWAY, KAFKA, needs_broker=True),
    Fault("start without broker", faulty_broker.start_without_broker, UNSTARTED, KAFKA, needs_broker=True),
    Fault("overtake", streams.overtake, Told("/ready", "newsmonitor streams skip topics")),
    Fault("recreate stream", streams.recreate_stream, Told("log", "stream was deleted and created again"), KAFKA, quiet=True),
    Fault("hostile feed", outside.hostile_feed, Told("log", '"event": "feed failed"')),
    Fault("invalid config", outside.invalid_config, Told("/metrics", r"config_refused 1\.0")),
    Fault("edit config", outside.edit_config, Told("log", "config reloaded")),
    STEP_CLOCK,
    Fault("foreign records", outside.foreign_records, Told("log", '"event": "dead letter"')),
    Fault("older records", outside.older_records, None),
    Fault("newer records", outside.newer_records, Told("/ready", "unknown")),
)
BY_NAME: Mapping[str, Fault] = {fault.name: fault for fault in FAULTS}


OF_BUS = ("kill all", "kill in commit", "kill in commit", "take over", "take over", "stay away")
"""The faults that a bus must withstand."""
RESTARTS = (*OF_BUS, "kill with pending deliveries", "kill parser", "kill model", "foreign records")
"""The faults by which most mistakes of a restart show."""


def of_bus(bus: str, broker: Broker | None) -> list[Fault]:
    """Return the faults that are made on *bus*; those of the broker only if it may be stopped."""
    return [fault for fault in FAULTS if bus in fault.buses and (broker or not fault.needs_broker)]


def named(*names: str) -> list[Fault]:
    """Return the faults with these *names*. Raises KeyError."""
    return [BY_NAME[name] for name in names]

"""Mutants of what newsmonitor does about faults outside of its processes: each shows when that fault is made."""

from collections.abc import Sequence

from tests.chaos.mutations import Mutant, mutant

FILE, RECOVERY = "monitor/bus/sqlite/file.py", "monitor/bus/sqlite/recovery.py"
MEMBER, RELOAD = "monitor/bus/kafka/member.py", "monitor/config/reload.py"

FAULT_MUTANTS: Sequence[Mutant] = (
    mutant(
        "a file that is gone is not noticed",
        "untold, error, lost, exit code",
        (FILE, "if self.lock is not None and not self.is_in_place():", "if self.lock is None:"),
        faults=["move file"],
    ),
    mutant(
        "the file that is locked is not named",
        "untold",
        (FILE, "is locked for writing{locks.describe(self._holder())}", "is busy"),
        faults=["lock file"],
    ),
    mutant(
        "an intact file in the place of a damaged one is never used",
        "error",
        (
            RECOVERY,
            "            if descriptor is not None:\n                _recover(",
            "            if descriptor is None:\n                _recover(",
        ),
        faults=["cut file"],
    ),
    mutant(
        "services keep their state when the file is exchanged",
        "twice, story, alert, lost, order, invented, delivery, dead letter, stuck",
        (RECOVERY, "    file.generation += 1\n", "    file.generation += 0\n"),
        faults=["exchange file"],
    ),
    mutant(
        "a commit that fails counts as done",
        "lost, stuck, alert, story, position, twice, order, untold",
        (
            "monitor/bus/sqlite/subscription.py",
            "        except BaseException:\n            self.rewind(partition)\n            raise\n",
            "        except BaseException:\n            return\n",
        ),
        faults=["lock file", "fill disk"],
    ),
    mutant(
        "a full disk is not named",
        "untold",
        ("monitor/runtime/waits.py", 'self.health.report("waiting", text)', 'self.health.report("waiting", "busy")'),
        faults=["fill disk"],
    ),
    mutant(
        "records that were removed unread are passed over in silence",
        "untold",
        (
            "monitor/bus/sqlite/tables.py",
            "    if next_offset < floor:\n        raise OffsetOutOfRange(",
            "    if next_offset < floor:\n        return int(floor)\n        raise OffsetOutOfRange(",
        ),
        faults=["overtake"],
    ),
    mutant(
        "a process that is lost is shown as if it ran",
        "untold",
        ("monitor/cli/status.py", "            if record.is_lost(now):\n", "            if process.ended:\n"),
        faults=["kill"],
    ),
    mutant(
        "what to do about lost processes is not told",
        "untold",
        ("monitor/cli/findings/services.py", 'else act("services", f"{since}', 'else note("services", f"{since}'),
        faults=["kill all"],
    ),
    mutant(
        "a process whose clock is put back reports nothing",
        "untold",
        ("monitor/runtime/presence.py", "elapsed - published_at >= PUBLISH_SECONDS or", "elapsed < published_at or"),
        faults=["step clock"],
    ),
    mutant(
        "an edit that is refused is not told",
        "untold",
        ("monitor/runtime/metrics/families.py", 'use.", config.trouble is not None)', 'use.", False)'),
        faults=["invalid config"],
    ),
    mutant(
        "an edit of the config is never read",
        "untold",
        (
            RELOAD,
            "        if not isinstance(content, ConfigFiles):\n",
            "        if content:\n            return\n        if not isinstance(content, ConfigFiles):\n",
        ),
        faults=["edit config"],
    ),
    mutant(
        "a feed that fails is not told",
        "untold",
        ("monitor/feeds/results.py", 'log.warning("feed failed"', 'log.debug("feed polled"'),
        faults=["hostile feed"],
    ),
    mutant(
        "a hostile feed ends the poller",
        "exit code, stuck, lost, untold",
        (
            "monitor/feeds/results.py",
            "    if isinstance(result, FetchError):\n        state =",
            "    if isinstance(result, FetchError):\n        __import__('os')._exit(3)\n        state =",
        ),
        faults=["hostile feed"],
    ),
    mutant(
        "records of the next version are dead letters",
        "dead letter, lost, untold",
        (
            "monitor/messages/codec.py",
            "        if not passed_over:\n            raise\n",
            "        if not passed_over or data:\n            raise\n",
        ),
        faults=["newer records"],
    ),
    mutant(
        "the starts of worker processes are not counted",
        "untold",
        (
            "consumers/entities/analysers.py",
            "return sum(worker.starts for worker in self._workers)",
            "return len(self._workers)",
        ),
        faults=["kill model"],
    ),
    mutant(
        "Kafka: an absent broker is not told",
        "untold",
        ("monitor/bus/kafka/cluster.py", "has not answered since", "is slow since"),
        bus="kafka",
        faults=["kill broker"],
    ),
    mutant(
        "Kafka: a stream that was created again is read from the old position",
        "untold, lost, stuck, order",
        (MEMBER, "topic.id != assignment.topic_id and tp", "topic.id == '' and tp"),
        # If a rebalance comes first, the takeover notices it.
        (MEMBER, "topic_id != self._topic_ids.get(tp, topic_id)", "topic_id == ''"),
        bus="kafka",
        faults=["recreate stream"],
    ),
    mutant(
        "Kafka: records that were removed unread are passed over in silence",
        "untold, lost",
        (
            "monitor/bus/kafka/assignment.py",
            "    if not earliest <= assignment.committed <= end:\n",
            "    if assignment.committed > end:\n",
        ),
        bus="kafka",
        faults=["overtake"],
    ),
)

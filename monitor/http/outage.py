"""Distinguish an outage of our own network from failures of other hosts."""

import structlog

NO_ANSWER_REASONS = frozenset({"dns", "connect", "timeout"})
"""Reasons for a failure that an outage of our own network can cause."""
MIN_HOSTS = 3
"""Number of hosts that must stop answering, without an answer of any host in between, to count as an outage."""

log = structlog.get_logger()


class OutageDetector:
    """Counts the hosts that have stopped answering since the last answer of any host."""

    def __init__(self) -> None:
        self._unreachable: set[str] = set()

    def record_answer(self) -> None:
        """Record that a host answered. A refusal is an answer too."""
        if len(self._unreachable) >= MIN_HOSTS:
            log.warning("hosts answer again")
        self._unreachable.clear()

    def record_failure(self, host: str, reason: str, *, was_reachable: bool) -> bool:
        """Record a failed request. Return True if our own network seems to be down, so that the failure is not the host's.

        Only a host that *was_reachable* before counts: one that has failed before is no evidence of an outage.
        """
        if reason not in NO_ANSWER_REASONS:
            self.record_answer()
            return False
        before = len(self._unreachable)
        if was_reachable:
            self._unreachable.add(host)
        if before < MIN_HOSTS <= len(self._unreachable):
            log.error(
                "no host answers any more: our own network seems to be down; no feed is marked as failing",
                hosts=len(self._unreachable),
            )
        return len(self._unreachable) >= MIN_HOSTS

"""Tells an outage of our own network from failures of the hosts we ask."""

import structlog

NO_ANSWER = frozenset({"dns", "connect", "timeout"})
"""Reasons for a failure that our own network can cause."""
CUT_OFF = 3
"""Hosts that must stop answering, without any answer in between, before it counts as our own outage."""

log = structlog.get_logger()


class OutageDetector:
    """The hosts that have stopped answering since any host last answered."""

    def __init__(self) -> None:
        self._silent: set[str] = set()

    def record_answer(self) -> None:
        """Note that a host answered, if only with a refusal."""
        if len(self._silent) >= CUT_OFF:
            log.warning("hosts answer again")
        self._silent.clear()

    def record_failure(self, host: str, reason: str, *, was_good: bool) -> bool:
        """Note a failed request; return True if our own network seems to be down, so that no feed is to blame.

        Only a host that *was_good* before counts: one that has failed for long says nothing about our network.
        """
        if reason not in NO_ANSWER:
            self.record_answer()
            return False
        before = len(self._silent)
        if was_good:
            self._silent.add(host)
        if before < CUT_OFF <= len(self._silent):
            log.error(
                "no host answers any more: our own network seems to be down; no feed is marked as failing",
                hosts=len(self._silent),
            )
        return len(self._silent) >= CUT_OFF

"""What a fault is: what is done to the system while it lasts, and who must tell of it."""

import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Literal

from tests.chaos.processes import ServiceProcess
from tests.chaos.system import System


class NotMade(Exception):
    """A fault could not be made: nothing came that it could meet. A trial without its faults shows nothing."""


class LeftOut(Exception):
    """This machine lacks what a fault needs, so a trial goes on without it, and its report says why.

    The round is shown all the same: a seed gives the same plan and the same other faults on each machine.
    """


Concerned = Sequence[ServiceProcess] | None
"""The processes that must tell of a fault; None if any may."""
Make = Callable[[System, random.Random], AbstractAsyncContextManager[Concerned]]
BOTH = frozenset({"sqlite", "kafka"})
Place = Literal["/ready", "/metrics", "log", "status", "doctor"]
PID, SERVICE = "{pid}", "{service}"
"""What stands in a pattern for the number of a process, and for the name of a service."""


@dataclass(frozen=True, slots=True)
class Told:
    """Who tells of a fault within how many *seconds*, and the regular expression of what it says.

    With PID or SERVICE in the pattern, it must be said of each of the processes concerned, or of each of their services. If
    these *are_new*, it may be said of others before. If it *grows*, the pattern has a number, and the sum over all processes
    grows.
    """

    place: Place
    pattern: str
    seconds: float = 30.0
    grows: bool = False
    are_new: bool = False

    def patterns(self, processes: Sequence[ServiceProcess]) -> set[str]:
        """Return the patterns of what is said if the fault concerns *processes*."""
        named = {(str(each.process.pid), service) for each in processes for service in each.services} or {("", "")}
        return {self.pattern.replace(PID, pid).replace(SERVICE, service) for pid, service in named}


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault. It lasts while the context that *make* returns is open. *told* is None if there is nothing to tell.

    If *quiet*, a round is processed and delivered before, and the fault itself shows the next one. If *pending*, all is
    delivered before the next round. *buses* are those on which it is made. If it *needs_broker*, it stops the broker itself.
    """

    name: str
    make: Make
    told: Told | None
    buses: frozenset[str] = BOTH
    quiet: bool = False
    pending: bool = False
    needs_model: bool = False
    needs_broker: bool = False


def lasting(function: Callable[[System, random.Random], AsyncIterator[Concerned]]) -> Make:
    """Return *function*, a generator that yields once the fault is made and ends it afterwards, as Fault.make."""
    return asynccontextmanager(function)

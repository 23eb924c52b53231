"""Transactions on the SQLite file, with the waits for other connections."""

import random
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

from monitor.bus.sqlite.errors import bus_error, is_busy

P = ParamSpec("P")
T = TypeVar("T")

LOCK_SECONDS = 5.0
"""Longest wait for other writers, in seconds. Each of them holds the lock for milliseconds."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait for other processes, in seconds.

    *lock* is the longest wait for other writers. After *stopped*, a stopped process of newsmonitor may no longer hold the lock
    for writing, or own a group.
    """

    lock: float = LOCK_SECONDS
    stopped: float = 10.0


TIMEOUTS = Timeouts()


def retry_while_locked(action: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return the result of *action*, a call of a connection or with one, retried for LOCK_SECONDS while others hold the lock.

    Raises Transient, also if the disk fails, and Damaged.
    """
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            return action(*args, **kwargs)
        except sqlite3.DatabaseError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise bus_error(error, _connection(action, args)) from error
        time.sleep(random.uniform(0.0005, 0.0015))


def _connection(action: Callable[..., object], args: Sequence[object]) -> sqlite3.Connection | None:
    """Return the connection that *action* is a method of, or that is the first of *args*."""
    return next((each for each in (getattr(action, "__self__", None), *args) if isinstance(each, sqlite3.Connection)), None)


def transact(
    db: sqlite3.Connection, action: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Run *action* in a write transaction and return its result. Raises Transient."""
    begin(db, LOCK_SECONDS)
    return complete(db, action, *args, **kwargs)


def begin(db: sqlite3.Connection, seconds: float) -> None:
    """Begin a write transaction. Raises Transient if another connection holds the lock for *seconds*.

    The waits are shorter than those of SQLite's busy handler: a fourth writer waits 46 ms instead of 1.8 s.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            db.execute("BEGIN IMMEDIATE")
        except sqlite3.DatabaseError as error:
            if not is_busy(error) or time.monotonic() >= deadline:
                raise bus_error(error, db) from error
        else:
            return
        time.sleep(random.uniform(0.0005, 0.0015))


def complete(
    db: sqlite3.Connection, action: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Run *action* in the transaction that has begun, commit it, and return the result. Raises Transient."""
    try:
        result = action(db, *args, **kwargs)
        retry_while_locked(db.execute, "COMMIT")
    except sqlite3.DatabaseError as error:
        raise bus_error(error, db) from error
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")
    return result

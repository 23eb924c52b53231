"""What goes in one message: the severe first, and together what waited for one moment or has piled up. Pure."""

from collections.abc import Iterable

from consumers.delivery.queue import severity
from monitor.messages import Delivery

PILE = 20
"""When more alerts than this are due at once for one target, they are told together."""
DIGEST = 50
"""The most alerts of one message, which is then some 250 KB."""
Batch = tuple[Delivery, ...]
"""One alert, or several that are told together."""


def batches(due: Iterable[Delivery]) -> list[Batch]:
    """*due*, all of it for one target, as the messages to send: the most severe first, then the oldest."""
    ordered = sorted(due, key=lambda record: -severity(record))
    piled = len(ordered) > PILE
    groups: dict[object, list[Delivery]] = {}
    for record in ordered:
        waited = record.due if record.due and record.due > record.at else record.alert
        groups.setdefault("pile" if piled else waited, []).append(record)
    return [tuple(group[at : at + DIGEST]) for group in groups.values() for at in range(0, len(group), DIGEST)]

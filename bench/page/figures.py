"""Figures beside their budgets."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A figure beside its budget, both in *unit*."""

    name: str
    value: float
    budget: float
    unit: str


def report(figures: Iterable[Figure]) -> None:
    """Print each of *figures* beside its budget."""
    print(f"{'what':<44} {'budget':>10} {'figure':>10}")
    for each in figures:
        told = "" if each.value <= each.budget else "  over the budget"
        print(f"{each.name:<44} {each.budget:>7g} {each.unit:<3} {each.value:>7.4g} {each.unit:<3}{told}")

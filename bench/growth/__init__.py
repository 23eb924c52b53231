"""How the cost of each step of a service and each operation of a bus grows with the size of what it works on."""

from collections.abc import Sequence

from bench.growth import articles, buses, states
from bench.growth.measure import Case, exponent, format_seconds
from monitor import logs

GROUPS = {"articles": articles.cases, "states": states.cases, "sqlite": buses.sqlite_cases, "kafka": buses.kafka_cases}
"""The cases by the part of the program that they measure. Each value is a function that returns a context."""


async def main(names: Sequence[str] = ()) -> None:
    """Print the cost of each case of the groups *names* at each size, and its exponent. All groups if there are none."""
    logs.set_up("error")
    for name in names or GROUPS:
        print(f"{name}: size and cost, then the exponent e of cost ~ size^e", flush=True)
        with GROUPS[name]() as cases:
            for case in cases:
                await _print(case)


async def _print(case: Case) -> None:
    costs = [await case.measure(size) for size in case.sizes]
    pairs = "  ".join(f"{size:>9,} {format_seconds(cost):>8}" for size, cost in zip(case.sizes, costs, strict=True))
    print(f"  {case.name:<40} {pairs}  e = {exponent(case.sizes, costs):5.2f}", flush=True)

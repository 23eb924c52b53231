"""Print how the time of each function grows, for the inputs that are worst for it. Arguments select functions by name."""

import sys

from tests.linear import inputs
from tests.linear.functions import ALL
from tests.linear.growth import FACTOR, MAX_EXPONENT, SMALLEST, measure, suspects


def main() -> None:
    """Measure each function, and print its greatest exponent and its longest time, each with the name of the input."""
    names = sys.argv[1:] or list(ALL)
    print(f"{FACTOR * SMALLEST:,} code points against {SMALLEST:,}, process time")
    print(f"{'function':<22} {'exponent':>8}  {'input':<24} {'longest':>9}  input")
    for name in names:
        growths = {label: measure(ALL[name], generator) for label, generator in suspects(ALL[name], inputs.ALL).items()}
        steepest = max(growths, key=lambda label: growths[label].exponent)
        slowest = max(growths, key=lambda label: growths[label].longest)
        exponent, seconds = growths[steepest].exponent, growths[slowest].longest
        print(f"{name:<22} {exponent:8.2f}  {steepest:<24} {seconds * 1000:6.1f} ms  {slowest}", flush=True)
        for label, growth in growths.items():
            if growth.exponent > MAX_EXPONENT:
                print(f"{'':<22} {growth.exponent:8.2f}  {label:<24} {growth.longest * 1000:6.1f} ms", flush=True)


if __name__ == "__main__":
    main()

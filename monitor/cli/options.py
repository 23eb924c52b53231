"""Options that several commands have, and the callbacks that check their values."""

import math
from datetime import timedelta

import click

as_json = click.option("--json", "json", is_flag=True, help="Print JSON lines, with the field names of the schemas.")


def parse_duration_option(ctx: click.Context, param: click.Parameter, value: str) -> timedelta:
    """Return the duration of an option such as --since 7d. For use as the option's callback."""
    from monitor.config import durations

    try:
        return durations.parse_duration(value)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


def parse_optional_duration(ctx: click.Context, param: click.Parameter, value: str | None) -> timedelta | None:
    """Return the duration of an option without a default. For use as the option's callback."""
    return parse_duration_option(ctx, param, value) if value is not None else None


since_option = click.option(
    "--since",
    callback=parse_duration_option,
    default="7d",
    show_default=True,
    metavar="DURATION",
    help="How far back to look, such as 90m, 12h or 7d.",
)


def reject_nan(_: click.Context, option: click.Parameter, value: float) -> float:
    """Return *value* unless it is NaN, which click accepts in any range. For use as the option's callback."""
    if math.isnan(value):
        raise click.BadParameter("nan is not a number.", param=option)
    return value

"""Findings as the output of a command."""

import sys
from collections.abc import Sequence
from dataclasses import asdict

from monitor.cli.findings.finding import Finding
from monitor.cli.shared import echo_json
from monitor.output import echo


def report(findings: Sequence[Finding], *, json: bool, show_area: bool = True) -> None:
    """Print *findings*, one a line, and end the command with exit code 1 if one of them needs an act.

    Without *show_area* the lines for a person leave it out: the command is about one.
    """
    for each in findings:
        if json:
            echo_json("finding.v1", asdict(each))
        else:
            echo(f"{each.level:<5} {f'{each.area:<10} ' if show_area else ''}{each.text}")
    if any(each.level == "act" for each in findings):
        sys.exit(1)

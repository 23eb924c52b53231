"""How the commands print findings."""

import json

import pytest

from monitor.cli.findings.finding import act, note
from monitor.cli.findings.printing import report

NOTE, ACT = note("bus", "it is far away"), act("streams", "alert.v1 is missing: create it")


def test_each_finding_is_a_line_and_an_act_ends_the_command_with_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    report([NOTE], json=False)
    with pytest.raises(SystemExit, match="1"):
        report([NOTE, ACT], json=False)
    lines = ["note  bus        it is far away", "act   streams    alert.v1 is missing: create it"]
    assert capsys.readouterr().out.splitlines() == [lines[0], *lines]


def test_the_area_is_left_out_for_a_person_only(capsys: pytest.CaptureFixture[str]) -> None:
    report([NOTE], json=False, show_area=False)
    report([NOTE], json=True, show_area=False)
    text, data = capsys.readouterr().out.splitlines()
    assert text == "note  it is far away"
    assert json.loads(data) == {"type": "finding.v1", "level": "note", "area": "bus", "text": "it is far away"}

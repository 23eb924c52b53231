"""The text of an alert says what is new in this version, and names the outlets."""

from datetime import timedelta
from typing import Any

from monitor.format import (
    describe_again,
    describe_change,
    describe_news,
    describe_reasons,
    describe_source,
    describe_sources,
    format_alert,
    list_outlets,
)
from monitor.messages import Clause, Development, Mark, Reason, Report, Span, Stance, Voice
from tests.make import START, alert


def report(outlet: str, title: str, *voices: Voice) -> Report:
    """An article of *outlet*."""
    return Report(f"{outlet}-1", 1, outlet, title, None, START, voices or (Voice("asserted", "none", None),))


FIRST = report("Tidewater", "Bridge to close")


def voice(stance: Stance, who: str | None) -> Voice:
    """A claim of *who*."""
    return Voice(stance, "named" if who else "anonymous", who)


def change(kind: str, *reports: Report) -> str:
    """What is new in the second version, whose articles are FIRST and *reports*."""
    fields: dict[str, Any] = {"change": kind, "articles": (FIRST, *reports), "title": "Bridge to close"}
    return describe_change(alert(2, **fields))


def test_the_first_version_has_the_title() -> None:
    lines = format_alert(alert(1, title="Bridge to close", watch="bridges", articles=(FIRST,))).splitlines()
    assert lines[0].endswith("bridges: Bridge to close")
    assert not any("story:" in line for line in lines)


def test_a_later_version_leads_with_what_is_new() -> None:
    fields: dict[str, Any] = {"change": "outlet", "watch": "bridges", "title": "Bridge to close"}
    second = report("Wavelength", "Closure of bridge is likely")
    outlets = ("Tidewater", "Wavelength")
    text = format_alert(alert(2, articles=(FIRST, second), outlets=outlets, outlet_count=2, **fields))
    head, story, *_ = text.splitlines()
    assert head.endswith("bridges, version 2: Wavelength reports it too: Closure of bridge is likely")
    assert story == "    story: Bridge to close"
    assert "    outlets: Tidewater, Wavelength" in text


def test_a_list_says_what_is_new_in_a_word_and_a_few_more() -> None:
    reports = (FIRST, report("Wavelength", "Closure of bridge is likely"))

    def news(kind: str, **fields: Any) -> tuple[str, str]:
        return describe_news(alert(2, change=kind, articles=reports, **fields))

    assert news("new") == ("New", "in Wavelength")
    assert news("correction") == ("Corrected", "by Wavelength")
    assert news("outlet", outlet_count=3) == ("Third outlet", "Wavelength")
    assert news("outlet", outlet_count=1200) == ("1,200 outlets", "Wavelength")
    assert news("standing", standing="reported", state="corroborated") == ("Now from a second source", "in Wavelength")
    assert news("standing", standing="disputed") == ("Now disputed", "in Wavelength")
    assert news("stance", standing="confirmed") == ("Now confirmed", "in Wavelength")
    assert news("burst", watch="bridges") == ("New", "watch bridges")


def test_a_new_stance_names_who_takes_it() -> None:
    denial = report("Wavelength", "No closure, says city", voice("denied", "the city council"))
    assert change("stance", denial) == "now denied by the city council (Wavelength): No closure, says city"
    unnamed = report("Wavelength", "Closure likely", voice("reported", None))
    assert change("stance", unnamed) == "now reported by unnamed sources (Wavelength): Closure likely"


def test_a_source_that_says_so_in_its_language_is_not_called_unnamed_again() -> None:
    told = ["two unnamed pilots", "deux pilotes anonymes", "fonti del porto", "неназванные лоцманы", "ein ungenannter Lotse"]
    told += ["消息人士", "複数の関係者", "외교 소식통"]
    assert [describe_source(Voice("reported", "anonymous", who)) for who in told] == told
    assert describe_source(Voice("reported", "anonymous", "deux pilotes")) == "deux pilotes (unnamed)"


def test_words_such_as_reports_are_no_source() -> None:
    told = [Voice("reported", "role", who) for who in ("reports", "Media reports", "Japanese media")]
    assert [describe_source(each) for each in told] == ["an unspecified source", "an unspecified source", "Japanese media"]


def test_the_words_of_the_newest_claims_are_shown_with_their_source() -> None:
    denial = Voice("denied", "named", "the city council", words="the bridge will close")
    text = format_alert(alert(1, articles=(FIRST, report("Wavelength", "No closure", denial))))
    assert "    denied by the city council: the bridge will close" in text.splitlines()


def test_long_words_of_a_claim_are_cut_between_words() -> None:
    said = Voice("said", "role", "harbour police", words="the bridge will close " * 20)
    (line,) = [each for each in format_alert(alert(1, articles=(report("a", "b", said),))).splitlines() if "police" in each]
    assert len(line) <= 170
    assert line.endswith((" close …", " will …", " the …", " bridge …"))


def test_a_correction_is_called_one() -> None:
    assert change("correction", report("Tidewater", "Correction: bridge stays open")) == (
        "Tidewater publishes a correction: bridge stays open"
    )


def test_what_marks_a_correction_is_not_said_twice() -> None:
    for title in ("CORRECTED-Bridge stays open", "Correction – Bridge stays open"):
        assert change("correction", report("Tidewater", title)) == "Tidewater publishes a correction: Bridge stays open"
    told = change("correction", report("Tidewater", "Bridge stays open (corrected)"))
    assert told == "Tidewater publishes a correction: Bridge stays open (corrected)"
    assert change("correction", report("Tidewater", "Correction:")) == "Tidewater publishes a correction: Correction:"


def test_a_source_without_a_comment_is_told_as_such() -> None:
    declined = report("Wavelength", "City is silent", voice("declined", "the city council"))
    assert change("stance", declined) == "no comment from the city council (Wavelength): City is silent"


def test_an_unnamed_source_and_its_outlet_share_the_brackets() -> None:
    pilots = Voice("reported", "anonymous", "two pilots")
    told = change("stance", report("Wavelength", "Closure likely", pilots))
    assert told == "now reported by two pilots (unnamed; Wavelength): Closure likely"


def test_the_end_of_a_sentence_with_new_facts_is_shown() -> None:
    sentence = f"The bridge, {'which is old, ' * 12}is closed for 46,000 people in Karst."
    second = report("Wavelength", "Bridge")
    fields: dict[str, Any] = {"change": "development", "developments": (Development("number", sentence, Span("text", 0, 9)),)}
    assert describe_change(alert(2, articles=(FIRST, second), **fields)) == f"Wavelength adds: {sentence}"


def test_reasons_name_a_field_but_not_the_list_of_words() -> None:
    conditions: list[tuple[Clause, str]] = [("any", "ferry"), ("all", "ferry"), ("org", "UN"), ("topic", "weather")]
    reasons = tuple(Reason(clause, words, words, None) for clause, words in conditions)
    assert describe_reasons(alert(1, reasons=reasons[:3])) == ["because of 'ferry', organisation 'UN'"]
    assert describe_reasons(alert(1, reasons=reasons[3:])) == ["because of topic 'weather'"]


def test_outlets_beyond_the_listed_ones_are_counted() -> None:
    names = tuple(f"Outlet {number}" for number in range(20))
    assert list_outlets(alert(1, outlets=names, outlet_count=45)).endswith("Outlet 5 and 39 more")


def test_control_characters_of_a_headline_are_escaped() -> None:
    assert "\x1b" not in change("outlet", report("Wave\x1b[2Jlength", "Bridge\x1b]0;closed"))


def test_the_standing_is_shown_where_the_alert_has_it() -> None:
    def line(**fields: Any) -> str:
        return format_alert(alert(1, certainty="1 outlet; said by Ana Ruiz", **fields)).splitlines()[1].strip()

    assert line() == "1 outlet; said by Ana Ruiz"
    assert line(standing="disputed", origin_count=2) == "disputed: 1 outlet; said by Ana Ruiz"
    assert line(standing="unnamed", origin_count=1) == "unnamed sources only: 1 outlet; said by Ana Ruiz"


def test_an_alert_that_is_told_again_says_so_before_its_sources() -> None:
    made = Mark("kim:s1", "snoozed", 1, START + timedelta(hours=1), None, "ana\n", None, START)
    lines = describe_sources(alert(2, again=describe_again(made)))
    assert lines[0] == "again: snoozed by ana\\n at 2026-03-10 04:00 UTC until 2026-03-10 05:00 UTC"
    assert not describe_sources(alert(2))[0].startswith("again")

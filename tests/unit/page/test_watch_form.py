"""The form of the watch editor."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from monitor.config import AtLeast, Burst, Config, DigestHours, QuietHours, Watch
from monitor.config.load import watch_of
from page.watches.draft import open_draft, read_draft
from page.watches.form import OTHER_LISTS, TEXT_LISTS, entry_of, fields_of, without_empty

LINE = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=8)
LINES = st.lists(LINE, max_size=3, unique=True).map(tuple)
DURATIONS = st.sampled_from(["90m", "12h", "7d"])
RULES = {
    "at_least": st.none() | st.builds(AtLeast, DURATIONS, articles=st.integers(2, 100)),
    "burst": st.none() | st.builds(Burst, DURATIONS, st.sampled_from([3, 2.5, 10]), st.integers(2, 9), DURATIONS),
    "quiet": st.none() | st.just(QuietHours("22:00", "07:00", "Europe/Berlin")),
    "digest": st.none() | st.just(DigestHours(("08:00", "18:00"))),
    "silence": st.none() | DURATIONS,
    "pace": st.none() | DURATIONS,
    "updates": st.sampled_from([None, "first", "changes", "all"]),
    "severity": st.sampled_from(["low", "normal", "high", "critical"]),
    "confusables": st.booleans(),
    "to": LINES,
    "health": st.lists(st.sampled_from(["failing", "gone"]), unique=True).map(tuple),
}
OTHERS = st.fixed_dictionaries({**RULES, **dict.fromkeys(OTHER_LISTS, LINES)})
WORDS: st.SearchStrategy[Any] = st.fixed_dictionaries(dict.fromkeys(TEXT_LISTS, LINES)) | st.builds(dict, query=LINE)


@given(WORDS, OTHERS)
def test_a_form_that_is_sent_as_it_was_shown_is_the_same_watch(words: dict[str, Any], others: dict[str, Any]) -> None:
    watch = Watch("kim", **words, **others)
    assert watch_of(without_empty(entry_of(fields_of(watch)))) == watch


def test_what_stands_in_the_other_way_of_writing_does_not_count() -> None:
    sent = {"id": ["kim"], "how": ["lists"], "query": ["train"], "any": ["a\r\n\r\n b \na"]}
    assert without_empty(entry_of(sent)) == {"id": "kim", "any": ["a", "b"]}
    assert without_empty(entry_of({**sent, "how": ["query"]})) == {"id": "kim", "query": "train"}


def test_a_new_watch_is_blank_until_something_is_written() -> None:
    draft = open_draft(Watch(""), Config(), is_new=True)
    assert (draft.is_blank, draft.is_good) == (True, False)
    draft = read_draft({"how": ["query"], "query": ["train"]}, Config(), None, "")
    assert (draft.is_blank, draft.is_good, draft.checked.meaning) == (False, True, "“train”")


def test_rules_that_are_not_complete_are_told_too() -> None:
    sent = {"query": ["x"], "at_least_outlets": ["2"], "quiet_end": ["07:00"], "silence": ["12h"]}
    draft = read_draft(sent, Config(), None, "")
    assert draft.rules == "at least 2 outlets within ? · silence of 12h · quiet from ? to 07:00"
    assert draft.checked.problem
    assert "within" in draft.checked.problem.text
    draft = read_draft({"query": ["x"], "burst_times": ["5"]}, Config(), None, "")
    assert draft.checked.problem
    assert "within" in draft.checked.problem.text

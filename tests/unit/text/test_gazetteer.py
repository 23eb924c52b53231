"""The gazetteer, and the search for its names."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.text import gazetteer
from monitor.text.tokens import fold


def find_names(text: str) -> list[tuple[str, str]]:
    """Return, for each match, its words in *text* and the name of its entry."""
    return [(text[match.start : match.end], match.entry.name) for match in gazetteer.find(text)]


def test_a_name_is_found_in_all_its_spellings() -> None:
    assert find_names("Kim Jong-un, KIM JONG UN and 김정은이 came") == [
        ("Kim Jong-un", "Kim Jong Un"),
        ("KIM JONG UN", "Kim Jong Un"),
        ("김정은", "Kim Jong Un"),
    ]


def test_exact_aliases_match_only_in_their_case() -> None:
    assert find_names("Those who told us were at the WHO in the US") == [
        ("WHO", "World Health Organization"),
        ("US", "United States"),
    ]


def test_the_longest_name_wins_and_only_whole_words_match() -> None:
    assert find_names("The G7 summit in South Korea, and South Koreans") == [
        ("G7 summit", "G7 summit"),
        ("South Korea", "South Korea"),
    ]


def test_entries_are_resolved_by_id_or_alias_and_type() -> None:
    assert gazetteer.resolve("kim jong-un", "person") == gazetteer.load()["Q56226"]
    assert gazetteer.resolve("Q56226") == gazetteer.load()["Q56226"]
    assert gazetteer.resolve("kim jong un", "place") is None
    assert gazetteer.resolve("who", "org") == gazetteer.resolve("World Health Organization")
    assert gazetteer.resolve("nobody of that name") is None


def test_no_alias_belongs_to_two_entries() -> None:
    owners: dict[str, str] = {}
    for entry in gazetteer.load().values():
        for alias in (entry.name, *entry.aliases):
            if alias not in entry.exact:
                assert owners.setdefault(fold(alias), entry.id) == entry.id, alias


ALIASES = sorted(alias for entry in gazetteer.load().values() for alias in (entry.name, *entry.aliases) if alias.isascii())


@given(st.lists(st.one_of(st.sampled_from(ALIASES), st.sampled_from(["zebra", "said,", "(then)", "-"])), max_size=8))
def test_every_match_is_an_alias_and_none_overlap(parts: list[str]) -> None:
    text = " ".join(parts)
    end = 0
    for match in gazetteer.find(text):
        assert match.start >= end
        end = match.end
        entry = match.entry
        assert fold(text[match.start : match.end]) in {fold(alias) for alias in (entry.name, *entry.aliases, *entry.exact)}

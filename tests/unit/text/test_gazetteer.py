"""The names that are known beforehand."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.text import gazetteer
from monitor.text.tokens import fold


def found(text: str) -> list[tuple[str, str]]:
    return [(text[at.start : at.end], at.name.name) for at in gazetteer.find(text)]


def test_one_man_in_all_his_spellings() -> None:
    assert found("Kim Jong-un, KIM JONG UN and 김정은이 came") == [
        ("Kim Jong-un", "Kim Jong Un"),
        ("KIM JONG UN", "Kim Jong Un"),
        ("김정은", "Kim Jong Un"),
    ]


def test_short_names_count_only_as_they_are_written() -> None:
    assert found("Those who told us were at the WHO in the US") == [
        ("WHO", "World Health Organization"),
        ("US", "United States"),
    ]


def test_the_longest_name_wins_and_words_are_whole() -> None:
    assert found("The G7 summit in South Korea, and South Koreans") == [
        ("G7 summit", "G7 summit"),
        ("South Korea", "South Korea"),
    ]


def test_names_are_resolved_by_id_or_alias_and_type() -> None:
    assert gazetteer.resolve("kim jong-un", "person") == gazetteer.load()["Q56226"]
    assert gazetteer.resolve("Q56226") == gazetteer.load()["Q56226"]
    assert gazetteer.resolve("kim jong un", "place") is None
    assert gazetteer.resolve("who", "org") == gazetteer.resolve("World Health Organization")
    assert gazetteer.resolve("nobody of that name") is None


def test_no_alias_belongs_to_two() -> None:
    owners: dict[str, str] = {}
    for name in gazetteer.load().values():
        for alias in (name.name, *name.aliases):
            if alias not in name.exact:
                assert owners.setdefault(fold(alias), name.id) == name.id, alias


ALIASES = sorted(alias for name in gazetteer.load().values() for alias in (name.name, *name.aliases) if alias.isascii())


@given(st.lists(st.one_of(st.sampled_from(ALIASES), st.sampled_from(["zebra", "said,", "(then)", "-"])), max_size=8))
def test_what_is_found_is_a_name_where_it_stands(parts: list[str]) -> None:
    text = " ".join(parts)
    end = 0
    for at in gazetteer.find(text):
        assert at.start >= end
        end = at.end
        said = fold(text[at.start : at.end])
        assert said in {fold(alias) for alias in (at.name.name, *at.name.aliases, *at.name.exact)}

"""Edit the config: comments and order stay, and only a valid result is saved."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.load import read
from monitor.config.problems import InvalidConfig
from monitor.runtime.config_edit import CannotWrite, open_config, save, to_toml, update_entry

CONFIG = """# ours
watch_files = ["more.toml"]

[[watches]]  # the first
id = "kim" # its id
any = ["Kim", "Kim Jong-un"] # names
at_least = { outlets = 2, within = "6h" }

# the second
[[watches]]
id = "putin"
query = 'putin' # words

[watches.burst]
within = "1h" # an hour
"""


def edited(index: int, values: Mapping[str, object]) -> str:
    """CONFIG with *values* in the watch at *index*."""
    document = tomlkit.parse(CONFIG)
    update_entry(document["watches"][index], values)
    return tomlkit.dumps(document)


def test_what_does_not_change_stays_as_it_is_written() -> None:
    values = {"any": ("Kim", "Kim Jong-un"), "at_least": {"outlets": 2, "within": "6h"}, "burst": None}
    assert edited(0, values) == CONFIG


def test_a_new_key_comes_before_the_comment_of_the_next_watch() -> None:
    text = edited(0, {"severity": "high", "at_least": {"articles": 3, "within": "6h"}})
    before, _, after = text.partition('severity = "high"\n\n# the second\n')
    assert ("articles = 3" in before, "outlets" in before, after[:11]) == (True, False, "[[watches]]")


def test_a_table_of_its_own_stays_one() -> None:
    text = edited(1, {"severity": "low", "burst": {"within": "2h", "times": 4}})
    assert tomlkit.parse(text)["watches"][1].unwrap() == {
        "id": "putin",
        "query": "putin",
        "severity": "low",
        "burst": {"within": "2h", "times": 4},
    }
    assert '[watches.burst]\nwithin = "2h" # an hour\n' in text
    assert "burst" not in edited(1, {"burst": None})


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_each_text_is_read_as_it_was_written(text: str) -> None:
    document = tomlkit.parse('[[watches]]\nid = "a"\n')
    update_entry(document["watches"][0], {"query": text})
    written = tomlkit.dumps(document).replace("\r\n", "\n")
    assert tomlkit.parse(written)["watches"][0]["query"] == text.replace("\r\n", "\n")


@pytest.mark.parametrize("char", "\0\1\t\v\x1b\x7f")
@pytest.mark.parametrize("text", ['"a"\n{}b', "\\{}\n", 'a{}"'])
def test_a_character_that_no_file_can_have_is_written_as_an_escape(text: str, char: str) -> None:
    value = text.format(char)
    assert tomllib.loads(f"query = {to_toml(value).as_string()}")["query"] == value


def test_a_query_with_quotation_marks_needs_no_backslashes() -> None:
    assert to_toml('"Kim Jong Un" train').as_string() == "'\"Kim Jong Un\" train'"


def test_a_watch_file_is_saved_and_a_wrong_edit_is_not(tmp_path: Path) -> None:
    main, file = tmp_path / "monitor.toml", tmp_path / "more.toml"
    main.write_text(CONFIG)
    file.write_text('# more\n[[watches]]\nid = "xi"\nany = ["Xi"]\n', newline="\r\n")
    opened = open_config(main, file)
    update_entry(opened.document["watches"][0], {"severity": "low"})
    save(opened)
    assert file.read_bytes() == b'# more\r\n[[watches]]\r\nid = "xi"\r\nany = ["Xi"]\r\nseverity = "low"\r\n'
    assert read(main).watches[-1].severity == "low"
    opened = open_config(main, file)
    update_entry(opened.document["watches"][0], {"id": "kim"})
    with pytest.raises(InvalidConfig, match="duplicate id 'kim'"):
        save(opened)
    assert b"xi" in file.read_bytes()


def test_what_an_editor_has_saved_since_the_file_was_read_is_not_overwritten(tmp_path: Path) -> None:
    main = tmp_path / "monitor.toml"
    main.write_text('[[watches]]\nid = "xi"\nany = ["Xi"]\n')
    opened = open_config(main)
    update_entry(opened.document["watches"][0], {"severity": "low"})
    main.write_text('[[watches]]\nid = "xi"\nany = ["Xi Jinping"]\n')
    with pytest.raises(CannotWrite, match="has changed just now"):
        save(opened)
    assert "Xi Jinping" in main.read_text()
    assert list(tmp_path.iterdir()) == [main]

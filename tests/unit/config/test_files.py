"""Watch files, sets, and edits with an invalid query."""

from pathlib import Path

import pytest

from consumers.alerts import service as alerts
from consumers.alerts.matching.live_index import LiveIndex
from consumers.alerts.matching.matches import find_matches
from consumers.alerts.matching.resolve import lookups_for
from monitor.config import Config
from monitor.config.files import locate_problems, read_files
from monitor.config.load import read
from monitor.config.problems import InvalidConfig, locate_in_value
from monitor.config.reload import ConfigReloader
from tests.make import article_stories
from tests.unit.config.texts import write

MAIN = """
watch_files = ["watches"]
[sets]
leaders = ["Kim Jong Un", "김정은"]
[[watches]]
id = "kim"
any = ["@leaders"]
"""
WATCH_FILE = """# the desk's own
[[watches]]
id = "trains"
query = 'train NOT sport'
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A monitor.toml with a folder of watches beside it."""
    (tmp_path / "watches").mkdir()
    (tmp_path / "monitor.toml").write_text(MAIN)
    (tmp_path / "watches" / "desk.toml").write_text(WATCH_FILE)
    return tmp_path / "monitor.toml"


def write_watch_file(path: Path, text: str) -> None:
    write(path.parent / "watches" / "desk.toml", text)


def problems_of(path: Path) -> list[str]:
    with pytest.raises(InvalidConfig) as caught:
        read(path)
    return [f"{problem.location(path)}: {problem.text}" for problem in caught.value.problems]


def test_the_watches_of_all_files_are_loaded(path: Path) -> None:
    config = read(path)
    assert [watch.id for watch in config.watches] == ["kim", "trains"]
    assert alerts.check(config) == []
    first = config.hash
    write_watch_file(path, WATCH_FILE.replace("sport", "film"))
    assert read(path).hash != first


@pytest.mark.parametrize("name", ["watches/*.toml", "watches/desk.toml", "watches"])
def test_a_watch_file_is_named_by_path_folder_or_pattern(path: Path, name: str) -> None:
    path.write_text(MAIN.replace('"watches"', f'"{name}"'))
    assert len(read(path).watches) == 2


@pytest.mark.parametrize(
    ("text", "location", "message"),
    [
        (WATCH_FILE.replace("query =", "qeury ="), "desk.toml:4", "unknown key 'qeury': did you mean 'query'?"),
        (WATCH_FILE.replace("trains", "kim"), "desk.toml:3", "duplicate id 'kim', already in line 6: remove or change one"),
        (WATCH_FILE + 'bus = "x"\nany = ["a"]', "desk.toml:6", "query replaces any, all and none"),
        ('bus = "sqlite:x"\n' + WATCH_FILE, "desk.toml:1", "'bus' belongs in monitor.toml"),
        (WATCH_FILE + "x = ", "desk.toml:5:5", "not valid TOML"),
        (WATCH_FILE + "[sets]\nleaders = ['a']\n", "desk.toml:6", "duplicate set 'leaders', already in"),
        ("sets = 3\n", "desk.toml:1", "sets must be a table"),
        ("watches = 3\n", "desk.toml:1", "watches must be a list"),
    ],
)
def test_a_problem_names_its_file_and_line(path: Path, text: str, location: str, message: str) -> None:
    write_watch_file(path, text)
    assert any(f"{location}: " in problem and message in problem for problem in problems_of(path)), problems_of(path)


def test_a_missing_watch_file_is_reported(path: Path) -> None:
    path.write_text(MAIN.replace('"watches"', '"nowhere.toml"'))
    assert "create the file, or remove its name" in problems_of(path)[0]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("[[watches]]\nid = 'q'\nquery = 'a AND (b'", 3, 16),
        ('[[watches]]\nid = "q"\nquery = "a AND (b"', 3, 16),
        ("[[watches]]\nid = 'q'\nquery = '''a AND\n (b'''", 4, 2),
        ("[[watches]]\nid = 'q'\nquery = '''\na AND\n (b'''", 5, 2),
        ('[[watches]]\nid = "q"\nquery = "\\u0061 AND (b"', 3, 0),
    ],
)
def test_a_problem_of_a_query_has_the_line_and_column_in_its_file(path: Path, text: str, line: int, column: int) -> None:
    write_watch_file(path, text)
    files = read_files(path)
    (problem,) = locate_problems(files, alerts.check(read(path)))
    assert (problem.file, problem.line, problem.column, problem.watch) == (
        path.parent / "watches" / "desk.toml",
        line,
        column,
        "q",
    )
    assert "this parenthesis is not closed" in problem.text


def test_a_place_that_cannot_be_found_has_the_line_of_its_key() -> None:
    assert locate_in_value("query = 'a'", 1, "b", 1, 1) == (1, 0)


def test_an_unknown_set_is_reported_with_the_key_that_names_it(path: Path) -> None:
    path.write_text(MAIN.replace("@leaders", "@laeders"))
    (problem,) = locate_problems(read_files(path), alerts.check(read(path)))
    assert (problem.line, problem.watch) == (7, "kim")
    assert problem.text == "watch 'kim', any: there is no set 'laeders' in [sets]: did you mean @leaders?"


def test_a_hint_is_not_a_problem(path: Path) -> None:
    write_watch_file(path, WATCH_FILE.replace("NOT", "not"))
    config = read(path)
    assert alerts.check(config) == []
    (hint,) = alerts.hints(config)
    assert (hint.watch, hint.column, "the operator is NOT" in hint.text) == ("trains", 7, True)


async def test_an_edit_of_any_file_takes_effect(path: Path) -> None:
    reloader = ConfigReloader(path, alerts.check)
    write_watch_file(path, WATCH_FILE.replace("sport", "film"))
    await reloader.apply_edit()
    assert reloader().watches[1].query == "train NOT film"
    (path.parent / "watches" / "new.toml").write_text("[[watches]]\nid = 'new'\nany = ['new']\n")
    await reloader.apply_edit()
    assert [watch.id for watch in reloader().watches] == ["kim", "trains", "new"]
    (path.parent / "watches" / "new.toml").write_text("[[watches]]\nid = 'new'\nayn = ['new']\n")
    await reloader.apply_edit()
    assert [watch.id for watch in reloader().watches] == ["kim", "trains", "new"]
    (path.parent / "watches" / "new.toml").unlink()
    await reloader.apply_edit()
    assert [watch.id for watch in reloader().watches] == ["kim", "trains"]


async def test_an_invalid_query_keeps_its_last_valid_version_while_other_watches_go_live(path: Path) -> None:
    reloader, index = ConfigReloader(path, alerts.check), LiveIndex(lookups_for)

    def matched_by(text: str) -> list[str]:
        return [match.watch.id for match in find_matches(index.update(reloader()), article_stories(text))]

    assert matched_by("A train, Kim Jong Un aboard") == ["kim", "trains"]
    write_watch_file(path, WATCH_FILE.replace("NOT sport", "NOT (sport") + "[[watches]]\nid = 'ferry'\nquery = 'ferry'\n")
    await reloader.apply_edit()
    assert matched_by("A train and a ferry") == ["ferry", "trains"]
    assert matched_by("A train to sport") == []
    write_watch_file(path, WATCH_FILE.replace("NOT sport", "NOT film"))
    await reloader.apply_edit()
    assert matched_by("A train to sport") == ["trains"]
    assert matched_by("A ferry") == []


@pytest.mark.parametrize(
    "conditions",
    ["query = 'train topic:trian'", "query = 'train @nobody'", "any = ['train', '@nobody']", "any = ['train', '...']"],
)
async def test_an_unresolvable_term_keeps_the_last_valid_version(path: Path, conditions: str) -> None:
    reloader, index = ConfigReloader(path, alerts.check), LiveIndex(lookups_for)
    index.update(reloader())
    write_watch_file(
        path, WATCH_FILE.replace("query = 'train NOT sport'", conditions) + "[[watches]]\nid = 'ferry'\nany = ['ferry']\n"
    )
    await reloader.apply_edit()
    assert [match.watch.id for match in find_matches(index.update(reloader()), article_stories("A train and a ferry"))] == [
        "ferry",
        "trains",
    ]
    assert find_matches(index.update(reloader()), article_stories("A train to sport")) == []


async def test_removing_a_set_keeps_the_last_valid_version_of_the_watches_that_use_it(path: Path) -> None:
    reloader, index = ConfigReloader(path, alerts.check), LiveIndex(lookups_for)
    index.update(reloader())
    write(path, MAIN.replace("leaders =", "others ="))
    await reloader.apply_edit()
    assert [match.watch.id for match in find_matches(index.update(reloader()), article_stories("Kim Jong Un speaks"))] == [
        "kim"
    ]


def test_a_watch_that_was_never_valid_is_left_out(path: Path) -> None:
    write_watch_file(path, WATCH_FILE.replace("NOT sport", "NOT"))
    matcher = LiveIndex(lookups_for).update(ConfigReloader(path, alerts.check)())
    assert len(matcher) == 1


def test_editing_a_set_changes_the_watches_that_use_it(path: Path) -> None:
    index = LiveIndex(lookups_for)
    assert not find_matches(index.update(read(path)), article_stories("Xi Jinping speaks"))
    path.write_text(MAIN.replace("김정은", "Xi Jinping"))
    assert find_matches(index.update(read(path)), article_stories("Xi Jinping speaks"))
    assert index.update(Config()) is index.matcher
    assert len(index.matcher) == 0


@pytest.mark.parametrize(
    "before", ["", 'user_agent = """\n[a text, no table]"""\n', "numbers = [\n[1],\n]\n", "# [no table either\n", "[fetch"]
)
def test_watch_files_are_found_whatever_precedes_their_names(path: Path, before: str) -> None:
    main = before + MAIN if before != "[fetch" else MAIN + before
    assert [file.name for file in read_files(path, main).texts] == ["monitor.toml", "desk.toml"]

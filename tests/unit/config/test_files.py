"""Files of watches, sets of aliases, and edits with a bad query."""

import asyncio
from pathlib import Path

import pytest

from consumers.alerts import service as alerts
from consumers.alerts.matching.live_index import LiveIndex
from consumers.alerts.matching.matches import find_matches
from consumers.alerts.matching.resolve import lookups_for
from monitor.config import Config
from monitor.config.files import gather, locate_problems
from monitor.config.load import InvalidConfig, read
from monitor.config.problems import locate_within
from monitor.config.reload import ConfigReloader
from tests.make import told

MAIN = """
watch_files = ["watches"]
[sets]
leaders = ["Kim Jong Un", "김정은"]
[[watches]]
id = "kim"
any = ["@leaders"]
"""
MORE = """# the desk's own
[[watches]]
id = "trains"
query = 'train NOT sport'
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A monitor.toml with a folder of watches beside it."""
    (tmp_path / "watches").mkdir()
    (tmp_path / "monitor.toml").write_text(MAIN)
    (tmp_path / "watches" / "desk.toml").write_text(MORE)
    return tmp_path / "monitor.toml"


def write(path: Path, text: str) -> None:
    (path.parent / "watches" / "desk.toml").write_text(text)


def write_main(path: Path, text: str) -> None:
    path.write_text(text)


def refused(path: Path) -> list[str]:
    with pytest.raises(InvalidConfig) as caught:
        read(path)
    return [f"{problem.at(path)}: {problem.text}" for problem in caught.value.problems]


def test_watches_come_from_all_files(path: Path) -> None:
    config = read(path)
    assert [watch.id for watch in config.watches] == ["kim", "trains"]
    assert alerts.check(config) == []
    first = config.hash
    write(path, MORE.replace("sport", "film"))
    assert read(path).hash != first


@pytest.mark.parametrize("named", ["watches/*.toml", "watches/desk.toml", "watches"])
def test_a_file_a_folder_and_a_pattern_are_taken(path: Path, named: str) -> None:
    path.write_text(MAIN.replace('"watches"', f'"{named}"'))
    assert len(read(path).watches) == 2


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        (MORE.replace("query =", "qeury ="), "desk.toml:4", "'qeury' is not known here: did you mean 'query'?"),
        (MORE.replace("trains", "kim"), "desk.toml:3", "the id 'kim' is there already"),
        (MORE + 'bus = "x"\nany = ["a"]', "desk.toml:6", "query takes the place of any, all and none"),
        ('bus = "sqlite:x"\n' + MORE, "desk.toml:1", "'bus' belongs into monitor.toml"),
        (MORE + "x = ", "desk.toml:5", "not TOML"),
        (MORE + "[sets]\nleaders = ['a']\n", "desk.toml:6", "the set 'leaders' is there already"),
        ("sets = 3\n", "desk.toml:1", "sets is a table"),
        ("watches = 3\n", "desk.toml:1", "watches is a list"),
    ],
)
def test_a_problem_names_its_file_and_line(path: Path, text: str, place: str, said: str) -> None:
    write(path, text)
    assert any(f"{place}: " in problem and said in problem for problem in refused(path)), refused(path)


def test_a_file_that_is_absent_is_told(path: Path) -> None:
    path.write_text(MAIN.replace('"watches"', '"nowhere.toml"'))
    assert "write the file, or remove its name" in refused(path)[0]


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
def test_what_is_wrong_with_a_query_has_line_and_column_in_its_file(path: Path, text: str, line: int, column: int) -> None:
    write(path, text)
    files = gather(path)
    (problem,) = locate_problems(files, alerts.check(read(path)))
    assert (problem.file, problem.line, problem.column, problem.watch) == (
        path.parent / "watches" / "desk.toml",
        line,
        column,
        "q",
    )
    assert "this parenthesis is not closed" in problem.text


def test_a_value_that_cannot_be_found_has_its_keys_line() -> None:
    assert locate_within("query = 'a'", 1, "b", 1, 1) == (1, 0)


def test_an_unknown_set_is_a_problem_of_the_list(path: Path) -> None:
    path.write_text(MAIN.replace("@leaders", "@laeders"))
    (problem,) = locate_problems(gather(path), alerts.check(read(path)))
    assert (problem.line, problem.watch) == (7, "kim")
    assert problem.text == "watch 'kim', any: there is no set 'laeders' in [sets]; known: @leaders"


def test_hints_do_not_refuse(path: Path) -> None:
    write(path, MORE.replace("NOT", "not"))
    config = read(path)
    assert alerts.check(config) == []
    (hint,) = alerts.hints(config)
    assert (hint.watch, hint.column, "the operator is NOT" in hint.text) == ("trains", 7, True)


async def test_edits_of_any_file_are_taken_over(path: Path) -> None:
    live = ConfigReloader(path, alerts.check)
    write(path, MORE.replace("sport", "film"))
    await live.look()
    assert live().watches[1].query == "train NOT film"
    (path.parent / "watches" / "new.toml").write_text("[[watches]]\nid = 'new'\nany = ['new']\n")
    await live.look()
    assert [watch.id for watch in live().watches] == ["kim", "trains", "new"]
    (path.parent / "watches" / "new.toml").write_text("[[watches]]\nid = 'new'\nayn = ['new']\n")
    await live.look()
    assert [watch.id for watch in live().watches] == ["kim", "trains", "new"]
    (path.parent / "watches" / "new.toml").unlink()
    await live.look()
    assert [watch.id for watch in live().watches] == ["kim", "trains"]


async def test_an_edit_is_noticed_by_itself(path: Path) -> None:
    live = ConfigReloader(path, alerts.check)
    following = asyncio.create_task(live.follow())
    write(path, MORE.replace("sport", "film"))
    async with asyncio.timeout(20):
        while live().watches[1].query != "train NOT film":
            await asyncio.sleep(0.05)
    following.cancel()


async def test_a_bad_query_keeps_its_last_good_version_while_the_rest_goes_live(path: Path) -> None:
    live, current = ConfigReloader(path, alerts.check), LiveIndex(lookups_for)

    def raised(text: str) -> list[str]:
        return [hit.watch.id for hit in find_matches(current.update(live()), told(text))]

    assert raised("A train, Kim Jong Un aboard") == ["kim", "trains"]
    write(path, MORE.replace("NOT sport", "NOT (sport") + "[[watches]]\nid = 'ferry'\nquery = 'ferry'\n")
    await live.look()
    assert raised("A train and a ferry") == ["ferry", "trains"]
    assert raised("A train to sport") == []
    write(path, MORE.replace("NOT sport", "NOT film"))
    await live.look()
    assert raised("A train to sport") == ["trains"]
    assert raised("A ferry") == []


@pytest.mark.parametrize(
    "bad", ["query = 'train topic:trian'", "query = 'train @nobody'", "any = ['train', '@nobody']", "any = ['train', '...']"]
)
async def test_what_cannot_be_looked_up_keeps_the_last_good_version_too(path: Path, bad: str) -> None:
    live, current = ConfigReloader(path, alerts.check), LiveIndex(lookups_for)
    current.update(live())
    write(path, MORE.replace("query = 'train NOT sport'", bad) + "[[watches]]\nid = 'ferry'\nany = ['ferry']\n")
    await live.look()
    assert [hit.watch.id for hit in find_matches(current.update(live()), told("A train and a ferry"))] == ["ferry", "trains"]
    assert find_matches(current.update(live()), told("A train to sport")) == []


async def test_a_set_that_goes_leaves_the_watches_that_use_it_as_they_were(path: Path) -> None:
    live, current = ConfigReloader(path, alerts.check), LiveIndex(lookups_for)
    current.update(live())
    write_main(path, MAIN.replace("leaders =", "others ="))
    await live.look()
    assert [hit.watch.id for hit in find_matches(current.update(live()), told("Kim Jong Un speaks"))] == ["kim"]


def test_a_watch_whose_first_query_is_bad_is_left_out(path: Path) -> None:
    write(path, MORE.replace("NOT sport", "NOT"))
    matcher = LiveIndex(lookups_for).update(ConfigReloader(path, alerts.check)())
    assert len(matcher) == 1


def test_a_set_that_changes_changes_the_watches_that_use_it(path: Path) -> None:
    current = LiveIndex(lookups_for)
    assert not find_matches(current.update(read(path)), told("Xi Jinping speaks"))
    path.write_text(MAIN.replace("김정은", "Xi Jinping"))
    assert find_matches(current.update(read(path)), told("Xi Jinping speaks"))
    assert current.update(Config()) is current.matcher
    assert len(current.matcher) == 0


@pytest.mark.parametrize(
    "before", ["", 'user_agent = """\n[a text, no table]"""\n', "numbers = [\n[1],\n]\n", "# [no table either\n", "[fetch"]
)
def test_files_of_watches_are_found_whatever_is_before_their_names(path: Path, before: str) -> None:
    main = before + MAIN if before != "[fetch" else MAIN + before
    assert [file.name for file in gather(path, main).texts] == ["monitor.toml", "desk.toml"]

"""Watches are removed and renamed in the config, whose comments and other entries stay."""

from pathlib import Path

import pytest

from monitor.config.load import read
from monitor.config.problems import InvalidConfig
from monitor.runtime.watch_edit import NoSuchWatch, find_place, remove_watch, rename_watch

TABLES = """# top
bus = "sqlite:news.db"
[entities]
model = "table"

# of kim
[[watches]]
id = "kim" # its id
any = ["Kim"] # names
[watches.quiet]
start = "22:00" # in the evening
end = "07:00"

# of train
[[watches]]
id = "train"
query = '''train
NOT film''' # words

# of storm
[[watches]]
id = "storm"
any = ["storm"]
at_least = { outlets = 3, within = "6h" } # or so

# of the desk
[[targets]]
id = "desk"
log = true
# end
"""
INLINE = """# top
watches = [
    # of kim
    {id = "kim", any = ["Kim"]},
    # of train
    {id = "train", any = ["train"]},
    {id = "storm", any = ["storm"]},
] # all
"""
NAMES = ("kim", "train", "storm")


def comments(text: str) -> list[str]:
    """The lines of *text* that are comments alone."""
    return [line.strip() for line in text.splitlines() if line.strip().startswith("#")]


@pytest.mark.parametrize("text", [TABLES, TABLES.replace("\n", "\r\n"), INLINE], ids=["tables", "windows", "inline"])
@pytest.mark.parametrize("order", [("kim", "train", "storm"), ("storm", "train", "kim"), ("train", "kim", "storm")])
def test_what_is_removed_takes_no_comment_with_it(tmp_path: Path, text: str, order: tuple[str, ...]) -> None:
    file = tmp_path / "monitor.toml"
    file.write_bytes(text.encode())
    before = {each.id: each for each in read(file).watches}
    for number, name in enumerate(order, start=1):
        remove_watch(file, name)
        after = file.read_bytes().decode()
        left = [each for each in NAMES if each not in order[:number]]
        assert list(read(file).watches) == [before[each] for each in left]
        assert comments(after) == comments(text)
        assert (after.count("\r"), after.count('id = "desk"')) == (after.count("\n") * ("\r" in text), text.count('desk"'))


def test_only_the_lines_of_the_watch_go(tmp_path: Path) -> None:
    file = tmp_path / "monitor.toml"
    file.write_text(TABLES)
    remove_watch(file, "kim")
    gone = TABLES[TABLES.index("[[watches]]") : TABLES.index("\n# of train")]
    assert file.read_text() == TABLES.replace(gone, "", 1)


@pytest.mark.parametrize("text", [TABLES, INLINE], ids=["tables", "inline"])
def test_a_new_name_changes_nothing_else(tmp_path: Path, text: str) -> None:
    file = tmp_path / "monitor.toml"
    file.write_text(text)
    rename_watch(file, "train", "railway")
    assert file.read_text() == text.replace('id = "train"', 'id = "railway"')


def test_a_watch_of_a_watch_file_is_changed_there(tmp_path: Path) -> None:
    main, more = tmp_path / "monitor.toml", tmp_path / "more.toml"
    main.write_text(f'watch_files = ["more.toml"]\n{TABLES}')
    more.write_text('[[watches]]\nid = "xi"\nany = ["Xi"]\n')
    assert find_place(main, "xi").file == more
    rename_watch(main, "xi", "xi-2")
    assert more.read_text() == '[[watches]]\nid = "xi-2"\nany = ["Xi"]\n'
    remove_watch(main, "xi-2")
    assert (more.read_text(), len(read(main).watches)) == ("", 3)


def test_what_cannot_be_done_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "monitor.toml"
    file.write_text(TABLES)
    for new, problem in (("train", "duplicate id"), ("a b", "is not an id"), ("", "id is missing")):
        with pytest.raises(InvalidConfig, match=problem):
            rename_watch(file, "kim", new)
    with pytest.raises(NoSuchWatch):
        remove_watch(file, "nobody")
    with pytest.raises(NoSuchWatch):
        rename_watch(file, "nobody", "somebody")
    assert file.read_text() == TABLES

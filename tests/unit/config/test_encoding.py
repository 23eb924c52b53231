"""Config files in other encodings, with other line endings, and with signs that look like those of TOML."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.encoding import decode
from monitor.config.problems import Problem
from monitor.config.toml import parse_toml
from tests.unit.config.texts import VALID, check, write

ACCENTED = VALID.replace("Kim Jong Un", "Škoda Måløy")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_named_with_and_without_a_mark(tmp_path: Path, encoding: str) -> None:
    message = "monitor.toml:1: the file is UTF-16, but TOML is UTF-8: save it as UTF-8 in your editor"
    assert check(tmp_path, ACCENTED.encode(encoding)) == [message]


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-32-be"])
def test_utf_32_is_named_with_and_without_a_mark(tmp_path: Path, encoding: str) -> None:
    assert "the file is UTF-32" in check(tmp_path, ACCENTED.encode(encoding))[0]


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + ACCENTED.encode(),
        ACCENTED.replace("\n", "\r\n").encode(),
        ACCENTED.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + ACCENTED.replace("\n", "\r\n").encode(),
        ACCENTED.replace("id", "\tid").encode(),
    ],
)
def test_a_mark_and_any_line_endings_are_read(tmp_path: Path, data: bytes) -> None:
    assert check(tmp_path, data) == ["monitor.toml is valid: 1 feeds, 1 watches, 1 targets."]


@pytest.mark.parametrize(
    ("data", "place", "message"),
    [
        (VALID.replace("Kim", "Øst").encode("latin-1"), "10:9", "the byte 0xd8 is not UTF-8 (in Windows-1252 it is 'Ø')"),
        (
            VALID.replace("Kim", "“Kim").encode("cp1252"),
            "10:9",
            "(in Windows-1252 it is '“'): the file has another encoding; save it",
        ),
        (
            VALID.replace("Kim", "a\r\nb\x81").encode("latin-1"),
            "11:2",
            "the byte 0x81 is not UTF-8: the file has another encoding",
        ),
        (VALID.replace("Kim", "K\0im").encode(), "10:10", "a NUL byte: the file is damaged, or is not a text file"),
        (VALID.encode() + b"\0" * 40, "16:1", "a NUL byte"),
    ],
)
def test_a_byte_that_is_not_utf_8_is_located(tmp_path: Path, data: bytes, place: str, message: str) -> None:
    (line,) = check(tmp_path, data)
    assert line.startswith(f"monitor.toml:{place}: ")
    assert message in line


def test_the_encoding_of_a_watch_file_is_reported_with_its_name(tmp_path: Path) -> None:
    write(tmp_path / "more.toml", '[[watches]]\nid = "b"\nany = ["Malmø"]\nto = ["desk"]\n'.encode("latin-1"))
    (line,) = check(tmp_path, f'watch_files = ["more.toml"]\n{VALID}')
    assert line.startswith("more.toml:3:13: the byte 0xf8 is not UTF-8")


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("any = [“Kim”]", "1:8", '“ (U+201C LEFT DOUBLE QUOTATION MARK) is not valid in TOML: write "'),
        ('id = "kim”\n', "1:11", '” (U+201D RIGHT DOUBLE QUOTATION MARK) is not valid in TOML: write "'),
        ("id = ‘kim’", "1:6", "is not valid in TOML: write '"),
        ("id = «kim»", "1:6", 'is not valid in TOML: write "'),
        ("id = `kim`", "1:6", "is not valid in TOML: write '"),
        ('id ＝ "kim"', "1:4", "＝ (U+FF1D FULLWIDTH EQUALS SIGN) is not valid in TOML: write ="),
        ('any = ["a"，"b"]', "1:11", "is not valid in TOML: write ,"),
        ('any = ["a"、"b"]', "1:11", "is not valid in TOML: write ,"),
        ('any = ［"a"］', "1:7", "is not valid in TOML: write ["),
        ("［watches］", "1:1", "is not valid in TOML: write ["),
        (
            '\N{NO-BREAK SPACE}id = "kim"',
            "1:1",
            "an invisible character (U+00A0 NO-BREAK SPACE): remove it, and write ordinary",
        ),
        ('id = "a"\n\N{IDEOGRAPHIC SPACE}any = ["a"]', "2:1", "an invisible character (U+3000 IDEOGRAPHIC SPACE)"),
        ('id = "a"\N{ZERO WIDTH SPACE}', "1:9", "an invisible character (U+200B ZERO WIDTH SPACE)"),
        ("every = –5", "1:9", "is not valid in TOML: write -"),
        ('id = "kim', "1:10", "the quotation mark is not closed on this line: add the closing one"),
        ("id = kim", "1:6", "'kim' is not a value: put a text between quotation marks"),
        ("log = True", "1:7", "True is not a value of TOML: write true"),
        ("log = yes", "1:7", "yes is not a value of TOML: write true"),
        ("log = off", "1:7", "off is not a value of TOML: write false"),
        ("lang = null", "1:8", "null is not a value of TOML: remove the key"),
        ("lang =", "1:7", "the equals sign is followed by a value: give one, or remove the key"),
        ("id: kim", "1:3", "a key is followed by an equals sign instead of ':': write key = value"),
        ("every == 5", "1:8", "a key and its value are separated by one equals sign"),
        ("every = 5m", "1:10", "'m' after a number: write the number alone"),
        ('file = "C:\\Users\\me"', "1:13", "a backslash between double quotation marks begins an escape"),
        ('file = "C:\\new\\x"', "1:17", "write the text between single ones, as in 'C:\\news', or write each backslash twice"),
        (
            "id = 'kim's'",
            "1:11",
            'the text ends before "s\'": a text is written between quotation marks; inside it, use the other',
        ),
        ('any = ["a" "b"]', "1:12", "the list lacks a comma before this, or its closing ]"),
        ('any = ["a",\nto = ["b"]', "1", "the list is not closed, or a value is missing: add the closing ] or the value"),
        ('any = ["a"\nto = ["b"]', "1", "the list is not closed: add its closing ]"),
        ('id = "a"\nany = ["a"\n\n', "2", "the list is not closed: add its closing ]"),
        ("query = '''a\nb\n", "1", "a text in three quotation marks is not closed"),
        ('query = """a\nb\n', "1", "a text in three quotation marks is not closed"),
        ('id = "a" any = ["b"]', "1:10", "the line ends after a value: begin a new line before 'any = "),
        ('id = "a",', "1:9", "the line ends after a value: remove the ','"),
        ("any = ['a']]", "1:12", "one ] too many: remove it"),
        ("id = 1\nid = 2", "2:7", "the key 'id' is given twice in this table: remove one"),
        (
            "[fetch]\n[fetch]",
            "2:7",
            "'fetch' is there already: put the keys of one table together, and write [[fetch]] for each",
        ),
        ("[watches]\nid = 1\n[[watches]]", "3:10", "'watches' is there already: "),
        ("[[watches]\n", "1:10", "the header of a table of a list is [[name]], on a line of its own"),
        ("[fetch\n", "1:7", "the header of a table is [name], on a line of its own"),
        ("quiet = {start = 1,\nend = 2}", "1:20", "{...} must be on one line"),
        ("// kim", "1:1", "a comment begins with #: write # before it"),
        ("; kim", "1:1", "a comment begins with #: write # before it"),
        ("? kim", "1:1", "a line is key = value, [table], [[table]], or a comment after #"),
        ("<<<<<<< HEAD", "1:1", "a mark of an unresolved merge: choose one of the two versions"),
        ('{"feeds": []}', "1:1", "this is not TOML, but JSON or markup: `newsmonitor init` writes an example"),
        ("# kim\x07", "1:6", "a control character ('\\x07'): remove it"),
        ("at = {a = 1, a = 2}", "1:19", "the key 'a' is given twice in this table: remove one"),
    ],
)
def test_an_error_of_syntax_is_reported_in_words(text: str, place: str, message: str) -> None:
    problem, *_ = parse_toml(text).problems
    assert problem.text.startswith("not valid TOML: ")
    assert message in problem.text
    assert f"{problem.line}:{problem.column}".removesuffix(":0") == place


def test_each_table_with_an_error_is_reported_and_the_others_are_read() -> None:
    text = "a = 1\n[b]\nc = x\n[[d]]\ne = [1\n[d.f]\ng = 1\n[[d]]\ne = 2\n[h]\ni = “j”\n"
    parsed = parse_toml(text)
    assert [problem.line for problem in parsed.problems] == [3, 5, 11]
    assert parsed.data == {"a": 1, "d": [{"e": 2}]}
    assert parsed.text.split("\n")[8] == "e = 2"


@given(st.binary(max_size=60))
def test_any_bytes_are_text_or_a_problem(data: bytes) -> None:
    decoded = decode(data)
    assert isinstance(decoded, Problem) or ("\r" not in decoded and "\0" not in decoded)


SNIPPETS = st.sampled_from(
    ["[a]\n", "[[b]]\n", "k = ", "[", "]", '"', "'", '"""', "x", "1", "“", "＝", "\\", "\n", ",", "{", "}", "#", "."]
)


@given(st.lists(SNIPPETS, max_size=40).map("".join))
def test_any_text_is_parsed_or_has_problems_with_lines_in_it(text: str) -> None:
    parsed = parse_toml(text)
    assert all(1 <= problem.line <= text.count("\n") + 1 and problem.text for problem in parsed.problems)
    assert parsed.problems or parsed.text == text

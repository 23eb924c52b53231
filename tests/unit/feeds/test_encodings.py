"""Encodings as they are on the web: labels, wrong declarations, and broken characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.parsing.charset import is_utf8, to_utf8
from monitor.feeds.parsing.items import NotAFeed, ParsedFeed, parse_warnings
from monitor.feeds.parsing.parse import FeedDocument, parse
from monitor.feeds.parsing.web_encodings import codec_of
from tests.unit.feeds.polls import URL, poll

KOREAN, RUSSIAN, JAPANESE, CHINESE = (
    "김하늘 총리, 부두 방문",
    "Премьер прибыл на верфь вечером",
    "首相が埠頭を視察した",
    "总理视察码头",
)


def read(body: str | bytes, content_type: str = "") -> ParsedFeed:
    return parse(FeedDocument(body if isinstance(body, bytes) else body.encode(), content_type, URL))


def feed(*titles: str, declared: str = "", language: str = "") -> str:
    """Return a feed of items with *titles*, which declares an encoding and a language unless they are ""."""
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    head = f"<title>Feed</title><language>{language}</language>"
    items = "".join(f"<item><title>{title}</title></item>" for title in titles)
    return f"{declaration}<rss version='2.0'><channel>{head}{items}</channel></rss>"


def titles(body: bytes, content_type: str = "") -> list[str]:
    return [item.title for item in read(body, content_type).items]


# Labels


@pytest.mark.parametrize(
    ("label", "codec", "title"),
    [
        ("Shift_JIS", "cp932", "①髙島市の﨑"),
        ("x-sjis", "cp932", "㈱はるか、Ⅲ期"),
        ("windows-31j", "cp932", JAPANESE),
        ("EUC-KR", "cp949", "똠방각하와 펲시"),
        ("ks_c_5601-1987", "cp949", "햏자의 귀환"),
        ("gb2312", "gb18030", "朱镕基与囧"),
        ("gbk", "gb18030", "㐀字"),
        ("iso-8859-1", "cp1252", "“Quay” – €5"),
        ("us-ascii", "cp1252", "Café’s"),
        ("iso-8859-9", "cp1254", "Değişim “bugün”"),
        ("tis-620", "cp874", "ท่าเรือ…"),
        ("utf8", "utf-8", KOREAN),
        ("UTF_8", "utf-8", KOREAN),
        ("unicode-1-1-utf-8", "utf-8", KOREAN),
        ("x-user-defined", "cp1252", "Café"),
        ("win-1251", "cp1251", RUSSIAN),
        ("cp949", "cp949", "펲"),
        ("koi8-ru", "koi8-u", "Київ"),
        ("x-mac-cyrillic", "mac-cyrillic", RUSSIAN),
        ("big5-hkscs", "big5hkscs", "咗喺碼頭"),
        ("cp850", "cp850", "Café"),
    ],
)
def test_labels_have_the_meaning_of_the_encoding_standard(label: str, codec: str, title: str) -> None:
    assert codec_of(label) == codec
    assert titles(feed(title, declared=label).encode(codec)) == [title]
    assert titles(feed(title).encode(codec), f"text/xml; charset={label}") == [title]


def test_every_label_of_the_standard_is_known_or_refused() -> None:
    for label in ("866", "csisolatin9", "ibm819", "l10", "macintosh", "ms_kanji", "sun_eu_greek", "visual", "x-x-big5"):
        assert codec_of(label)
    assert codec_of("utf-16le") == codec_of("unicodefffe") == ""


def test_japanese_signs_that_python_lacks_are_read() -> None:
    euc = feed("@", declared="EUC-JP").encode().replace(b"@", b"\xad\xa1\xfc\xe2\xc5\xe7")
    jis = feed("@", declared="ISO-2022-JP").encode().replace(b"@", b"\x1b$B\x2d\x21\x45\x67\x1b(B")
    assert titles(euc) == ["①髙島"]
    assert titles(jis) == ["①島"]


@pytest.mark.parametrize(("codec", "euro"), [("gb18030", b"\x80"), ("big5", b"\xa3\xe1")])
def test_the_euro_sign_is_read_where_python_lacks_it(codec: str, euro: bytes) -> None:
    assert titles(feed("@5", declared=codec).encode().replace(b"@", euro)) == ["€5"]


@pytest.mark.parametrize("name", ["utf-7", "UTF7", "unicode_escape", "raw-unicode-escape", "idna", "punycode"])
def test_encodings_that_turn_bytes_into_markup_are_refused(name: str) -> None:
    with pytest.raises(NotAFeed, match="is refused"):
        to_utf8(b"+ADw-rss+AD4-", f"text/xml; charset={name}")
    with pytest.raises(NotAFeed, match="is refused"):
        read(feed("", declared=name))


@pytest.mark.parametrize("name", ["iso-2022-kr", "HZ-GB-2312", "iso-2022-cn-ext", "csiso2022kr", "replacement"])
def test_encodings_that_the_standard_replaces_are_refused(name: str) -> None:
    with pytest.raises(NotAFeed, match=f"{name.upper()} is refused; ask the publisher for UTF-8"):
        read(feed("One", declared=name))


# Declarations


@pytest.mark.parametrize(
    ("encoding", "declared", "served"),
    [
        ("utf-16", "utf-16", ""),
        ("utf-16-le", "utf-16", ""),
        ("utf-16-be", "utf-16", "text/xml"),
        ("utf-16-be", "utf-8", "text/xml; charset=utf-8"),
        ("utf-32", "utf-32", ""),
        ("utf-32-le", "", ""),
        ("utf-32-be", "", ""),
        ("euc-kr", "euc-kr", ""),
        ("euc-kr", "", "text/xml; charset=EUC-KR"),
        ("euc-kr", "utf-8", "text/xml; charset = 'EUC-KR'"),
        ("euc-kr", "euc-kr", "text/xml; charset=utf-8"),
        ("euc-kr", "euc-kr", "text/xml; charset=iso-8859-1"),
        ("utf-8", "iso-8859-1", "text/xml; charset=iso-8859-1"),
        ("utf-8", "windows-1251", ""),
        ("utf-8-sig", "utf-16", ""),
    ],
)
@pytest.mark.parametrize("before", ["", "\n"])
def test_the_encoding_is_found_even_if_a_declaration_is_wrong(encoding: str, declared: str, served: str, before: str) -> None:
    assert titles((before + feed(KOREAN, declared=declared)).encode(encoding), served) == [KOREAN]


@pytest.mark.parametrize("declaration", ["encoding=euc-kr", "ENCODING='euc-kr'", "encoding=' euc-kr '", "encoding = 'EUC_KR'"])
def test_a_declaration_may_be_written_carelessly(declaration: str) -> None:
    assert titles(f"<?xml version='1.0' {declaration}?>{feed(KOREAN)}".encode("euc-kr")) == [KOREAN]


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xef\xbb\xbf\xef\xbb\xbf", b"\xef\xbb\xbf\n\xef\xbb\xbf"])
def test_false_and_repeated_marks_are_left_out(mark: bytes) -> None:
    assert titles(mark + feed(KOREAN, declared="utf-8").encode()) == [KOREAN]


@pytest.mark.parametrize(
    ("codec", "language", "title"),
    [
        ("cp1251", "", RUSSIAN),
        ("cp1251", "ru", "Верфь"),
        ("cp1250", "pl", "Żółta łódź"),
        ("cp1253", "el-GR", "Το λιμάνι"),
        ("cp1255", "he", "הנמל"),
        ("cp949", "", KOREAN),
        ("cp932", "ja", JAPANESE),
        ("gb18030", "zh-cn", CHINESE),
        ("cp1252", "", "Café “Quay”"),
    ],
)
@pytest.mark.parametrize("declared", ["utf-8", "x-none", ""])
def test_a_text_that_is_not_in_the_declared_encoding_is_guessed_and_reported(
    codec: str, language: str, title: str, declared: str
) -> None:
    parsed = read(feed(title, title, declared=declared, language=language).encode(codec))
    assert [item.title for item in parsed.items] == [title] * 2
    assert "guess" in " ".join(parse_warnings(parsed))


def test_an_unknown_encoding_is_ignored() -> None:
    assert titles(feed("Café", declared="x-none").encode()) == ["Café"]


# Broken characters


@pytest.mark.parametrize(
    ("broken", "text"),
    [
        (b"cut \xec\x9e", "cut \ufffd"),
        (b"cut \xf0\x9f\x8c end", "cut \ufffd end"),
        (b"it\x92s", "it\ufffds"),
        (b"half \xed\xa0\xbc", "half \ufffd"),
        (b"\xed\xa0\xbc\xed\xbc\x8d", "🌍"),
        (b"over \xc0\xbcb\xc0\xbe", "over \ufffdb\ufffd"),
        (b"\xff\xfe", "\ufffd\ufffd"),
    ],
)
@pytest.mark.parametrize("declared", ["utf-8", "", "iso-8859-1", "euc-kr"])
def test_a_broken_character_in_utf8_affects_nothing_else(broken: bytes, text: str, declared: str) -> None:
    body = feed(KOREAN, "@", RUSSIAN, declared=declared).encode().replace(b"@", broken)
    assert titles(body) == [KOREAN, text, RUSSIAN]
    assert titles(body, "text/xml; charset=utf-8") == [KOREAN, text, RUSSIAN]


@pytest.mark.parametrize("broken", [b"\xe2\x80", b"\xed\xa0\xbd", b"\xff"])
def test_a_broken_character_is_known_for_utf8_where_all_else_is_ascii(broken: bytes) -> None:
    body = feed("One", "cut @", declared="utf-8").encode().replace(b"@", broken)
    assert titles(body) == ["One", "cut \ufffd"]


@pytest.mark.parametrize(
    ("codec", "label", "broken", "title"),
    [
        ("cp949", "euc-kr", b"\xb0", KOREAN),
        ("cp932", "shift_jis", b"\x81", JAPANESE),
        ("euc_jp", "euc-jp", b"\xb0", JAPANESE),
        ("gb18030", "gb2312", b"\xd6", CHINESE),
        ("cp1251", "windows-1251", b"\x98", RUSSIAN),
        ("utf-16-le", "utf-16", b"\x00\xd8", KOREAN),
    ],
)
def test_a_broken_character_in_another_encoding_affects_nothing_else(codec: str, label: str, broken: bytes, title: str) -> None:
    body = feed(title, "#", title, declared=label).encode(codec).replace("#".encode(codec), broken)
    assert titles(body) == [title, "\ufffd", title]


def test_the_article_with_a_broken_character_has_a_flag_and_the_feed_a_warning() -> None:
    parsed = read(feed(KOREAN, "Two @", declared="utf-8").encode().replace(b"@", b"\xec\x9e"))
    articles, _ = poll(parsed)
    assert {article.title: "characters_lost" in article.flags for article in articles} == {KOREAN: False, "Two \ufffd": True}
    assert list(parse_warnings(parsed)) == ["characters that are not valid in its encoding (utf-8), replaced by U+FFFD: 1"]


def test_a_document_that_breaks_off_within_a_character_keeps_its_complete_items() -> None:
    whole = feed(KOREAN, KOREAN, declared="utf-8").encode()
    parsed = read(whole[: whole.rindex(KOREAN.encode()) + 2])
    assert ([item.title for item in parsed.items], parsed.partial) == ([KOREAN], True)


@pytest.mark.parametrize(
    ("references", "text"),
    [
        ("&#xD83C;&#xDF0D;", "🌍"),
        ("&#55356;&#57101;", "🌍"),
        ("a &#xD83C; b", "a \ufffd b"),
        ("a &#57101; b", "a \ufffd b"),
        ("a &#x110000; b", "a \ufffd b"),
        ("a &#8; b", "a b"),
    ],
)
def test_references_to_halves_of_a_character_are_joined_or_replaced(references: str, text: str) -> None:
    assert titles(feed(references).encode()) == [text]


@given(st.binary(max_size=200), st.sampled_from(["", "utf-8", "euc-jp", "iso-2022-jp", "gb18030", "big5", "windows-1251"]))
def test_any_bytes_become_valid_utf8_and_valid_utf8_stays(body: bytes, charset: str) -> None:
    data, _ = to_utf8(body, f"text/xml; charset={charset}")
    assert data.decode().encode() == data
    if is_utf8(body, "") and not body.isascii():
        kept = body.decode().lstrip("\ufeff \t\r\n").encode()
        assert data == to_utf8(kept)[0]

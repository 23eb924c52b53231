"""Ill-formed JSON Feeds: each fault affects one item at most, and is reported."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.parsing.items import NotAFeed, ParsedFeed, parse_warnings
from monitor.feeds.parsing.jsonfeed import ILL_FORMED
from monitor.feeds.parsing.lenient_json import read_feed
from monitor.feeds.parsing.parse import FeedDocument, parse
from tests.doubling import measure
from tests.linear.growth import MAX_EXPONENT
from tests.unit.feeds.polls import poll

HEAD = '"version": "https://jsonfeed.org/version/1.1", "title": "Quay"'
FIRST = '{"id": "1", "title": "First", "content_text": "Text."}'
LAST = (
    '{"id": "3", "title": "Last", "content_text": "Text.", "attachments": '
    '[{"url": "https://example.org/a.mp3", "mime_type": "audio/mpeg"}, {"url": "https://example.org/b.mp3", "title": "B"}]}'
)


def read(*items: str, head: str = HEAD, end: str = "]}") -> ParsedFeed:
    return parse(FeedDocument(f'{{{head}, "items": [{", ".join(items)}{end}'.encode()))


@pytest.mark.parametrize(
    ("item", "title"),
    [
        (r'{"id": "2", "title": "Ship \ud83d ahoy"}', "Ship \ufffd ahoy"),
        (r'{"id": "2", "title": "Ship \udea2\ud83d"}', "Ship \ufffd\ufffd"),
        (r'{"id": "2", "title": "Ship \ud83d\udea2"}', "Ship 🚢"),
        ('{"id": "2", "title": "Ship\nahoy\tnow"}', "Ship ahoy now"),
        ('{"id": "2", "title": "Ship\x01\x1f ahoy"}', "Ship ahoy"),
        ('{"id": "2", "title": "Ship", "_weight": NaN, "_far": -Infinity}', "Ship"),
        (r'{"id": "2", "title": "Ship\'s \qlog \x41"}', "Ship's qlog x41"),
        (r'{"id": "2", "title": "Ship \u12 ahoy"}', "Ship \ufffd12 ahoy"),
        ('{"id": "2", "title": "Ship",}', "Ship"),
        ('{"id": "2", "title": "Ship", "content_text": undefined}', "Ship"),
        ('{"id": "2", "title": "Ship", "content_text": "the "Gull" sails"}', "Ship"),
        ('{"id": "2", "title": "Ship", "_tree": ' + "[" * 3000 + "]" * 3000 + "}", "Ship"),
    ],
)
def test_a_fault_affects_a_character_or_a_member(item: str, title: str) -> None:
    parsed = read(FIRST, item, LAST)
    assert [entry.title for entry in parsed.items] == ["First", title, "Last"]
    assert (parsed.truncated, parsed.partial) == (0, False)


@pytest.mark.parametrize(
    "item",
    [
        '{"id": "2", "title": "The 12" gun", "content_text": "Text."}',
        '{"id": "2", "title": "The \\"}',
        '{"id": "2" "title": "Ship"}',
        "{'id': '2', 'title': 'Ship'}",
        '{"id": "2", "title": "Ship',
        '{"_tree": ' + "[" * 3000 + "]" * 3000 + "}",
        '{"id": "2", "_tree": ' + '{"a":' * 500 + "1" + "}" * 500 + "}",
        "null",
        '"words"',
    ],
)
def test_a_fault_affects_one_item_at_most_and_is_reported(item: str) -> None:
    parsed = read(FIRST, item, LAST)
    articles, _ = poll(parsed)
    assert sorted(article.title for article in articles) == ["First", "Last"]
    lost = len(parsed.items) - len(articles) + parsed.truncated
    assert lost == 1
    assert [(media.url, media.type) for media in parsed.items[-1].enclosures] == [
        ("https://example.org/a.mp3", "audio/mpeg"),
        ("https://example.org/b.mp3", ""),
    ]


def test_a_missing_bracket_affects_nothing_else() -> None:
    assert [item.title for item in read(FIRST, '{"id": "2", "title": "Ship"', LAST).items] == ["First", "Ship", "Last"]


def test_an_item_with_a_lost_member_and_one_with_a_lost_character_have_a_flag() -> None:
    parsed = read(FIRST, r'{"id": "2", "title": "\ud83d", "content_text": "the "Gull" sails"}', LAST)
    flags = {article.title: article.flags for article in poll(parsed)[0]}
    assert flags["\ufffd"] == ("truncated", "characters_lost", "date_missing")
    assert flags["First"] == flags["Last"] == ("date_missing",)
    assert ILL_FORMED in parse_warnings(parsed)


@pytest.mark.parametrize(
    ("head", "end"),
    [
        (HEAD + ', "_tree": ' + "[" * 3000 + "]" * 3000, "]}"),
        (HEAD.replace("Quay", 'The "Quay" post'), "]}"),
        (HEAD.replace("Quay", 'The 12" gun'), "]}"),
        (HEAD, "]}<!-- cached -->"),
        (HEAD, "],}"),
        ('"title": "Quay"', "], " + HEAD + ", }"),
    ],
)
def test_a_fault_outside_the_items_affects_no_item(head: str, end: str) -> None:
    parsed = read(FIRST, LAST, head=head, end=end)
    assert ([item.title for item in parsed.items], parsed.partial) == (["First", "Last"], False)


@pytest.mark.parametrize("cut", [1, 20, 150])
def test_the_complete_items_of_a_document_that_breaks_off_are_read(cut: int) -> None:
    parsed = read(FIRST, LAST[:-cut], end="")
    assert ([item.title for item in parsed.items], parsed.partial) == (["First"], True)


@pytest.mark.parametrize("body", ["{", '{"items": [', "{" + HEAD + ', "items": [{"id": "1", "ti', '{"a": "b"} x'])
def test_ill_formed_json_without_a_readable_item_is_refused(body: str) -> None:
    with pytest.raises(NotAFeed, match="ill-formed"):
        parse(FeedDocument(body.encode()))


def test_ids_that_are_numbers_are_kept_only_if_they_are_exact() -> None:
    parsed = read('{"id": 18014398509481993, "title": "A"}', '{"id": 123456789012345678901234, "title": "B"}')
    assert [item.guid for item in parsed.items] == ["18014398509481993", ""]
    lenient = read('{"id": 123456789012345678901234, "title": "B", "_x": NaN}')
    assert [item.guid for item in lenient.items] == ["123456789012345678901234"]


@pytest.mark.parametrize(("size", "length"), [("12", "12"), ("12.0", "12"), ('" 12 "', "12"), ("true", ""), ("null", "")])
def test_the_attributes_of_an_attachment_are_read(size: str, length: str) -> None:
    attachment = f'{{"url": "https://example.org/a.JPG", "mime_type": "IMAGE/JPEG", "size_in_bytes": {size}}}'
    (item,) = read(f'{{"id": "1", "title": "A", "attachments": [{attachment}, {{"mime_type": "audio/mpeg"}}, "x"]}}').items
    assert [(media.url, media.type, media.length) for media in item.enclosures] == [
        ("https://example.org/a.JPG", "IMAGE/JPEG", length)
    ]
    assert item.image == "https://example.org/a.JPG"


@given(st.text(max_size=30), st.integers(0, 400))
def test_any_damage_leaves_a_feed_or_a_reason(damage: str, place: int) -> None:
    whole = f'{{{HEAD}, "items": [{FIRST}, {LAST}]}}'
    try:
        parsed = parse(FeedDocument((whole[:place] + damage + whole[place:]).encode(errors="replace")))
    except NotAFeed:
        return
    assert all("\ud800" not in item.title for item in parsed.items)


@pytest.mark.parametrize("piece", ['{"id":"},{', '{"a":"', '\\"', "{", "},{", '{"id":"1,"b":[{},{"id":2}]},'])
def test_the_time_is_linear_in_the_length(piece: str) -> None:
    def prepare(count: int) -> Callable[[], object]:
        return lambda: read_feed('{"items":[' + piece * count)

    assert measure(prepare, 2_500).exponent < MAX_EXPONENT

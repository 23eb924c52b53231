"""Whatever a publisher does with guids, links and documents: no new article is lost, and none is news twice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.parsing.items import Item
from tests.unit.feeds.polls import dated_item, poll_items

WORDS = [
    first + last for first in ("bal", "cor", "dun", "fer", "gil", "hor") for last in ("dan", "mek", "net", "pol", "rus", "tam")
]


def story(number: int, rng: Random) -> Item:
    """Return a dated item with a title and text of its own; a few have no text."""
    title = f"{' '.join(rng.sample(WORDS, 4))} {number}"
    text = "" if rng.random() < 0.2 else f"{' '.join(rng.sample(WORDS, 12))} n{number}."
    return dated_item(number, number, title=title, text=text, guid=str(number))


@dataclass(frozen=True)
class Publisher:
    """How a publisher writes the guid and link of an item, by its number, its place and the number of the poll."""

    guid: str
    link: str

    def document(self, items: Sequence[Item], poll: int) -> list[Item]:
        """Return *items* as they are in the document of a poll."""
        return [
            replace(
                each,
                guid=self.guid.format(number=each.guid, place=place, poll=poll),
                link=self.link.format(number=each.guid, place=place, poll=poll),
            )
            for place, each in enumerate(items)
        ]


GUIDS = (
    "g{number}",
    "https://example.org/?p={number}",
    "{poll}-{number}",
    "{number}#comments={poll}",
    "{place}",
    "N/A",
    "",
)
LINKS = (
    "https://example.org/{number}",
    "http://www.example.org/{number}/?utm_source=rss{poll}",
    "https://example.org/read?ref={number}",
    "https://example.org/{number};jsessionid={poll}A{number}",
    "https://example.org/read?id={number}&sid={poll}f{number}",
    "https://example.org/live",
    "https://example.org/",
    "",
)
publishers = st.builds(Publisher, st.sampled_from(GUIDS), st.sampled_from(LINKS))


@settings(max_examples=60, deadline=None)
@given(st.lists(publishers, min_size=1, max_size=3), st.integers(0, 2**32), st.integers(5, 12), st.booleans())
def test_whatever_a_publisher_does_each_article_is_published_once(
    systems: list[Publisher],
    seed: int,
    size: int,
    dated: bool,  # noqa: FBT001
) -> None:
    """The publisher changes its system, and documents are complete, shuffled, empty or, if the items are dated, partial."""
    rng = Random(seed)
    items = [story(number, rng) for number in range(size)]
    if not dated:
        items = [replace(each, date="") for each in items]
    published, shown = [], set[str]()
    articles, feed = poll_items(systems[0].document(items, 0))
    published += [article.title for article in articles]
    shown |= {each.title for each in items}
    for poll in range(1, 7):
        new = [story(size * 10 + poll * 3 + number, rng) for number in range(rng.randrange(3))]
        items = [*(new if dated else [replace(each, date="") for each in new]), *items][:size]
        document = systems[poll * len(systems) // 7].document(items, poll)
        match rng.randrange(5):
            case 0:
                document = []
            case 1:
                rng.shuffle(document)
            case 2 if dated:
                document = document[rng.randrange(size) :]
        articles, feed = poll_items(document, feed, poll * 10)
        assert all(article.version == 1 for article in articles)
        published += [article.title for article in articles]
        shown |= {each.title for each in document}
    assert sorted(published) == sorted(shown)


@settings(max_examples=60, deadline=None)
@given(publishers, st.integers(0, 2**32), st.integers(4, 12))
def test_every_new_text_of_an_edited_feed_is_published_once(publisher: Publisher, seed: int, size: int) -> None:
    """Items are edited in the text, and new ones come, in parts of the feed."""
    rng = Random(seed)
    items = [story(number, rng) for number in range(size)]
    articles, feed = poll_items(publisher.document(items, 0))
    published, shown = [(each.title, each.text) for each in articles], {(each.title, each.text) for each in items}
    for poll in range(1, 6):
        place = rng.randrange(size)
        items[place] = replace(items[place], text=f"{items[place].text} Corrected {poll}.")
        items = [story(100 + poll, rng), *items][:size]
        start = rng.choice((0, 0, size // 2))
        document = publisher.document(items[start:], poll)
        articles, feed = poll_items(document, feed, poll * 70)
        published += [(each.title, each.text) for each in articles]
        shown |= {(each.title, each.text) for each in document}
    assert sorted(published) == sorted(shown)

"""Which hubs a feed names."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.parsing.parse import FeedDocument, parse
from monitor.feeds.websub.links import MAX_HUBS, Advertised, find_hubs

URL = "https://example.org/world.rss"
HUB = "https://hub.example.org/"
RSS = "<rss version='2.0' xmlns:a='http://www.w3.org/2005/Atom'><channel><title>W</title>{}<item><title>T</title>{}</item></channel></rss>"
ATOM = "<feed xmlns='http://www.w3.org/2005/Atom'><title>W</title>{}<entry><id>1</id><title>T</title>{}</entry></feed>"


def named(document: str) -> tuple[tuple[str, ...], str]:
    """Return the hubs and the own URL that a document names."""
    parsed = parse(FeedDocument(document.encode()))
    return parsed.hubs, parsed.own_url


def test_the_document_names_hubs_and_its_own_address() -> None:
    links = "<{0}link rel='hub' href='https://hub.example.org/'/><{0}link rel='self' href='https://example.org/f'/>"
    elsewhere = "<{0}link rel='hub' href='https://other.example.org/'/>"
    expected = (HUB,), "https://example.org/f"
    assert named(RSS.format(links.format("a:"), elsewhere.format("a:"))) == expected
    assert named(ATOM.format(links.format(""), elsewhere.format(""))) == expected
    hubs = '[{"type": "rssCloud", "url": "https://c.example.org/"}, {"type": "WebSub", "url": "https://hub.example.org/"}, 7]'
    json = (
        f'{{"version": "https://jsonfeed.org/version/1.1", "feed_url": "https://example.org/f", "hubs": {hubs}, "items": []}}'
    )
    assert named(json) == expected
    assert named(RSS.format("", elsewhere.format("a:"))) == ((), "")


def test_link_headers_come_before_the_document() -> None:
    headers = [f'<{HUB}>; rel="hub"', '</own>; title="a, b; c"; rel="alternate SELF"']
    assert find_hubs(headers, ["https://x.example.org/"], URL, URL) == Advertised((HUB,), "https://example.org/own")


def test_a_link_header_without_semicolons_is_read() -> None:
    headers = [f'<{HUB}> rel="hub"', "<https://example.org/f> rel=self"]
    assert find_hubs(headers, (), "", URL) == Advertised((HUB,), "https://example.org/f")


def test_without_an_address_of_its_own_the_topic_is_the_url_that_answered() -> None:
    assert find_hubs((), [HUB], "", URL) == Advertised((HUB,), URL)
    assert find_hubs((), [HUB], "file:///etc/passwd", URL) == Advertised((HUB,), URL)


def test_what_may_not_be_asked_is_no_hub() -> None:
    for hub in ("ftp://hub.example.org/", "https://kay:pw@hub.example.org/", "http:\\\\hub", "", "https://" + "h" * 5000):
        assert find_hubs((), [hub], URL, URL) is None


def test_a_feed_over_https_is_not_subscribed_to_over_http_unless_allowed() -> None:
    hub = "http://hub.example.org/"
    assert find_hubs((), [hub], URL, URL) is None
    assert find_hubs((), [hub], URL, URL, downgrade=True) == Advertised((hub,), URL)
    assert find_hubs((), [hub, HUB], URL, URL) == Advertised((HUB,), URL)


def test_a_topic_with_a_secret_is_not_subscribed_to() -> None:
    assert find_hubs((), [HUB], "https://example.org/f?token=1f8a77c0de", "https://example.org/f?token=1f8a77c0de") is None


@given(st.lists(st.text(max_size=60), max_size=6), st.lists(st.text(max_size=40), max_size=10), st.text(max_size=60))
def test_whatever_a_feed_names_a_hub_is_a_web_url(headers: list[str], hubs: list[str], own: str) -> None:
    found = find_hubs([*headers, '<a>; rel="hub'], [*hubs, HUB], own, URL)
    if found:
        assert 0 < len(found.hubs) <= MAX_HUBS
        assert all(each.startswith("https://") for each in found.hubs)
        assert found.topic.startswith("http")


@given(
    st.lists(st.tuples(st.sampled_from(["hub", "self", "next", "HUB alternate"]), st.integers(0, 9)), max_size=6), st.booleans()
)
def test_links_that_are_written_are_read(links: list[tuple[str, int]], quoted: bool) -> None:  # noqa: FBT001  (drawn by hypothesis)
    mark = '"' if quoted else ""
    written = [(relation if quoted else relation.split()[0], f"https://h{number}.example.org/") for relation, number in links]
    found = find_hubs([f"<{url}>; rel={mark}{relation}{mark}" for relation, url in written], (), "", URL)
    hubs = tuple(dict.fromkeys(url for relation, url in written if "hub" in relation.lower()))[:MAX_HUBS]
    assert (found.hubs if found else ()) == hubs

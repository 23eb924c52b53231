"""What a publisher repeats of the secrets in a feed's URL."""

from urllib.parse import quote

import pytest

from monitor.redaction import HIDDEN
from monitor.scrubbing import scrubber_for

PROSE = (
    "Elections: after the elections, politics and covid-19 (see worldcup2026) were discussed in the Middle East by the"
    " opposition party, and политика was among the keys. Read https://news.example/politics/elections/covid-19."
)
PLACES = ("https://other.example/p?auth={secret}&x=1", "https://u:{secret}@other.example/", "Read ?x=1&amp;token={secret}.")

SECRETS = ("elections", "hunter2", "pw1!", "covid-19", "тайна", "p@ss w+rd/%", "QWERTYUIOPAS", "q8Zr2Kd91mXv03TbWs")
URLS = (
    "https://d.example/?token={}",
    "https://d.example/?X_KEY={}",
    "https://kay:{}@d.example/",
    "https://d.example/a;sig={}/b",
)


def scrub(url: str, text: str, *, private: bool = False) -> str:
    scrubber = scrubber_for([url], private=private)
    return scrubber.scrub(text) if scrubber else text


@pytest.mark.parametrize(
    "url",
    [
        "https://desk.example/rss?q=elections&topic=politics&name=covid-19&event=worldcup2026",
        "https://desk.example/rss?key=politics&token=elections&u=covid-19&t=worldcup2026&x=%D0%BF%D0%BE%D0%BB%D0%B8%D1%82%D0%B8%D0%BA%D0%B0",
        "https://politics:elections@desk.example/rss",
        "https://desk.example/token/politics/key/elections/private/party/rss",
        "https://desk.example/session/opposition-party/rss?key=1&x=2",
        "https://desk.example/PoliticsAndElections2026/TopStoriesByRegion",
    ],
)
def test_ordinary_words_stay_in_texts_and_links(url: str) -> None:
    assert scrub(url, PROSE) == PROSE


@pytest.mark.parametrize("url", ["https://desk.example/politics/rss.xml", "https://desk.example/our/elections/feed?x=party"])
def test_the_words_of_a_private_path_stay_in_texts(url: str) -> None:
    assert scrub(url, PROSE, private=True) == PROSE
    assert scrub("https://desk.example/our/elections/feed", "at https://x.example/our/elections/1", private=True) == (
        f"at https://x.example/{HIDDEN}/1"
    )


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("url", URLS)
def test_a_secret_is_replaced_where_a_link_holds_one(url: str, secret: str, place: str) -> None:
    quoted = quote(secret, safe="")
    for form in (quoted, quoted.lower()):
        text = place.format(secret=form)
        shown = scrub(url.format(quoted), text)
        assert form not in shown
        assert HIDDEN in shown
        assert form not in scrub(url.format(quoted), quote(text, safe=""))


def test_a_word_under_an_unknown_name_is_replaced_under_that_name_only() -> None:
    text = "https://n.example/?x=elections&topic=elections"
    assert scrub("https://d.example/?x=elections", text) == f"https://n.example/?x={HIDDEN}&topic=elections"


@pytest.mark.parametrize("secret", ["hunter2", "Sonnenblume42x", "LAVENDELFELD", "correct-horse-battery", "p@ss w+rd/%"])
def test_a_secret_that_is_no_word_is_replaced_anywhere(secret: str) -> None:
    url = f"https://desk.example/?token={quote(secret, safe='')}"
    assert scrub(url, f"Made for {secret}, with {secret.upper()}") == f"Made for {HIDDEN}, with {HIDDEN}"


def test_a_short_secret_is_replaced_at_its_place_only() -> None:
    url = "https://desk.example/key/x9/rss?pin=7&token=a"
    assert scrub(url, "x9 7 a https://n.example/key/x9/1?page=7&b=a&token=a") == (
        f"x9 7 a https://n.example/key/{HIDDEN}/1?page=7&b=a&token={HIDDEN}"
    )

"""What is not news in an English article is left out, and what only looks like it stays."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.languages import pack
from monitor.text.not_news import NotNews, find_not_news, mask

RULES = pack("en").not_news
NEWS = """\
The harbour of Lindvik was closed on Tuesday after a tanker ran aground at its entrance, the coast guard said.

Two tugs tried to pull the ship free during the night, but the tide was too low. Nobody was hurt, and no oil was seen.

The port's director, Ann Vale, expects the entrance to be open again within a week, if the weather stays as calm as it is."""


def left_out(text: str) -> list[tuple[str, str]]:
    """Return the reason and the words of each passage of *text* that is not news."""
    assert RULES is not None
    return [(passage.reason, text[passage.start : passage.end]) for passage in find_not_news(text, RULES)]


BIOGRAPHIES = (
    "Marta Lund is a senior reporter for the Lindvik Gazette based in Oslo. She has covered shipping since 2012.",
    "PETER HOLM is a correspondent at Northern Wire. He previously worked for the Coast Herald and studied in Bergen.",
    "Jo van den Berg is the editor of Tide Weekly and the author of three books. Follow her at @jovdberg.",
)
LINES = {
    "navigation": ("Back to top button", "Share this article on Facebook", "ADVERTISEMENT", "Continue reading…", "Read more"),
    "subscription": (
        "Sign up for our free weekly newsletter and never miss a story.",
        "Subscribe to the Harbour Briefing newsletter here.",
        "Follow us on Twitter and Facebook for more.",
        "Get the day's top stories in your inbox.",
        "Download our free app for Android.",
    ),
    "related": ("Read more: Ferry strike enters its third week", "ALSO READ | Minister opens the new quay", "See also: Tides"),
    "copyright": ("© 2024 Lindvik Gazette. All rights reserved.", "Copyright 2023 Coast Media Ltd", "Copyright © Tide Weekly"),
    "credit": ("AP", "(Reuters)", "— AFP", "Photo: Ida Berg / Getty Images", "AFP via Getty Images"),
}
AT_END = {
    "contact": (
        "You can get in touch with me by emailing marta@gazette.example.",
        "Follow her on Twitter: @martalund",
        "Got a story? Write to our newsroom.",
    ),
    "byline": (
        "(Reporting by Marta Lund and Peter Holm; Editing by Ida Berg)",
        "Peter Holm in Bergen and Ida Berg in Oslo contributed to this report.",
        "Additional reporting by Marta Lund in Bergen",
        "The Coast News Agency contributed to this report.",
        "By Marta Lund",
    ),
    "credit": (
        "The post Tanker runs aground appeared first on Lindvik Gazette.",
        "Source: Coast Radio",
        "With files from Ida Berg",
    ),
}


@pytest.mark.parametrize(("reason", "line"), [(reason, line) for reason, lines in LINES.items() for line in lines])
def test_a_line_that_is_not_news_is_left_out_wherever_it_stands(reason: str, line: str) -> None:
    first, _, rest = NEWS.partition("\n\n")
    assert left_out(f"{first}\n\n{line}\n\n{rest}") == [(reason, line)]
    assert left_out(f"{NEWS}\n\n{line}") == [(reason, line)]


@pytest.mark.parametrize(("reason", "line"), [(reason, line) for reason, lines in AT_END.items() for line in lines])
def test_a_line_after_the_news_is_left_out(reason: str, line: str) -> None:
    assert left_out(f"{NEWS}\n\n{line}\n\nBack to top") == [(reason, line), ("navigation", "Back to top")]


@pytest.mark.parametrize("biography", BIOGRAPHIES)
def test_a_biography_of_the_author_is_left_out(biography: str) -> None:
    assert left_out(f"{NEWS}\n\n{biography}") == [("biography", biography)]


def test_a_biography_may_have_a_heading_and_further_paragraphs() -> None:
    biography = "About the author\n\nMARTA LUND\n\nMarta Lund is a reporter.\n\nShe covers ports and lives in Oslo."
    reasons = [reason for reason, _ in left_out(f"{NEWS}\n\n{biography}\n\nRelated stories\nFerry late")]
    assert reasons == ["biography", "byline", "biography", "biography", "related", "related"]


@pytest.mark.parametrize("line", ["By Marta Lund", "BY MARTA LUND and PETER HOLM", "Written by Jo van den Berg, Northern Wire"])
def test_a_byline_at_the_start_is_left_out(line: str) -> None:
    assert left_out(f"{line}\n\n{NEWS}") == [("byline", line)]


@pytest.mark.parametrize(
    "caption",
    [
        "King Harald greets sailors at the old pier in Lindvik, Norway, June 3, 2014.",
        "King Harald greets sailors at the old pier on 3 June 2014",
    ],
)
def test_a_caption_with_a_date_of_its_own_is_left_out_if_it_is_credited_or_stands_there_twice(caption: str) -> None:
    first, _, rest = NEWS.partition("\n\n")
    assert left_out(f"{first}\n\n{caption}\nAP\n\n{rest}") == [("caption", caption), ("credit", "AP")]
    assert left_out(f"{first}\n\n{caption}\n{caption}\n\n{rest}") == [("caption", caption), ("caption", caption)]
    dated = f"{caption.rstrip('.')}. Photo: AP"
    assert left_out(f"{first}\n\n{dated}\n\n{rest}") == [("caption", dated)]
    assert left_out(f"{first}\n\n{caption}\n\n{rest}") == []


@pytest.mark.parametrize(
    "caption",
    [
        "The tanker Aurora at the entrance of the port. (AP Photo/Ida Berg)",
        "FILE - The tanker Aurora leaves a shipyard in Gdansk.",
        "The tanker Aurora, in this photo taken from a helicopter.",
        "In this image provided by the coast guard, a tug nears the tanker.",
        "The tanker in April. | Photo: Ida Berg",
    ],
)
def test_a_caption_that_says_that_it_is_one_is_left_out(caption: str) -> None:
    assert left_out(f"{caption}\n\n{NEWS}") == [("caption", caption)]


def test_headlines_below_a_heading_are_left_out_up_to_the_next_sentence() -> None:
    first, _, rest = NEWS.partition("\n\n")
    listed = "Ferry strike enters its third week\nMinister Berg opens a new quay"
    found = left_out(f"{first}\n\nRelated Articles\n{listed}\n\n{rest}")
    assert found == [("related", line) for line in ("Related Articles", *listed.split("\n"))]


@pytest.mark.parametrize(
    "line",
    [
        # News about journalists.
        "Marta Lund is a reporter for the Lindvik Gazette based in Oslo. She was arrested at the port.",
        "Marta Lund was a reporter for the Lindvik Gazette, based in Oslo, and studied law. She was 61.",
        "Marta Lund is a reporter based in Oslo who has covered ports. She has been missing since Friday.",
        "Marta Lund is the editor of the Gazette.",
        "Ann Vale is a columnist at Tide Weekly and the author of three books.",
        "The reporter was dismissed in 2012 and now lives in Oslo.",
        "She covers ports and lives in Oslo.",
        # Quotes and reports.
        "“Subscribe to our newsletter,” the message said, and thousands did.",
        "Subscribers to our newsletters rose by a third, the publisher said.",
        "Sign up for the army, the minister told students.",
        "Sign-ups for the lottery open on Monday.",
        "Get the vaccine, doctors urge, before the newsletter of the ministry comes.",
        "Related: the two cases have nothing to do with each other, the judge found.",
        "Recommended: masks on trains",
        "More on Monday: Schools may close",
        "Credit: banks lend less",
        "Editing by committee is seldom a success.",
        "Reporting by Radio Lindvik brought the fraud to light.",
        "The bank contributed to this report.",
        "Email: what the minister wrote",
        "Copyright 2023 ruling stands, court finds",
        "© sign stolen from museum",
        "By Train From Oslo",
        "Ms. Berg is a former editor of the Gazette and studied in Oslo.",
        "Jon Berg is a former reporter who has written three books and lives in Oslo.",
        "Contact with the ship was lost at 4 a.m.",
        "Her last interview, with the reporter Ida Berg, appeared in 2019.",
        "File a complaint by March 3, 2024.",
        "Like many users on Facebook, she lost her account.",
        "File-sharing sites were closed in the raid.",
        "By King Harald's order ships stay in port",
        "Follow the money, prosecutors were told.",
        "Copyright law protects maps as well, the court ruled.",
        "All rights reserved for fishermen were bought by one company, officials said.",
        "Anyone with information is asked to contact the police on 02800.",
        "Reuters and AP cut their staff in Oslo.",
        "AP is to close its office in Oslo.",
        "By Monday morning the ship was afloat.",
        "By Ann Vale's own account, the port lost two million kroner.",
        "The two ships last met in Lindvik on April 25, 2019.",
        "Police asked for help to find the man in this photo.",
        "The picture sold for two million kroner.",
        "Read more books: that is the advice of librarians.",
        "Share prices fell by a third.",
        "Print is not dead.",
        "Related party loans were the main cause.",
        "Most read newspapers lost copies last year.",
        "Source: the ministry would name none, and the file was closed on Tuesday after the second hearing of the committee.",
    ],
)
def test_what_may_be_news_stays(line: str) -> None:
    first, _, rest = NEWS.partition("\n\n")
    assert left_out(f"{first}\n\n{line}\n\n{rest}") == []
    assert left_out(f"{NEWS}\n\n{line}") == []
    assert left_out(f"{line}\n\n{NEWS}") == []


def test_a_biography_before_the_end_of_the_news_stays() -> None:
    assert left_out(f"{BIOGRAPHIES[0]}\n\n{NEWS}") == []


def test_an_agency_after_the_last_sentence_makes_that_no_caption() -> None:
    assert left_out(f"{NEWS}\n\nThe ship was built in Gdansk and launched on April 25, 2019.\nAP") == [("credit", "AP")]
    assert left_out(f"{NEWS}\n\nThe ship was built in Gdansk and launched on April 25, 2019. — AP") == []


def test_the_mask_keeps_the_places_of_all_other_words() -> None:
    assert mask("One\nAP\nTwo", [NotNews(4, 6, "credit")]) == "One\n  \nTwo"
    assert mask("One", []) == "One"


def test_a_text_of_which_most_would_be_left_out_is_left_out_at_its_end_only() -> None:
    assert left_out("Ship aground.\n\nThe post Ship aground appeared first on Lindvik Gazette.") == []
    assert left_out("Read more: Ferry strike\nShip.\nAP") == [("credit", "AP")]


PIECES = st.sampled_from(
    [line for lines in (*LINES.values(), *AT_END.values(), BIOGRAPHIES, NEWS.split("\n\n")) for line in lines]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=30)), max_size=12).map("\n".join))
def test_at_most_half_of_any_text_is_left_out_and_lengths_stay(text: str) -> None:
    assert RULES is not None
    passages = find_not_news(text, RULES)
    masked = mask(text, passages)
    assert len(masked) == len(text)
    assert sum(passage.end - passage.start for passage in passages) <= len(text) / 2
    assert all(one.end <= other.start for one, other in pairwise(passages))
    assert all(new in (old, " ") for old, new in zip(text, masked, strict=True))
    assert masked.count("\n") == text.count("\n")

"""Look-alike events have stories of their own, and what is told of one event later or in other words joins its story.

Names are listed by hand, as the entities service would find them. Each case is tried in both orders of arrival.
"""

from collections.abc import Iterable
from itertools import permutations
from typing import cast

import pytest

from consumers.stories import service as stories
from monitor.config import Config
from monitor.messages import ArticleStories, ArticleTopics, Entity, Language, Message, Span, Story
from tests.make import START, article

NAMES = {
    "place": "Antigua Champerico Quetzaltenango Guatemala Padang Sumatra Indonesia Reading Leeds Cairo Paris Riyadh Estonia "
    "Zanzibar Kivu Congo Tanzania Lyon Milan Odesa Munich Odessa Malibu Hollywood California Belmar Norland "
    "Kestria Ravenna Zelten Tarsk Ostmark Boreland",
    "person": "Arevalo Macron Ferrante Chauvet Reeve Salman Zelensky Busch Lake Keller Tolvanen Okoro Mehta",
    "org": "Conred BNPB Broadline Norvatek Halden Elysee Upendo",
}
QUAKE = (
    "Strong quake jolts Guatemala",
    (
        "A magnitude 6.3 earthquake struck near Quetzaltenango on Tuesday, knocking down homes and cutting electricity, "
        "Guatemala's agency Conred said. At least five people were killed and dozens injured. Rescuers searched the rubble."
    ),
)
QUAKE_ELSEWHERE = (
    "Strong quake jolts Sumatra",
    (
        "A magnitude 6.1 earthquake struck near Padang on Tuesday, knocking down homes and cutting electricity, Indonesia's "
        "agency BNPB said. At least two people were killed and dozens injured. Rescuers searched the rubble."
    ),
)
QUAKE_TOLL = (
    "Guatemala earthquake toll climbs to 19",
    (
        "The number of people killed by Tuesday's earthquake near Quetzaltenango rose to 19 as rescuers reached remote "
        "villages, Conred said on Wednesday. Electricity is back in most homes."
    ),
)
VALUE = (
    "Broadline crosses $500bn in market value",
    (
        "Shares in the chip maker Broadline rose 5 percent and lifted its market value past $500 billion for the first time, "
        "on strong demand for chips used in data centres around the world."
    ),
)
VALUE_ELSEWHERE = (
    "Norvatek crosses $500bn in market value",
    (
        "Shares in the chip maker Norvatek rose 6 percent and lifted its market value past $500 billion for the first time, "
        "on strong demand for chips used in data centres around the world."
    ),
)
JOBS = (
    "Halden to cut 2,700 jobs in its automation business",
    (
        "Halden will cut 2,700 jobs in its automation business, the Munich company said on Wednesday. Chief executive Busch "
        "blamed weak demand. The union said it would fight the plan."
    ),
)
ORDER = (
    "Halden wins train order worth 1.2 billion from Egypt",
    (
        "Halden has won an order for trains and signals, the Munich company said on Wednesday. Chief executive Busch called it "
        "a sign of strength. The first line is to run from Cairo in 2028."
    ),
)
TRIAL = (
    "Banker jailed for six years in Milan fraud trial",
    (
        "A court in Milan sentenced the banker Ferrante to six years in prison for fraud. Judges found that he had hidden "
        "losses. His lawyers said they would appeal against the verdict."
    ),
)
TRIAL_ELSEWHERE = (
    "Mayor jailed for four years in Lyon bribery trial",
    (
        "A court in Lyon sentenced the mayor Chauvet to four years in prison for bribery. Judges found that he had taken "
        "money. His lawyers said they would appeal against the verdict."
    ),
)
FERRY = (
    "Ferry sinks near Zanzibar with 90 aboard",
    (
        "A ferry with 90 people aboard went down in strong winds near Zanzibar on Monday, officials in Tanzania said. "
        "Forty-eight people had been saved by nightfall. The Upendo was bound for Zanzibar."
    ),
)
FERRY_RETOLD = (
    "Dozens feared drowned as boat capsizes off Zanzibar",
    (
        "Dozens of passengers are feared drowned after the Upendo capsized on Monday with 90 people aboard. Strong winds "
        "hampered the search, Tanzania said. Divers looked for the missing near Zanzibar."
    ),
)
FERRY_ELSEWHERE = (
    "Ferry sinks on Lake Kivu with 120 aboard",
    (
        "A ferry with 120 people aboard went down in strong winds on Lake Kivu on Monday, officials in Congo said. "
        "Fifty-two people had been saved by nightfall. Divers looked for the missing."
    ),
)
PORT = (
    "Drones hit Odesa port, three killed",
    (
        "Drones struck the port of Odesa overnight, killing three dockers and setting grain stores on fire. Zelensky called "
        "for more air defence after the attack on the harbour."
    ),
)
PORT_NEXT_DAY = (
    "Odesa counts cost of strike on harbour",
    (
        "Four dockers are now known to have died in the drone strike on the port of Odesa. Zelensky visited the harbour. "
        "Grain stores burned until noon."
    ),
)
ARREST = (
    "Singer Lake arrested for drunk driving in Malibu",
    (
        "The singer Lake was arrested on suspicion of drunk driving in Malibu, California, police said. She was released on "
        "bail of $30,000. Her publicist declined to comment."
    ),
)
ARREST_ELSEWHERE = (
    "Actor Keller held for drunk driving in Hollywood",
    (
        "The actor Keller was arrested on suspicion of drunk driving in Hollywood, California, police said. He was released on "
        "bail of $15,000. His publicist declined to comment."
    ),
)
SUMMIT = (
    "Tolvanen hosts neighbours at Ravenna summit",
    (
        "President Tolvanen of Norland opened a summit with the leaders of Kestria, Zelten and Tarsk in Ravenna on Thursday. "
        "She promised loans. The leaders are to sign a declaration on trade and security on Friday, her ministry said."
    ),
)
SUMMIT_ELSEWHERE = (
    "Tolvanen to attend summit in Boreland at the weekend",
    (
        "President Tolvanen of Norland will attend a summit in Boreland at the weekend, her ministry said on Thursday. She is "
        "to meet Okoro and Mehta of Ostmark. The leaders are to sign a declaration on trade and a common bank."
    ),
)
CLOSURE = (
    "Halden closes its Belmar plant",
    "Halden will close its washing machine plant in Belmar with 440 workers by next year. The group blamed falling demand.",
)
CLOSURE_PROTEST = (
    "Belmar workers rally at plant gates",
    "Some 300 workers rallied at the gates of the Halden plant in Belmar on Wednesday. They demanded that it stay open.",
)


def message(title: str, text: str, minutes: float) -> ArticleTopics:
    """Return an article with the entities of NAMES that it names."""
    found = []
    for kind, names in NAMES.items():
        for name in names.split():
            places = [("title", title.find(name)), ("text", text.find(name))]
            spans = tuple(Span(field, at, at + len(name)) for field, at in places if at >= 0)  # type: ignore[arg-type]
            if spans:
                count = title.count(name) + text.count(name)
                found.append(Entity(f"{kind}:{name.casefold()}", kind, name, count, spans))  # type: ignore[arg-type]
    body = article(title, text, minutes=minutes, outlet=f"outlet of {title}")
    return ArticleTopics(body, {"received": START}, Language("en", 1.0), tuple(found), (), ())


def place(*texts: tuple[str, str], minutes: float = 600) -> list[ArticleStories]:
    """Return the articles with their stories. Each comes *minutes* after the one before."""
    service = stories.make(Config)
    service.use_clock(lambda: START)
    state = service.fresh(lambda _: True)
    placed = []
    for number, (title, text) in enumerate(texts):
        for output in list(cast("Iterable[Message]", service.step(state, message(title, text, number * minutes)))):
            assert isinstance(output, ArticleStories | Story)
            service.apply(state, output)
            if isinstance(output, ArticleStories):
                placed.append(output)
    return placed


@pytest.mark.parametrize(
    "pair",
    [
        pytest.param((QUAKE, QUAKE_ELSEWHERE), id="two earthquakes on one day"),
        pytest.param((VALUE, VALUE_ELSEWHERE), id="one template, two companies"),
        pytest.param((JOBS, ORDER), id="two announcements of one company"),
        pytest.param((TRIAL, TRIAL_ELSEWHERE), id="two verdicts"),
        pytest.param((FERRY, FERRY_ELSEWHERE), id="two ferries"),
        pytest.param((ARREST, ARREST_ELSEWHERE), id="one region, two arrests"),
        pytest.param((SUMMIT, SUMMIT_ELSEWHERE), id="one leader, two summits"),
    ],
)
def test_events_that_look_alike_have_two_stories_and_none_is_a_copy(pair: tuple[tuple[str, str], ...]) -> None:
    for order in permutations(pair):
        first, second = place(*order)
        assert first.story.id != second.story.id
        assert second.story.duplicate_of is None


@pytest.mark.parametrize(
    "pair",
    [
        pytest.param((QUAKE, QUAKE_TOLL), id="a toll that changes"),
        pytest.param((FERRY, FERRY_RETOLD), id="other words"),
        pytest.param((PORT, PORT_NEXT_DAY), id="the next day"),
        pytest.param((CLOSURE, CLOSURE_PROTEST), id="a follow-up with few words in common"),
    ],
)
def test_one_event_has_one_story(pair: tuple[tuple[str, str], ...]) -> None:
    for order in permutations(pair):
        first, second = place(*order, minutes=1500)
        assert first.story.id == second.story.id


def test_the_order_of_arrival_changes_no_story() -> None:
    events = ((QUAKE, QUAKE_TOLL), (QUAKE_ELSEWHERE,), (FERRY, FERRY_RETOLD), (FERRY_ELSEWHERE,))
    articles = [(number, each) for number, event in enumerate(events) for each in event]
    for order in list(permutations(articles))[::29]:
        placed = place(*(each for _, each in order), minutes=1)
        found = {(number, output.story.id) for (number, _), output in zip(order, placed, strict=True)}
        assert len(found) == len(events) == len({story for _, story in found})

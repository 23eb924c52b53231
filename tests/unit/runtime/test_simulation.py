"""A service that is simulated on past messages, with a clock that follows them."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from monitor.messages import Message, Story
from monitor.runtime.service import Service
from monitor.runtime.simulation import TICK, simulate
from tests.make import START


class Published:
    """The state of the test service: the stories that it has published."""

    def __init__(self) -> None:
        self.stories: list[Story] = []


def story(story_id: str, last: datetime) -> Story:
    return Story(story_id, story_id, last, last, 1, (), 0, (), {}, {}, (), None)


def story_service() -> Service[datetime, Published]:
    """Return a service that publishes a story for each message, and one more after 90 minutes of silence.

    It fails on a message of an hour after START.
    """

    def step(state: Published, sent: datetime) -> Iterator[Story]:
        yield story(f"message {len(state.stories)}", sent)
        if sent == START + timedelta(hours=1):
            raise ValueError("a bad message")

    def tick(state: Published, now: datetime) -> Iterator[Story]:
        last = state.stories[-1] if state.stories else None
        if last and last.id != "silence" and now - last.last >= timedelta(minutes=90):
            yield story("silence", now)

    return Service(
        "stories",
        datetime,
        step,
        fresh=lambda _: Published(),
        apply=lambda state, published: state.stories.append(published),
        tick=tick,
    )


def ids(messages: Iterable[Message]) -> list[str]:
    return [message.id for message in messages if isinstance(message, Story)]


def test_the_clock_ticks_between_messages_and_after_the_last() -> None:
    simulation = simulate(story_service())
    assert ids(simulation.process(START, START)) == ["message 0"]
    assert simulation.advance(START + timedelta(minutes=80)) == []
    late = START + timedelta(hours=3)
    assert ids(simulation.process(late, late)) == ["silence", "message 2"]
    times = [published.last - START for published in simulation.state.stories]
    assert times == [timedelta(0), timedelta(minutes=90), timedelta(hours=3)]
    assert simulation.advance(START) == []
    assert ids(simulation.advance(late + timedelta(hours=2) + TICK)) == ["silence"]


def test_a_message_that_fails_publishes_nothing() -> None:
    simulation = simulate(story_service())
    bad = START + timedelta(hours=1)
    assert simulation.process(bad, bad) == []
    assert simulation.state.stories == []

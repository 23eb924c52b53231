"""What the health of a service says can be published and shown, whatever its text."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from monitor.messages import RunningService
from monitor.messages.codec import encode
from monitor.runtime.health import MAX_TROUBLE_CHARS, Health
from monitor.runtime.presence import this_process
from tests.make import START


def said_as_trouble(text: str) -> Health:
    health = Health()
    health.report("waiting", text)
    return health


def said_as_progress(text: str) -> Health:
    return Health(progress=lambda: text)


def said_as_config(text: str) -> Health:
    return Health(config=lambda: text)


@pytest.mark.parametrize("text", ["x" * 5000, "caf\udce9/" * 1000, "\N{GRINNING FACE}" * 5000], ids=["long", "bytes", "wide"])
@pytest.mark.parametrize("make", [said_as_trouble, said_as_progress, said_as_config])
def test_a_text_is_cut_and_escaped_wherever_it_comes_from(text: str, make: Callable[[str], Health]) -> None:
    health = make(text)
    said = health.text()
    assert said is not None
    assert len(said) == MAX_TROUBLE_CHARS
    assert said[:3] == text[:3]
    process = replace(this_process(START), services=(RunningService("alerts", health.state, said, 0),))
    assert encode(process).key == process.id


def test_a_service_that_cannot_say_how_far_it_is_does_not_hide_the_others() -> None:
    def fail() -> str:
        raise ValueError("no list")

    assert Health(progress=fail).text() == "how far it is cannot be told: ValueError: no list"


def test_a_service_without_trouble_says_nothing() -> None:
    assert Health().text() is None

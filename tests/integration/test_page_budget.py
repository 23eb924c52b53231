"""How many bytes a reader's browser gets: the largest page of the list, its style and its scripts."""

from datetime import timedelta
from pathlib import Path

import aiohttp

from monitor.messages import Alert, AlertEntity, AlertTopic, Origin, Report, Voice
from page.templates import STATIC
from page.views.listing import PAGE_ROWS
from tests.make import START, alert
from tests.page import served

KB = 1000
FILES = {"*.css": 20 * KB, "*.js": 15 * KB}
"""The most bytes of all files of a kind together, before compression."""
SENT, WHOLE = 40 * KB, 70 * KB
"""The most bytes of a list of 50 rows as it is sent, and before compression: a quarter are buttons that need no script."""


def busy_alert(number: int) -> Alert:
    """An alert of six articles whose names and words are of no other."""
    moments = [START + timedelta(minutes=10 * number + each) for each in range(6)]
    words = [f"{number * 7919 % 1009}-{each}" for each in range(12)]
    voices = tuple(Voice("said", "named", f"Speaker {word}") for word in words[:3])
    return alert(
        3,
        id=f"watch-{number % 20}:{number * 2654435761 % 2**64:016x}",
        watch=f"watch-{number % 20}",
        title=f"Ministers of {words[0]} meet those of {words[1]} on the price of {words[2]} and a treaty about {words[3]}",
        updated=moments[-1],
        articles=tuple(
            Report(f"a{each}", 1, f"Outlet {words[each]}", f"Title {words[each]}", None, moments[each], voices)
            for each in range(6)
        ),
        origins=tuple(Origin(f"Speaker {word}", "named", "said", START, START, ("o",)) for word in words[:4]),
        entities=tuple(AlertEntity(f"person:{word}", "person", f"Speaker {word}") for word in words[:5]),
        topics=tuple(AlertTopic(f"medtop:{word}", f"topic {word}") for word in words[:4]),
        standing="reported",
    )


async def test_a_full_list_is_small(tmp_path: Path) -> None:
    alerts = [busy_alert(number) for number in range(PAGE_ROWS + 10)]
    async with (
        served(tmp_path, "", *alerts, clock=lambda: START + timedelta(hours=11)) as page,
        aiohttp.ClientSession(auto_decompress=False) as client,
    ):
        assert 0 < len(await sent(client, page.url)) < SENT
        assert 0 < len(await sent(client, page.url, "identity")) < WHOLE


def test_the_style_and_the_scripts_are_small() -> None:
    sizes = {pattern: sum(file.stat().st_size for file in Path(str(STATIC)).glob(pattern)) for pattern in FILES}
    assert {pattern: size for pattern, size in sizes.items() if not 0 < size < FILES[pattern]} == {}


async def sent(client: aiohttp.ClientSession, url: str, encoding: str = "gzip") -> bytes:
    """The body of *url* as it is sent to a browser that takes *encoding*."""
    async with client.get(url, headers={"Accept-Encoding": encoding}) as response:
        assert response.status == 200
        return await response.read()

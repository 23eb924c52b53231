"""What a worker process answers: JSON of the declared type. Nothing in an answer runs, and no answer costs the parent much."""

import os
import pickle
from pathlib import Path

import psutil
import pytest

from monitor.feeds.parsing.items import Media, NotAFeed
from monitor.feeds.parsing.parse import ERRORS, FeedDocument, make_parser
from monitor.worker import InvalidAnswer, WorkerDied, WorkerError, WorkerProcess
from monitor.worker.frames import HEADER_BYTES
from tests.unit.worker_functions import MIB, Refusal, answerer, frame, memory_eater, out_of_memory, refuser, until_gone


class Exploit:
    """Creates a file when it is unpickled."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, int]]:
        return os.mknod, (self.path, 0o600)


def raw_answers(path: Path) -> list[bytes]:
    """Return answers as a worker that was taken over may give them."""
    exploit = Exploit(str(path))
    return [
        frame(pickle.dumps((True, exploit), protocol=5)),
        frame(pickle.dumps((False, exploit), protocol=5)),
        frame(b"+" + pickle.dumps(exploit, protocol=5)),
        frame(b"-" + pickle.dumps(exploit, protocol=5)),
        frame(b""),
        frame(b"+"),
        frame(b"+{"),
        frame(b'+{"words": 3}'),
        frame(b'+{"words": ["a"], "at": "never", "size": 1}'),
        frame(b'+{"words": ["a"], "at": "2026-03-10T00:00:00Z", "size": "1"}'),
        frame(b'+{"words": ["\xff"], "at": "2026-03-10T00:00:00Z", "size": 1}'),
        frame(b"+" + b"[" * MIB),
        frame(b'+{"other": ' + b"[" * 100_000),
        frame(b'-["builtins.SystemExit"]'),
        frame(b'-{"builtins.SystemExit": "1"}'),
        frame(b'+{"words": [], "at": "2026-03-10T00:00:00Z", "size": 1}') + b"more",
    ]


@pytest.mark.parametrize("number", range(16))
async def test_a_malformed_answer_is_an_error_of_its_call_and_nothing_in_it_runs(tmp_path: Path, number: int) -> None:
    async with WorkerProcess(answerer) as worker:
        before = (await worker.call(b"", 5)).size
        with pytest.raises(InvalidAnswer):
            await worker.call(raw_answers(tmp_path / "made")[number], 5)
        await until_gone(before)
        assert not (tmp_path / "made").exists()
        assert (await worker.call(b"", 5)).size != before


async def test_an_answer_that_is_too_long_is_refused_before_it_is_read() -> None:
    async with WorkerProcess(answerer, max_answer_bytes=MIB) as worker:
        for size in (MIB + 1, 2**62, 2**64 - 1):
            before = (await worker.call(b"", 5)).size
            with pytest.raises(InvalidAnswer, match=f"more than {MIB} bytes"):
                await worker.call(size.to_bytes(HEADER_BYTES), 5)
            await until_gone(before)


async def test_an_endless_answer_costs_no_more_memory_than_the_limit() -> None:
    before = psutil.Process().memory_info().rss
    async with WorkerProcess(memory_eater, max_answer_bytes=MIB) as worker:
        with pytest.raises(InvalidAnswer):
            await worker.call(100, 60)
    assert psutil.Process().memory_info().rss - before < 50 * MIB


async def test_an_error_that_is_expected_is_raised_as_itself_and_any_other_as_a_worker_error() -> None:
    async with WorkerProcess(refuser, errors=[Refusal]) as worker:
        with pytest.raises(Refusal, match=r"^not today$"):
            await worker.call("refuse", 5)
        with pytest.raises(WorkerError, match=r"^SystemError: told$"):
            await worker.call("fail", 5)
        with pytest.raises(WorkerError) as long:
            await worker.call("long", 5)
        assert len(str(long.value)) < 3000


async def test_a_worker_without_memory_is_replaced() -> None:
    async with WorkerProcess(out_of_memory) as worker:
        with pytest.raises(WorkerDied):
            await worker.call("eat", 20)
        assert await worker.call("rest", 5) == "rest"


async def test_a_feed_arrives_as_it_was_parsed() -> None:
    feed = b"""<rss version="2.0"><channel><title>T</title><ttl>5</ttl><item><title>a \xe2\x80\xa8 \xf0\x9f\x98\x80</title>
        <guid>g</guid><enclosure url="http://a.example/b" type="image/png" length="3"/><category>c</category></item>
        </channel></rss>"""
    document = FeedDocument(feed, "text/xml")
    async with WorkerProcess(make_parser, errors=ERRORS) as worker:
        parsed = await worker.call(document, 20)
        assert parsed.ttl == 300
        assert parsed.items[0].enclosures == (Media("http://a.example/b", "image/png", "3"),)
        assert parsed.items[0].categories == ("c",)
        assert parsed.items[0].raw
        with pytest.raises(NotAFeed, match="the response is empty"):
            await worker.call(FeedDocument(b""), 20)

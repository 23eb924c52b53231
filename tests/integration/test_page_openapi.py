"""Every route of the API against its OpenAPI document, on a running server."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from monitor.clock import utc
from page.api.routes import ENDPOINTS
from tests.make import alert, article_stories
from tests.page import served

CONFIG = '[[watches]]\nid = "kim"\nany = ["Kim"]\n'


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The document of a page that runs in a thread."""
    folder, started, loop = tmp_path_factory.mktemp("page"), asyncio.Event(), asyncio.new_event_loop()
    urls: list[str] = []
    thread = Thread(target=loop.run_until_complete, args=(_serve(folder, started, urls),))
    thread.start()
    asyncio.run_coroutine_threadsafe(started.wait(), loop).result(60)
    yield schemathesis.openapi.from_url(f"{urls[0]}/api/openapi.json")
    loop.call_soon_threadsafe(started.clear)
    thread.join(30)
    loop.close()


async def _serve(folder: Path, started: asyncio.Event, urls: list[str]) -> None:
    messages = (alert(1), alert(2, change="outlet"), article_stories("Kim’s train", id="a", story="s1", fetched=utc()))
    async with served(folder, CONFIG, *messages) as page:
        urls.append(page.url)
        started.set()
        while started.is_set():
            await asyncio.sleep(0.05)


def test_each_route_answers_as_its_document_says(api: Any) -> None:
    # schemathesis cannot wait for an answer without end, which test_page_api_events reads.
    ending = api.exclude(operation_id="follow_alerts")
    operations = [result.ok() for result in ending.get_all_operations()]
    assert len(operations) == len(ENDPOINTS) - 1
    for operation in operations:

        @settings(max_examples=25, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def check(case: Any) -> None:
            # Whether a text is a query or a cursor is beyond a schema, so a valid request may be refused.
            case.call_and_validate(headers={"Sec-Fetch-Site": "same-origin"}, excluded_checks=[positive_data_acceptance])

        check()

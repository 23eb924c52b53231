"""Traces of OpenTelemetry: a receiver on 127.0.0.1 gets one trace of an article, from the poll to the delivery."""

import asyncio
import gzip
import json
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.fakefeed import serving
from tests.integration.command import environment, newsmonitor, started, write_config
from tests.running import until
from tests.web import listening

TARGET = 'to = ["log"]\n[[targets]]\nid = "log"\nlog = true\n[page]\nstart = false\n'


@dataclass
class Collector:
    """A receiver of OTLP over HTTP: its URL, and the spans that it got, with the names of the services."""

    url: str = ""
    spans: list[Span] = field(default_factory=list)
    services: set[str] = field(default_factory=set)

    async def receive(self, request: web.Request) -> web.Response:
        """Take the spans of a request."""
        body = await request.read()
        message = ExportTraceServiceRequest.FromString(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
        for resource in message.resource_spans:
            self.services |= {each.value.string_value for each in resource.resource.attributes if each.key == "service.name"}
            self.spans += [span for scope in resource.scope_spans for span in scope.spans]
        return web.Response(content_type="application/x-protobuf")

    def trace_of(self, name: str) -> list[Span]:
        """Return the spans of the trace that has one called *name*, each after its parent; none if one of them is absent."""
        ids = {span.trace_id for span in self.spans if span.name == name}
        spans = {span.parent_span_id: span for span in self.spans if span.trace_id in ids}
        chain = [spans[b""]] if b"" in spans else []
        while chain and chain[-1].span_id in spans:
            chain.append(spans[chain[-1].span_id])
        return chain if chain and chain[-1].name == name else []


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    """Yield a receiver of traces."""
    collector, app = Collector(), web.Application()
    app.router.add_post("/v1/traces", collector.receive)
    async with listening(app) as port:
        collector.url = f"http://127.0.0.1:{port}"
        yield collector


def attributes(span: Span) -> dict[str, str | int]:
    """Return the attributes of *span*."""
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


async def test_a_receiver_gets_one_trace_from_the_poll_to_the_delivery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with collecting() as collector, serving() as fake:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
        write_config(tmp_path, fake, watches=TARGET)
        fake.responds_with_items("/a", "An old title")
        async with started(tmp_path, "run"):
            await until(lambda: any(span.name == "poll" for span in collector.spans))
            fake.responds_with_items("/a", "Kim Jong Un travels by train", "An old title")
            trace = await until(lambda: collector.trace_of("deliver log"))
    streams = ("article.raw.v1", "article.entities.v1", "article.topics.v1", "article.stories.v1", "alert.v1")
    assert [span.name for span in trace] == ["poll", *(f"process {name}" for name in streams), "deliver log"]
    assert attributes(trace[1])["messaging.system"] == "sqlite"
    services = ["entities", "topics", "stories", "alerts", "delivery"]
    assert [attributes(span)["messaging.consumer.group.name"] for span in trace[1:-1]] == services
    assert {span.kind for span in trace[1:-1]} == {Span.SPAN_KIND_CONSUMER}
    assert (attributes(trace[-1])["newsmonitor.target"], collector.services) == ("log", {"newsmonitor"})
    with closing(sqlite3.connect(tmp_path / "news.db")) as db:
        ((headers,),) = db.execute('SELECT headers FROM "delivery.v1" WHERE CAST(value AS TEXT) LIKE \'%"sent"%\'').fetchall()
    assert json.loads(headers)["traceparent"].startswith(f"00-{trace[-1].trace_id.hex()}-{trace[-1].span_id.hex()}-")


async def test_a_receiver_that_is_away_holds_up_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    async with serving() as fake:
        write_config(tmp_path, fake, watches=TARGET)
        fake.responds_with_items("/a", "An old title")
        async with started(tmp_path, "run", "poller"):
            await until(lambda: fake.count("/a") > 1)


async def test_a_receiver_that_hangs_holds_up_neither_news_nor_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Connections wait in the queue of the socket for ever.
    with socket.create_server(("127.0.0.1", 0)) as receiver:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{receiver.getsockname()[1]}")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "600")
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
        async with serving() as fake:
            write_config(tmp_path, fake, watches=TARGET)
            fake.responds_with_items("/a", "An old title")
            async with started(tmp_path, "run"):
                await until(lambda: fake.count("/a") > 1)
                fake.responds_with_items("/a", "Kim Jong Un travels by train", "An old title")
                await until(lambda: "Kim Jong Un travels" in (tmp_path / "run.log").read_text())
    assert "the last spans are lost: their receiver does not answer" in (tmp_path / "run.log").read_text()


async def test_an_unknown_exporter_is_told_with_those_that_are_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "zipkin")
    (tmp_path / "monitor.toml").write_text('bus = "sqlite:news.db"\n')
    code, _, err = await newsmonitor(tmp_path, "run", "alerts")
    assert (code, "there is no exporter 'zipkin'; installed are console" in err) == (1, True)


async def test_without_the_extra_the_services_run_and_say_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shadow = tmp_path / "shadow" / "opentelemetry"
    shadow.mkdir(parents=True)
    (shadow / "__init__.py").write_text('raise ModuleNotFoundError("not installed", name="opentelemetry")\n')
    (tmp_path / "monitor.toml").write_text('bus = "sqlite:news.db"\n')
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "otlp")
    variables = {**environment(), "PYTHONPATH": f"{shadow.parent}:{environment()['PYTHONPATH']}"}
    with (tmp_path / "run.log").open("wb") as log:
        command = (sys.executable, "-m", "monitor", "run", "alerts")
        process = await asyncio.create_subprocess_exec(*command, cwd=tmp_path, stderr=log, env=variables)
    try:
        await until(
            lambda: (tmp_path / "news.db").exists() and "pip install 'newsmonitor[otel]'" in (tmp_path / "run.log").read_text()
        )
    finally:
        process.terminate()
    assert await process.wait() == 0


def test_nothing_of_it_is_imported_where_nobody_asks() -> None:
    script = (
        "import asyncio, os, sys; import monitor.cli.run, consumers.delivery.service, monitor.feeds.poller\n"
        "from monitor.runtime.tracing.setup import tracing\n"
        "async def main():\n    async with tracing(os.environ, 'sqlite'): pass\n"
        "asyncio.run(main()); print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    variables = {name: value for name, value in environment().items() if not name.startswith("OTEL_")}
    result = subprocess.run([sys.executable, "-c", script], env=variables, capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"

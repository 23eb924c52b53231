"""The examples of docs/extending.md do what the page says."""

import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
from click.testing import CliRunner
from jsonschema_rs import Draft202012Validator

from consumers.alerts.matching.compile import compile_watch
from consumers.alerts.matching.matcher import Matcher
from consumers.alerts.matching.matches import find_matches
from consumers.alerts.matching.resolve import lookups_for
from consumers.delivery import service as delivery
from consumers.delivery.channels import CHANNELS
from monitor.bus import Partition, ProducerRecord, Record
from monitor.bus.address import Address
from monitor.bus.backends import BACKENDS, backend, connect
from monitor.cli.group import CommandRow, LazyGroup
from monitor.config import Config, Watch
from monitor.config.extensions import Extensions
from monitor.config.load import parse
from monitor.config.problems import KeyProblem
from monitor.messages import ArticleRaw, Delivery, Report
from monitor.messages.codec import decode, encode
from monitor.runtime.simulation import simulate
from page.api.endpoint import Arguments
from page.api.openapi import document
from page.records import Records
from tests.bus import read_all
from tests.make import START, alert, article, article_stories
from tests.running import running, until

PAGE = (Path(__file__).parents[2] / "docs" / "extending.md").read_text(encoding="utf-8")
MAX_LINES = 60
"""Longest example: a page that nobody reads helps nobody."""


def example_code(heading: str) -> str:
    """Return the Python block below *heading*."""
    (section,) = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", PAGE, flags=re.MULTILINE | re.DOTALL)
    (code,) = re.findall(r"^```python\n(.*?)^```$", section, flags=re.MULTILINE | re.DOTALL)
    assert code.count("\n") <= MAX_LINES
    return str(code)


def example(heading: str) -> Any:
    """Run the Python block below *heading* and return its names."""
    names: dict[str, Any] = {"__name__": f"example_{heading.replace(' ', '_')}"}
    exec(compile(example_code(heading), f"docs/extending.md: {heading}", "exec"), names)  # noqa: S102  (our own page)
    return SimpleNamespace(**names)


def test_a_service_publishes_its_own_messages() -> None:
    module = example("A service")
    run = simulate(module.make(Config))
    message = ArticleRaw(article("Title", "Twelve chars"), {"received": START})
    (length,) = run.process(message, START)
    record = encode(length)
    assert (record.stream, record.key) == ("length.v1", message.article.id)
    assert module.check(Config()) == []
    assert module.reads is ArticleRaw
    (kind,) = module.messages
    assert kind.STREAM.partitions == 4
    assert decode(kind, Record(Partition("length.v1"), 0, 0.0, record.key, record.value, {})) == length


async def test_a_bus_is_chosen_by_its_scheme(tmp_path: Path) -> None:
    module = example("A bus")
    address = Address(module.absolute("folder:news", tmp_path))
    sys.modules["example_bus"] = module
    chosen = backend(address.url, {**BACKENDS, "folder": "example_bus"})
    assert chosen is module
    assert "nothing has run yet" in (chosen.missing(address) or "")
    (tmp_path / "news").mkdir()
    async with chosen.connect(address) as bus:
        await bus.publish([ProducerRecord("feed.v1", "key", b"value")])
        (record,) = [record async for record in bus.replay("feed.v1", None)]
    assert (record.partition, record.value) == (Partition("feed.v1"), b"value")
    assert chosen.missing(address) is None


def test_an_article_takes_over_a_new_field_of_items() -> None:
    assert "rights" in example("A field of an article").TAKEN_OVER


def test_a_query_field_is_matched() -> None:
    module = example("A query field")
    fields = (*module.FIELDS, module.AUTHOR)
    matcher = Matcher(fields)
    matcher.add(compile_watch(Watch("w", query='author:"ann lee"'), lookups_for(Config()), fields))
    (match,) = find_matches(matcher, article_stories("Summit opens", authors=("Ann Lee",)))
    assert [(reason.clause, reason.words) for reason in match.reasons] == [("author", "Ann Lee")]
    assert find_matches(matcher, article_stories("Summit opens", authors=("Bo Ek",))) == []


CHANNEL_CONFIG = """
[[watches]]
id = "kim"
any = ["Kim"]
to = ["desk"]
[[targets]]
id = "desk"
file = "outbox/alerts.jsonl"
"""


async def test_a_channel_delivers_to_its_targets(tmp_path: Path) -> None:
    kind = example("A delivery channel").FILE
    parsed = parse(CHANNEL_CONFIG, tmp_path, Extensions(target_kinds=(kind.target_kind,)))
    config = replace(parsed, delivery=replace(parsed.delivery, retries=(0.1,) * 999))
    channels = {**CHANNELS, "file": kind}
    problem = KeyProblem(f"target 'desk': there is no folder {tmp_path / 'outbox'}", ("targets", 0, "file"))
    assert delivery.check(config, channels) == [problem]
    async with connect(f"sqlite:{tmp_path / 'bus.db'}") as bus, running(bus, delivery.make(lambda: config, channels)):
        await bus.publish([encode(alert(to=("desk",)))])

        async def has_state(state: str) -> bool:
            return any(record.state == state for record in await read_all(bus, Delivery))

        await until(lambda: has_state("retrying"))
        (tmp_path / "outbox").mkdir()
        await until(lambda: has_state("sent"))
        errors = {record.error for record in await read_all(bus, Delivery) if record.state == "retrying"}
    assert errors == {f"{tmp_path / 'outbox' / 'alerts.jsonl'}: No such file or directory"}
    assert delivery.check(config, channels) == []
    lines = (tmp_path / "outbox" / "alerts.jsonl").read_text(encoding="utf-8").splitlines()
    assert [(line["id"], line["version"]) for line in map(json.loads, lines)] == [("kim:s1", 1)]


def test_the_language_pack_is_the_one_that_the_language_tests_use() -> None:
    tested = (Path(__file__).parent / "text" / "esperanto.py").read_text(encoding="utf-8")
    assert tested.endswith(example_code("A language"))


def test_a_command_reads_the_bus(tmp_path: Path) -> None:
    command = example("A command").stories
    assert isinstance(command, click.Command)
    (tmp_path / "monitor.toml").write_text('bus = "sqlite:news.db"\n')
    result = CliRunner().invoke(command, obj=tmp_path / "monitor.toml")
    assert (result.exit_code, result.stdout) == (0, "0 stories\n")
    assert "nothing has run yet" in result.stderr
    sys.modules["example_command"] = example("A command")
    group = LazyGroup(rows={"stories": CommandRow("example_command:stories", "Count the stories.")}, extended_by="none")
    assert "Count the stories." in CliRunner().invoke(group, ["--help"]).stdout
    assert "Count the stories on the bus." in CliRunner().invoke(group, ["stories", "--help"]).stdout


async def test_an_endpoint_answers_as_its_document_says() -> None:
    (endpoint,) = example("A page or an endpoint").ENDPOINTS
    records = Records()
    records.apply(alert(1, articles=(Report("a", 1, "Harbour Post", "Title", None, START, ()),)), 0.0)
    site = SimpleNamespace(follower=SimpleNamespace(records=records))
    answer = await endpoint.answer(site, Arguments({}))
    described = document([endpoint])["paths"]["/api/v1/outlets"]["get"]
    schema = described["responses"]["200"]["content"]["application/json"]["schema"]
    Draft202012Validator(schema).validate(answer)
    assert answer["items"] == [{"outlet": "Harbour Post", "alerts": 1}]


def test_a_set_is_measured(tmp_path: Path) -> None:
    samples = [{"text": "The council met again on Friday to weigh a plan for new sea walls.", "language": "en"}]
    (tmp_path / "texts.jsonl").write_text(json.dumps(samples[0]) + "\n", encoding="utf-8")
    assert list(example("A measured set").languages(tmp_path)) == [{"texts": 1, "accuracy": 1.0}]

"""The dashboard and the alert rules in deploy/ name only what a real scrape of /metrics has."""

import asyncio
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import aiohttp
import promql_parser as promql
import pytest
import yaml

from monitor.cli.main import main
from tests.fakefeed import FakeFeed, serving
from tests.integration.command import running, write_config
from tests.metrics import Scrape, parse_scrape
from tests.ports import unused_port
from tests.running import until

pytestmark = pytest.mark.xdist_group("metrics")

DEPLOY = Path(__file__).parents[2] / "deploy"
DASHBOARD = json.loads((DEPLOY / "grafana" / "newsmonitor.json").read_text(encoding="utf-8"))
RULES = [
    rule
    for group in yaml.safe_load((DEPLOY / "prometheus" / "rules.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
PANELS = DASHBOARD["panels"]
OF_PROMETHEUS = frozenset({"job", "instance"})
"""The labels that Prometheus adds to each sample."""
UP = "up"
"""The metric that Prometheus itself adds for each scrape."""


def expressions() -> Sequence[str]:
    """All of PromQL in the two files, with a value for the variable of the dashboard."""
    of_panels = [target["expr"].replace("$job", ".+") for panel in PANELS for target in panel["targets"]]
    return [*(rule["expr"] for rule in RULES), *of_panels]


def nodes(expression: str) -> Sequence[promql.Expr]:
    """All nodes of the syntax tree of *expression*. Raises ValueError if it is not PromQL."""
    found: list[promql.Expr] = []
    promql.walk(promql.parse(expression), found.append)
    return found


def selectors(expression: str) -> Iterator[promql.VectorSelector]:
    for node in nodes(expression):
        if isinstance(node, promql.VectorSelector):
            yield node
        elif isinstance(node, promql.MatrixSelector):
            yield node.vector_selector


def grouped_by(expression: str) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """The labels by which each aggregation in *expression* groups, and the names of the metrics in it."""
    for node in nodes(expression):
        if isinstance(node, promql.AggregateExpr) and node.modifier:
            names = {selector.name for selector in selectors(node.expr.prettify())}
            yield frozenset(node.modifier.labels), frozenset(name for name in names if name)


@pytest.fixture(scope="module")
def scraped(tmp_path_factory: pytest.TempPathFactory) -> Scrape:
    """Scrapes of the services and of the page, after an article has raised an alert that was delivered to a target."""
    return asyncio.run(_scrape(tmp_path_factory.mktemp("metrics")))


async def _scrape(folder: Path) -> Scrape:
    port, page = unused_port(), unused_port()
    watches = 'to = ["log"]\n[[targets]]\nid = "log"\nlog = true\n'
    async with serving() as fake:
        write_config(folder, fake, listen=f'listen = "127.0.0.1:{port}"', watches=watches)
        return await _scrape_after_an_alert(folder, fake, f"127.0.0.1:{port}", f"127.0.0.1:{page}")


async def _scrape_after_an_alert(folder: Path, fake: FakeFeed, services: str, page: str) -> Scrape:
    fake.responds_with_items("/a", "An old title")
    async with running(folder, "run", NEWSMONITOR_PAGE=page), aiohttp.ClientSession() as session:

        async def has(address: str, name: str, **labels: str) -> Scrape | None:
            try:
                async with session.get(f"http://{address}/metrics") as response:
                    found = parse_scrape(await response.text())
            except aiohttp.ClientError:
                return None
            return found if found.value(f"newsmonitor_{name}", **labels) else None

        await until(lambda: has(services, "feeds", state="ok"), 60)
        fake.responds_with_items("/a", "Kim Jong Un travels by train", "An old title")
        of_services = await until(lambda: has(services, "deliveries_total", state="sent"), 60)
        await until(lambda: has(page, "page_index_current_timestamp_seconds", stream="alert.v1"), 60)
        of_page = await until(lambda: has(page, "page_requests_total", status="200"))
    found = (cast("Scrape", of_services), cast("Scrape", of_page))
    return Scrape({**found[1].samples, **found[0].samples}, found[0].names | found[1].names)


def test_a_scrape_follows_an_article_from_its_feed_to_the_target(scraped: Scrape) -> None:
    def value(name: str, **labels: str) -> float | None:
        return scraped.value(f"newsmonitor_{name}", **labels)

    assert value("articles_total", kind="backfill") == 1
    assert value("articles_total", kind="news") == 1
    assert value("matches_total", result="alert") == 1
    assert value("alert_versions_total", change="new", severity="normal") == 1
    assert value("deliveries_total", target="log", state="sent") == 1
    assert value("deliveries_total", target="log", state="failed") == 0
    assert value("deliveries_pending", target="log") == 0
    assert value("alert_latency_seconds_count") == 1
    assert value("feeds", state="ok", reason="none") == 1
    assert value("bus_reachable") == 1
    assert value("storage_bytes")
    services = ("poller", "entities", "topics", "stories", "alerts", "delivery")
    assert [value("service_ready", service=name) for name in services] == [1] * len(services)


def test_names_follow_the_rules_of_prometheus(scraped: Scrape) -> None:
    ours = {name for name in scraped.names if name.startswith("newsmonitor_")}
    assert ours
    units = ("_seconds", "_bytes", "_total", "_info", "_bucket", "_sum", "_count")
    counted_things = {
        *("feeds", "targets", "deliveries_pending", "lag_messages", "stories_open", "alerts_open", "config_hash"),
        *("bus_reachable", "hub_subscriptions", "config_refused", "config_restart_needed", "storage_short"),
        *("service_ready", "service_state", "service_partitions", "page_ready", "page_readers", "page_readers_limit"),
    }
    assert {name.removeprefix("newsmonitor_") for name in ours if not name.endswith(units)} == counted_things
    assert not {name for name in ours if re.search(r"_(ms|minutes|hours|mb|percent)(_|$)", name)}


def test_no_label_has_the_ids_of_feeds_watches_or_articles(scraped: Scrape) -> None:
    labels = {label for name in scraped.samples if name.startswith("newsmonitor_") for label in scraped.labels(name)}
    assert labels == {
        *(
            "service",
            "stream",
            "state",
            "reason",
            "result",
            "kind",
            "change",
            "severity",
            "target",
            "version",
            "le",
            "route",
            "status",
        ),
    }


@pytest.mark.parametrize("expression", expressions())
def test_an_expression_selects_metrics_and_labels_of_a_real_scrape(scraped: Scrape, expression: str) -> None:
    found = list(selectors(expression))
    assert found
    for selector in found:
        if selector.name == UP:
            continue
        assert selector.name in scraped.names
        matched = {matcher.name for matcher in selector.matchers.matchers}
        assert matched <= scraped.labels(selector.name) | OF_PROMETHEUS
    for labels, names in grouped_by(expression):
        for name in names:
            assert labels <= scraped.labels(name) | OF_PROMETHEUS


def test_each_metric_is_in_the_dashboard_or_the_rules_or_named_here(scraped: Scrape) -> None:
    used = {selector.name for expression in expressions() for selector in selectors(expression)}
    histograms = {name for name in scraped.names if name.endswith(("_sum", "_count"))}
    ours = {name for name in scraped.names if name.startswith("newsmonitor_")} - histograms
    assert ours - used == {f"newsmonitor_{name}" for name in ("build_info", "service_state", "event_loop_stalls_total")}


def test_the_documentation_lists_each_metric(scraped: Scrape) -> None:
    page = (
        (DEPLOY.parent / "docs" / "operations.md")
        .read_text(encoding="utf-8")
        .partition("\n## The metrics\n")[2]
        .partition("\n## ")[0]
    )
    first_cells = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `") and "/" not in line.split("|")[1]]
    documented = {name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)}
    ours = {name.removeprefix("newsmonitor_") for name in scraped.names if name.startswith("newsmonitor_")}
    ours -= {name for name in ours if name.startswith("page_")}
    assert {re.sub(r"_(bucket|sum|count)$", "", name) for name in ours} == documented


def test_an_alert_rule_says_what_is_wrong_and_what_to_do() -> None:
    assert len({rule["alert"] for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert re.fullmatch(r"Newsmonitor[A-Z][A-Za-z]+", rule["alert"])
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert set(rule["annotations"]) == {"summary", "remedy"}
        assert promql.parse_duration(rule.get("for", "1m"))


def command_exists(words: Sequence[str]) -> bool:
    """Whether *words*, up to the first in capitals, are a command."""
    import click

    command: click.Command | None = main
    for word in words:
        if word.isupper() or not isinstance(command, click.Group):
            break
        command = command.get_command(click.Context(command), word)
    return command is not None


def test_the_commands_of_the_remedies_exist() -> None:
    texts = [rule["annotations"]["remedy"] for rule in RULES] + [panel["description"] for panel in PANELS]
    commands = [match.split() for text in texts for match in re.findall(r"`newsmonitor ([^`]+)`", text)]
    assert commands
    assert [words for words in commands if not command_exists(words)] == []
    assert not command_exists(["dead", "retry"])


def test_the_labels_that_a_rule_prints_are_those_of_its_result() -> None:
    for rule in RULES:
        printed = set(re.findall(r"\$labels\.(\w+)", " ".join(rule["annotations"].values())))
        groups = list(grouped_by(rule["expr"]))
        known = groups[0][0] if groups else OF_PROMETHEUS
        assert printed <= known, rule["alert"]


def test_the_dashboard_is_one_that_grafana_can_import() -> None:
    assert {"title", "uid", "schemaVersion", "panels", "templating", "time"} <= set(DASHBOARD)
    assert DASHBOARD["schemaVersion"] >= 36
    variables = {variable["name"] for variable in DASHBOARD["templating"]["list"]}
    assert variables == {"datasource", "job"}
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    assert len({panel["title"] for panel in PANELS}) == len(PANELS)
    for panel in PANELS:
        assert panel["type"] in {"timeseries", "stat"}
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        references = [target["refId"] for target in panel["targets"]]
        assert references == sorted(set(references))
        for target in panel["targets"]:
            assert set(re.findall(r"\$(\w+)", target["expr"])) == {"job"}


def cells(panel: dict[str, Any]) -> set[tuple[int, int]]:
    place = panel["gridPos"]
    return {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}


def test_the_panels_of_the_dashboard_neither_overlap_nor_leave_its_width() -> None:
    seen: set[tuple[int, int]] = set()
    for panel in PANELS:
        assert not seen & cells(panel), panel["title"]
        seen |= cells(panel)
    assert max(x for x, _ in seen) < 24

"""The containers, as far as text tells, and their broker's settings on a real broker. Docker itself is never asked."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.bus.backends import Address, check_streams, connect, create_streams
from monitor.config import Config
from monitor.runtime.health import Health, health_endpoint
from monitor.runtime.registry import service_modules
from monitor.runtime.runner import SHUTDOWN_SECONDS
from tests import broker as brokers
from tests.contract.test_bus import messages, nothing, read_some

ROOT = Path(__file__).parents[2]
CODE = ("monitor", "consumers", "schemas")


def containers() -> dict[str, Any]:
    """All, by name, as docker-compose.yml has them."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return found


def ours() -> dict[str, Any]:
    """Those that are not the broker."""
    return {name: container for name, container in containers().items() if name != "kafka"}


def image(word: str) -> list[str]:
    """What follows *word* in the Dockerfile, line by line."""
    return re.findall(rf"^{word} (.+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)


def copied() -> list[str]:
    """What the image is made from."""
    return [source for line in image("COPY") for source in line.split()[:-1]]


def test_each_service_has_a_container_and_all_are_alike() -> None:
    assert {name: container["command"] for name, container in ours().items()} == {
        name: ["run", name] for name in service_modules()
    }
    first, *others = ({**container, "command": None} for container in ours().values())
    assert others == [first] * (len(service_modules()) - 1)
    assert (first["build"], first["restart"], "image" in first) == (".", "unless-stopped", False)
    assert first["depends_on"] == {"kafka": {"condition": "service_healthy"}}


def test_only_the_bus_and_the_health_address_differ_from_a_laptop() -> None:
    container, broker = ours()["poller"], containers()["kafka"]["environment"]
    assert container["environment"].keys() == {"NEWSMONITOR_BUS", "NEWSMONITOR_LISTEN"}
    bus = container["environment"]["NEWSMONITOR_BUS"].removeprefix("kafka://")
    assert f"INSIDE://{bus}" in broker["KAFKA_ADVERTISED_LISTENERS"].split(",")
    assert container["volumes"] == [".:/etc/newsmonitor:ro"]
    assert image("ENV")[-1] == "NEWSMONITOR_CONFIG=/etc/newsmonitor/monitor.toml"


def test_what_is_in_hand_may_be_finished() -> None:
    assert float(ours()["poller"]["stop_grace_period"].removesuffix("s")) > SHUTDOWN_SECONDS


async def test_the_health_check_tells_ready_from_not() -> None:
    container = ours()["poller"]
    listen, (kind, _, *words) = container["environment"]["NEWSMONITOR_LISTEN"], container["healthcheck"]["test"]
    (port,) = brokers.free_ports(1)
    assert (kind, listen in words[-1]) == ("CMD", True)
    words[-1] = words[-1].replace(listen, f"127.0.0.1:{port}")
    pulse = Health()

    async def check() -> int:
        process = await asyncio.create_subprocess_exec(sys.executable, *words, stderr=asyncio.subprocess.DEVNULL)
        return await asyncio.wait_for(process.wait(), 30)

    assert await check() == 1
    async with health_endpoint(f"127.0.0.1:{port}", {"poller": pulse}):
        assert await check() == 1
        pulse.report("running")
        assert await check() == 0


def test_the_broker_is_the_one_that_the_tests_run_on() -> None:
    kafka = containers()["kafka"]
    assert kafka["image"] == f"apache/kafka:{brokers.VERSION}"
    assert kafka["ports"] == ["127.0.0.1:9092:9092"]
    assert kafka["volumes"] == [f"kafka:{kafka['environment']['KAFKA_LOG_DIRS']}"]
    assert kafka["healthcheck"]["test"][-1] == ours()["poller"]["environment"]["NEWSMONITOR_BUS"].removeprefix("kafka://")


def test_where_a_service_stood_is_kept_longer_than_what_it_reads() -> None:
    assert containers()["kafka"]["environment"]["KAFKA_OFFSETS_RETENTION_MINUTES"] > Config().streams.days * 24 * 60


def properties() -> str:
    """The broker's variables as its image turns them into server.properties, with places on this machine."""
    ports = {"9092": "{port}", "9093": "{controller}", "19092": "{inside}"}
    set_to = containers()["kafka"]["environment"].items()
    text = "\n".join(f"{name.removeprefix('KAFKA_').lower().replace('_', '.')}={value}" for name, value in set_to)
    text = re.sub(r"(//|@)\w*(?:\.\w+)*:(\d+)", lambda place: f"{place[1]}127.0.0.1:{ports[place[2]]}", text)
    return text.replace("/var/lib/kafka", "{folder}")


@pytest.fixture
def composed(tmp_path: Path) -> Iterator[Address]:
    """A broker with the containers' settings."""
    with brokers.running(tmp_path, properties()) as address:
        yield Address(f"kafka://{address}")


@pytest.mark.kafka
async def test_the_broker_starts_and_serves_with_its_variables(composed: Address) -> None:
    await create_streams(composed)
    assert await check_streams(composed) == []
    async with connect(composed) as bus:
        await bus.publish(messages("alert.v1", 3))
        async with bus.subscribe("delivery", "alert.v1", restore=nothing) as subscription:
            batch = await read_some(subscription)
            await subscription.commit(batch[0].partition, batch, messages("delivery.v1", 1))
        assert [record.value async for record in bus.replay("delivery.v1", None)] == [b"value 0"]


def test_the_image_runs_the_command_and_not_as_root() -> None:
    assert image("USER")[-1] != "root"
    assert image("ENTRYPOINT") == ['["newsmonitor"]']


def test_the_image_is_made_from_what_is_there_and_docker_is_given() -> None:
    given = (ROOT / ".dockerignore").read_text().splitlines()
    assert [source for source in copied() if not (ROOT / source).exists() or f"!{source}" not in given] == []


def test_what_the_image_is_made_from_makes_the_whole_program(tmp_path: Path) -> None:
    source, target, skip = tmp_path / "source", tmp_path / "ours", shutil.ignore_patterns("__pycache__")
    source.mkdir()
    for name in copied():
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=skip)
        else:
            shutil.copy(ROOT / name, source)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    (wheel,) = target.iterdir()
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert inside == {
        path.relative_to(source).as_posix() for top in CODE for path in (source / top).rglob("*") if path.is_file()
    }


def test_make_up_without_a_config_tells_what_to_do(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "MAKEFLAGS"}
    make = [str(shutil.which("make")), "-f", str(ROOT / "Makefile"), "up"]
    done = subprocess.run(make, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "'newsmonitor init' writes one" in done.stdout) == (2, True)

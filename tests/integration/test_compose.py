"""The Dockerfile and docker-compose.yml, without Docker: their text, the wheel, and the broker's settings on a real broker."""

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
from page.security.hosts import is_own_address
from tests.broker import VERSION, kafka_broker
from tests.bus import producer_records, read_batch, replay, restore_nothing
from tests.ports import unused_port

ROOT = Path(__file__).parents[2]
PACKAGES = ("newsmonitor", "monitor", "consumers", "page", "schemas")
"""The packages of the wheel."""
OTHER_FOLDERS = ("evals", "bench", "tests")
"""Python code that is not in the wheel."""


def containers() -> dict[str, Any]:
    """Return the containers of docker-compose.yml, by name."""
    services: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return services


def service_containers() -> dict[str, Any]:
    """Return the containers of the services: all but those of the broker and the page."""
    return {name: container for name, container in containers().items() if name not in {"kafka", "page"}}


def instructions(name: str) -> list[str]:
    """Return the arguments of each instruction *name* in the Dockerfile."""
    return re.findall(rf"^{name} (.+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)


def image_sources() -> list[str]:
    """Return the files and folders that the Dockerfile copies."""
    return [source for arguments in instructions("COPY") for source in arguments.split()[:-1]]


def image_environment() -> dict[str, str]:
    """Return the variables of newsmonitor that the image sets."""
    pairs = (pair.partition("=") for arguments in instructions("ENV") for pair in arguments.split())
    return {name: value for name, _, value in pairs if name.startswith("NEWSMONITOR_")}


def test_there_is_one_container_for_each_service_and_they_differ_only_in_the_command() -> None:
    assert {name: container["command"] for name, container in service_containers().items()} == {
        name: ["run", name] for name in service_modules()
    }
    first, *others = ({**container, "command": None} for container in service_containers().values())
    assert others == [first] * (len(service_modules()) - 1)
    assert (first["build"], first["restart"], "image" in first) == (".", "unless-stopped", False)
    assert first["depends_on"] == {"kafka": {"condition": "service_healthy"}}


def test_only_the_bus_and_the_health_address_differ_from_a_laptop() -> None:
    container, broker = service_containers()["poller"], containers()["kafka"]["environment"]
    assert container["environment"].keys() == {"NEWSMONITOR_BUS", "NEWSMONITOR_LISTEN"}
    bus = container["environment"]["NEWSMONITOR_BUS"].removeprefix("kafka://")
    assert f"INSIDE://{bus}" in broker["KAFKA_ADVERTISED_LISTENERS"].split(",")
    assert container["volumes"] == [".:/etc/newsmonitor:ro"]
    assert image_environment() == {
        "NEWSMONITOR_CONFIG": "/etc/newsmonitor/monitor.toml",
        "NEWSMONITOR_LISTEN": container["environment"]["NEWSMONITOR_LISTEN"],
    }


def test_the_page_is_published_on_this_machine_alone_and_starts_with_a_token_only(tmp_path: Path) -> None:
    page, service = containers()["page"], service_containers()["poller"]
    listen, bus = page["environment"]["NEWSMONITOR_PAGE"], page["environment"]["NEWSMONITOR_BUS"]
    assert (page["command"], page["profiles"], bus) == (["serve"], ["page"], service["environment"]["NEWSMONITOR_BUS"])
    assert page["ports"] == [f"127.0.0.1:8470:{listen.rpartition(':')[2]}"]
    assert "http://127.0.0.1:8470/ready" in page["healthcheck"]["test"][-1]
    assert page["volumes"] == ["." + service["volumes"][0].removeprefix(".").removesuffix(":ro")]
    assert not is_own_address(listen), "an address of the container alone reaches nobody"
    (tmp_path / "monitor.toml").write_text('bus = "sqlite:news.db"\n')
    environment = {**os.environ, "NEWSMONITOR_PAGE": listen, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "monitor", *page["command"]]
    result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (result.returncode, "so the page needs a token" in result.stderr) == (1, True)
    environment["NEWSMONITOR_PAGE_TOKEN_FILE"] = page["environment"]["NEWSMONITOR_PAGE_TOKEN_FILE"]
    result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (result.returncode, "/run/secrets/page-token" in result.stderr) == (1, True)
    assert page["secrets"] == [Path(environment["NEWSMONITOR_PAGE_TOKEN_FILE"]).name]


def test_a_service_has_time_to_drain_before_docker_kills_it() -> None:
    assert float(service_containers()["poller"]["stop_grace_period"].removesuffix("s")) > SHUTDOWN_SECONDS


async def test_the_health_check_passes_only_while_the_service_is_ready() -> None:
    container = service_containers()["poller"]
    listen, (kind, _, *command) = container["environment"]["NEWSMONITOR_LISTEN"], container["healthcheck"]["test"]
    port = unused_port()
    assert (kind, listen in command[-1]) == ("CMD", True)
    command[-1] = command[-1].replace(listen, f"127.0.0.1:{port}")
    health = Health()

    async def check() -> int:
        process = await asyncio.create_subprocess_exec(sys.executable, *command, stderr=asyncio.subprocess.DEVNULL)
        return await asyncio.wait_for(process.wait(), 30)

    assert await check() == 1
    async with health_endpoint(f"127.0.0.1:{port}", {"poller": health}):
        assert await check() == 1
        health.report("running")
        assert await check() == 0


def test_the_broker_has_the_version_that_is_tested() -> None:
    kafka = containers()["kafka"]
    assert kafka["image"] == f"apache/kafka:{VERSION}"
    assert kafka["ports"] == ["127.0.0.1:9092:9092"]
    assert kafka["volumes"] == [f"kafka:{kafka['environment']['KAFKA_LOG_DIRS']}"]
    bus = service_containers()["poller"]["environment"]["NEWSMONITOR_BUS"]
    assert kafka["healthcheck"]["test"][-1] == bus.removeprefix("kafka://")


def test_the_positions_of_groups_are_kept_longer_than_the_streams() -> None:
    assert containers()["kafka"]["environment"]["KAFKA_OFFSETS_RETENTION_MINUTES"] > Config().streams.days * 24 * 60


def server_properties() -> str:
    """Return server.properties as the broker's image makes it from its environment, with the ports and folder of a test."""
    ports = {"9092": "{port}", "9093": "{controller}", "19092": "{inside}"}
    environment = containers()["kafka"]["environment"].items()
    text = "\n".join(f"{name.removeprefix('KAFKA_').lower().replace('_', '.')}={value}" for name, value in environment)
    text = re.sub(r"(//|@)\w*(?:\.\w+)*:(\d+)", lambda host: f"{host[1]}127.0.0.1:{ports[host[2]]}", text)
    return text.replace("/var/lib/kafka", "{folder}")


@pytest.fixture
def compose_broker(tmp_path: Path) -> Iterator[Address]:
    """Yield the address of a broker with the settings of docker-compose.yml."""
    with kafka_broker(tmp_path, server_properties()) as address:
        yield Address(f"kafka://{address}")


@pytest.mark.kafka
async def test_the_broker_runs_with_the_settings_of_its_container(compose_broker: Address) -> None:
    await create_streams(compose_broker)
    assert await check_streams(compose_broker) == []
    async with connect(compose_broker) as bus:
        await bus.publish(producer_records("alert.v1", 3))
        async with bus.subscribe("delivery", "alert.v1", restore=restore_nothing) as subscription:
            batch = await read_batch(subscription)
            await subscription.commit(batch[0].partition, batch, producer_records("delivery.v1", 1))
        assert [record.value for record in await replay(bus, "delivery.v1")] == [b"value 0"]


def test_the_dockerignore_file_admits_each_file_that_the_dockerfile_copies() -> None:
    sent = (ROOT / ".dockerignore").read_text().splitlines()
    assert [source for source in image_sources() if not (ROOT / source).exists() or f"!{source}" not in sent] == []


def package_files() -> set[str]:
    """Return the files of PACKAGES in this checkout."""
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file())
    return {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}


def test_the_wheel_of_the_image_holds_the_whole_program_and_nothing_else(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "wheel"
    source.mkdir()
    for name in (*image_sources(), *OTHER_FOLDERS):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    (wheel,) = target.iterdir()
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    pages = {name for name in names if ".data/data/share/man/man1/" in name}
    assert names - pages == package_files()
    assert {Path(name).name for name in pages} == {path.name for path in (ROOT / "man").iterdir()}


def test_make_up_without_a_config_says_what_to_do(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "MAKEFLAGS"}
    make = [str(shutil.which("make")), "-f", str(ROOT / "Makefile"), "up"]
    result = subprocess.run(make, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (result.returncode, "'newsmonitor init' writes one" in result.stdout) == (2, True)

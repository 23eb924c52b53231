"""Kafka brokers with settings of their own, each of which a test may kill and start again."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from testcontainers.core.container import DockerContainer

from tests.broker import CLUSTER_ID, JVM_OPTIONS, SETTINGS, VERSION, docker_is_running, download_jars, wait_until_ready
from tests.ports import unused_port

FORMAT, RUN = ("kafka-storage.sh", "kafka.tools.StorageTool"), ("kafka-server-start.sh", "kafka.Kafka")
"""The programs that prepare the data of a broker and that run it: the script in the image, and the class in the jars."""

QUICK = """replica.fetch.wait.max.ms=50
"""
"""Settings with which brokers soon notice that one of them is away."""


def format_node(folder: Path, properties: str, *options: str) -> None:
    """Prepare the data of a broker in *folder*, and write its *properties* there."""
    file = folder / "server.properties"
    file.write_text(properties)
    arguments = ("format", "-t", CLUSTER_ID, "-c", str(file), *options)
    if docker_is_running():
        with _container(folder, FORMAT[0], *arguments) as container:
            assert container.get_wrapped_container().wait()["StatusCode"] == 0, container.get_logs()
        return
    with (folder / "broker.log").open("a") as log:
        subprocess.run(_java(FORMAT[1], *arguments), check=True, stdout=log, stderr=log)


def start_node(folder: Path) -> Callable[[], None]:
    """Start the broker whose data is in *folder*. Return a function that kills it, as kill -9 does."""
    file = str(folder / "server.properties")
    if docker_is_running():
        container = _container(folder, RUN[0], file).start()
        return container.stop
    with (folder / "broker.log").open("a") as log:
        process = subprocess.Popen(_java(RUN[1], file), stdout=log, stderr=log)

    def kill() -> None:
        process.kill()
        process.wait()

    return kill


def _java(class_: str, *arguments: str) -> list[str]:
    return [str(shutil.which("java")), "-cp", f"{download_jars()}/*", *JVM_OPTIONS, class_, *arguments]


def _container(folder: Path, script: str, *arguments: str) -> DockerContainer:
    """Return a container that shares the network of this machine, so that several brokers reach each other on 127.0.0.1."""
    container = DockerContainer(f"apache/kafka:{VERSION}").with_volume_mapping(str(folder), str(folder), "rw")
    return container.with_command([f"/opt/kafka/bin/{script}", *arguments]).with_kwargs(network_mode="host", user=os.getuid())


@dataclass(frozen=True, slots=True)
class Nodes:
    """Brokers that copy their records to each other: the ports by number, the folder, and what kills those that run."""

    folder: Path
    ports: Mapping[int, int]
    running: dict[int, Callable[[], None]] = field(default_factory=dict)

    @property
    def servers(self) -> str:
        """Return HOST:PORT of each."""
        return ",".join(f"127.0.0.1:{port}" for port in self.ports.values())

    def start(self, number: int) -> None:
        """Start one, which may have been killed."""
        self.running[number] = start_node(self.folder / str(number))

    def kill(self, number: int) -> None:
        """Kill one, as kill -9 does."""
        self.running.pop(number)()


@contextmanager
def three_nodes(folder: Path) -> Iterator[Nodes]:
    """Run three brokers, of which two must store each commit."""
    nodes = Nodes(folder, {number: unused_port() for number in (1, 2, 3)})
    controllers = {number: unused_port() for number in nodes.ports}
    voters = ",".join(f"{number}@127.0.0.1:{port}" for number, port in controllers.items())
    for number, port in nodes.ports.items():
        own = folder / str(number)
        own.mkdir(parents=True)
        text = SETTINGS.format(port=port, controller=controllers[number], inside=0, folder=own)
        text = re.sub(r"node\.id=\d+", f"node.id={number}", text)
        text = re.sub(r"voters=.*", f"voters={voters}", text)
        text = re.sub(r"(offsets\.topic|transaction\.state\.log)\.replication\.factor=1", r"\1.replication.factor=3", text)
        format_node(own, text.replace("transaction.state.log.min.isr=1", "transaction.state.log.min.isr=2") + QUICK)
    try:
        for number in nodes.ports:
            nodes.start(number)
        for port in nodes.ports.values():
            wait_until_ready(port, lambda: True)
        yield nodes
    finally:
        for number in list(nodes.running):
            nodes.kill(number)

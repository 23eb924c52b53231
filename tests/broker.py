"""A real Kafka broker for the tests: in a container where a Docker engine answers, else from Maven's jars on Java."""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docker
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

VERSION = "4.3.1"
CACHE = Path(__file__).parent.parent / ".cache" / "kafka"
CLUSTER = "bmV3c21vbml0b3ItdGVzdA"
MISSING = (
    "the Kafka half of the tests was LEFT OUT: install a Docker engine, or Java 17 and Maven (java and mvn), and run again"
)
JVM = ("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xshare:auto")
READY_SECONDS = 60.0

POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>tests</groupId><artifactId>broker</artifactId><version>1</version><dependencies>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{VERSION}</version></dependency>
<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
</dependencies></project>"""

SETTINGS = """process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={folder}/data
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=100
log.cleaner.dedupe.buffer.size=8388608
log.index.size.max.bytes=1048576
log.retention.check.interval.ms=5000
"""


def engine_answers() -> bool:
    """Whether a Docker engine is there."""
    if not os.environ.get("DOCKER_HOST") and not Path("/var/run/docker.sock").exists():
        return False
    client = docker.DockerClient(version="1.41", base_url=os.environ.get("DOCKER_HOST"))
    try:
        return bool(client.ping())
    except (docker.errors.DockerException, OSError):
        return False
    finally:
        client.close()


def can_run() -> bool:
    """Whether a broker can be had on this machine."""
    return bool(shutil.which("java") and shutil.which("mvn")) or engine_answers()


@contextlib.contextmanager
def running(folder: Path, settings: str = SETTINGS) -> Iterator[str]:
    """A broker with *settings* that keeps its data in *folder*; gives its HOST:PORT.

    In *settings*, ``{port}``, ``{controller}`` and ``{inside}`` stand for free ports, ``{folder}`` for the data's place.
    """
    with in_container(settings) if engine_answers() else from_jars(folder, settings) as address:
        yield address


@contextlib.contextmanager
def in_container(settings: str) -> Iterator[str]:
    """Apache's own image."""
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415  (only where an engine answers)

    (port,) = free_ports(1)
    container = DockerContainer(f"apache/kafka:{VERSION}").with_bind_ports(port, port)
    lines = settings.format(port=port, controller=port + 1, inside=port + 2, folder="/tmp/kafka").split()  # noqa: S108
    for line in lines:
        name, _, value = line.partition("=")
        if name == "listeners":
            value = value.replace("//127.0.0.1:", "//0.0.0.0:")
        container = container.with_env(f"KAFKA_{name.upper().replace('.', '_')}", value)
    with container:
        wait_until_ready(port, lambda: True)
        yield f"127.0.0.1:{port}"


@contextlib.contextmanager
def from_jars(folder: Path, settings: str) -> Iterator[str]:
    """The jars that Maven fetches once."""
    libs = fetched()
    port, controller, inside = free_ports(3)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "server.properties"
    file.write_text(settings.format(port=port, controller=controller, inside=inside, folder=folder))
    java = [str(shutil.which("java")), "-cp", f"{libs}/*"]
    with (folder / "broker.log").open("w") as log:
        format_it = [*java, *JVM, "kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", str(file)]
        subprocess.run(format_it, check=True, stdout=log, stderr=log)
        process = subprocess.Popen([*java, *JVM, "kafka.Kafka", str(file)], stdout=log, stderr=log)
    try:
        wait_until_ready(port, lambda: process.poll() is None)
        yield f"127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def fetched() -> Path:
    """The folder with the broker's jars, fetched at the first call."""
    libs = CACHE / VERSION
    if libs.exists():
        return libs
    CACHE.mkdir(parents=True, exist_ok=True)
    (CACHE / "pom.xml").write_text(POM)
    made = CACHE / f"{VERSION}-{os.getpid()}"
    plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
    command = [str(shutil.which("mvn")), "-B", "-q", "-f", str(CACHE / "pom.xml"), plugin]
    subprocess.run([*command, f"-DoutputDirectory={made}", "-DincludeScope=runtime"], check=True)
    made.rename(libs)
    return libs


def wait_until_ready(port: int, alive: Callable[[], bool]) -> None:
    """Until a client gets metadata: an open port is not enough."""

    async def ask() -> None:
        client = AIOKafkaAdminClient(bootstrap_servers=f"127.0.0.1:{port}", request_timeout_ms=2000)
        try:
            await client.start()
            await client.list_topics()
        finally:
            await client.close()

    deadline, threads = time.monotonic() + READY_SECONDS, ThreadPoolExecutor(1)
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), 0.2):
                pass
            # A test's own loop may be running in this thread.
            threads.submit(asyncio.run, ask()).result()
            return
        except (OSError, KafkaError):
            if time.monotonic() > deadline or not alive():
                raise
            time.sleep(0.1)


def free_ports(count: int) -> list[int]:
    """Ports on 127.0.0.1 that nobody uses now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]
    finally:
        for each in sockets:
            each.close()

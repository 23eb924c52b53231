"""A real Kafka broker for the tests: in a container if a Docker engine is running, else on Java, from Maven's jars."""

import asyncio
import contextlib
import os
import resource
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

import docker
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from tests.ports import unused_port

VERSION = "4.3.1"
CACHE = Path(__file__).parent.parent / ".cache" / "kafka"
CLUSTER_ID = "bmV3c21vbml0b3ItdGVzdA"
INSTALL_HINT = "install a Docker engine, or Java 17 and Maven (java and mvn), and run again"
JVM_OPTIONS = ("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xshare:auto")
STARTUP_SECONDS = 60.0
"""Seconds after which a broker that is not ready is an error."""

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


def docker_is_running() -> bool:
    """Return True if a Docker engine answers."""
    if not os.environ.get("DOCKER_HOST") and not Path("/var/run/docker.sock").exists():
        return False
    client = docker.DockerClient(version="1.41", base_url=os.environ.get("DOCKER_HOST"))
    try:
        return bool(client.ping())
    except (docker.errors.DockerException, OSError):
        return False
    finally:
        client.close()


def is_available() -> bool:
    """Return True if this machine can run a broker."""
    return bool(shutil.which("java") and shutil.which("mvn")) or docker_is_running()


class Broker(Protocol):
    """A broker that may be stopped. *address* is its HOST:PORT."""

    address: str

    def kill(self) -> None:
        """Kill it."""

    def start(self) -> None:
        """Start it again, with its data, and wait until it answers."""

    def freeze(self) -> None:
        """Stop it so that it answers no one, and keeps its connections."""

    def thaw(self) -> None:
        """Let it go on."""

    def fill_disk(self, room: int) -> None:
        """Let its data have *room* more bytes. It ends once it needs more, and has room again when it is started."""


@contextlib.contextmanager
def kafka_broker(folder: Path, settings: str = SETTINGS) -> Iterator[str]:
    """Run a broker with the properties *settings* and its data in *folder*. Yield HOST:PORT.

    In *settings*, ``{port}``, ``{controller}`` and ``{inside}`` are replaced by free ports, and ``{folder}`` by *folder*.
    """
    with controlled_broker(folder, settings) as broker:
        yield broker.address


@contextlib.contextmanager
def controlled_broker(folder: Path, settings: str = SETTINGS) -> Iterator[Broker]:
    """Run such a broker. Yield it."""
    with docker_broker(settings) if docker_is_running() else java_broker(folder, settings) as broker:
        yield broker


@dataclass
class ContainerBroker:
    """See Broker."""

    address: str
    container: Any

    def kill(self) -> None:
        """See Broker."""
        self.container.kill()

    def start(self) -> None:
        """See Broker."""
        self.container.start()
        wait_until_ready(int(self.address.rpartition(":")[2]), lambda: True)

    def freeze(self) -> None:
        """See Broker."""
        self.container.pause()

    def thaw(self) -> None:
        """See Broker."""
        self.container.unpause()

    def fill_disk(self, room: int) -> None:  # noqa: ARG002  (the files in a container cannot be limited from outside)
        """Kill it, as if it had ended."""
        self.kill()


@contextlib.contextmanager
def docker_broker(settings: str) -> Iterator[ContainerBroker]:
    """Run the image apache/kafka."""
    from testcontainers.core.container import DockerContainer  # needs a Docker engine

    port = unused_port()
    container = DockerContainer(f"apache/kafka:{VERSION}").with_bind_ports(port, port)
    lines = settings.format(port=port, controller=port + 1, inside=port + 2, folder="/tmp/kafka").split()  # noqa: S108
    for line in lines:
        name, _, value = line.partition("=")
        if name == "listeners":
            value = value.replace("//127.0.0.1:", "//0.0.0.0:")
        container = container.with_env(f"KAFKA_{name.upper().replace('.', '_')}", value)
    with container:
        wait_until_ready(port, lambda: True)
        yield ContainerBroker(f"127.0.0.1:{port}", container.get_wrapped_container())


@dataclass
class JavaBroker:
    """See Broker. *command* runs it, its data is in the folder *data*, and it writes to *log*."""

    address: str
    command: Sequence[str]
    data: Path
    log: IO[str]

    def start(self) -> None:
        """See Broker."""
        self.process = subprocess.Popen(self.command, stdout=self.log, stderr=self.log)
        wait_until_ready(int(self.address.rpartition(":")[2]), lambda: self.process.poll() is None)

    def kill(self) -> None:
        """See Broker."""
        self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        """See Broker."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """See Broker."""
        self.process.send_signal(signal.SIGCONT)

    def fill_disk(self, room: int) -> None:
        """Limit the size of its files: a write fails in the same call as on a full disk, with another error code.

        The log of transactions grows with each commit. The largest log may never grow again.
        """
        size = max(self.data.glob("__transaction_state-0/*.log")).stat().st_size
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (size + room, resource.RLIM_INFINITY))


@contextlib.contextmanager
def java_broker(folder: Path, settings: str) -> Iterator[JavaBroker]:
    """Run the broker's jars on Java."""
    jars = download_jars()
    port, controller, inside = unused_port(), unused_port(), unused_port()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "server.properties"
    file.write_text(settings.format(port=port, controller=controller, inside=inside, folder=folder))
    java = [str(shutil.which("java")), "-cp", f"{jars}/*"]
    with (folder / "broker.log").open("w") as log:
        format_command = [*java, *JVM_OPTIONS, "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(file)]
        subprocess.run(format_command, check=True, stdout=log, stderr=log)
        broker = JavaBroker(f"127.0.0.1:{port}", [*java, *JVM_OPTIONS, "kafka.Kafka", str(file)], folder / "data", log)
        try:
            broker.start()
            yield broker
        finally:
            broker.kill()


def download_jars() -> Path:
    """Return the folder of the broker's jars, which Maven downloads at the first call."""
    jars = CACHE / VERSION
    if jars.exists():
        return jars
    CACHE.mkdir(parents=True, exist_ok=True)
    (CACHE / "pom.xml").write_text(POM)
    # Renamed when complete, since several test processes may download at once.
    download = CACHE / f"{VERSION}-{os.getpid()}"
    goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
    command = [str(shutil.which("mvn")), "-B", "-q", "-f", str(CACHE / "pom.xml"), goal]
    # What Maven prints goes to the standard error, since the caller may print JSON.
    subprocess.run([*command, f"-DoutputDirectory={download}", "-DincludeScope=runtime"], check=True, stdout=2)
    try:
        download.rename(jars)
    except OSError:
        # Another process was faster.
        shutil.rmtree(download)
    return jars


def wait_until_ready(port: int, is_alive: Callable[[], bool]) -> None:
    """Wait until a client gets the broker's metadata; an open port is not enough.

    Raises OSError or KafkaError if the broker exits, or is not ready after STARTUP_SECONDS.
    """

    async def request_metadata() -> None:
        client = AIOKafkaAdminClient(bootstrap_servers=f"127.0.0.1:{port}", request_timeout_ms=2000)
        try:
            await client.start()
            await client.list_topics()
        finally:
            await client.close()

    deadline, executor = time.monotonic() + STARTUP_SECONDS, ThreadPoolExecutor(1)
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), 0.2):
                pass
            # An event loop of the test may be running in this thread.
            executor.submit(asyncio.run, request_metadata()).result()
            return
        except (OSError, KafkaError):
            if time.monotonic() > deadline or not is_alive():
                raise
            time.sleep(0.1)

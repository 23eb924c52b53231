"""A trial of the chaos test fails if a fault was not made or is told before, or if a process has ended by itself."""

import ast
import asyncio
import mmap
import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from tests.chaos.__main__ import print_report
from tests.chaos.clock import clock_environment
from tests.chaos.fault import PID, SERVICE, Concerned, Fault, NotMade, Told, lasting
from tests.chaos.faults.outside import publish
from tests.chaos.faults.table import BY_NAME, FAULTS
from tests.chaos.feed_server import FeedServer
from tests.chaos.instrumented import FLAG_COUNT
from tests.chaos.log import SqliteLog
from tests.chaos.plan import Plan
from tests.chaos.processes import ServiceProcess
from tests.chaos.receiver import Receiver
from tests.chaos.system import System, wait_for
from tests.chaos.trial import Failed, Report, run_round, until
from tests.ports import unused_port
from tests.web import listening

CHAOS = Path(__file__).parents[1] / "chaos"
PLAN = (
    "import random; from tests.chaos.plan import make_plan;"
    "print([(*(getattr(v, n) for n in v.__slots__ if n != 'stances'), sorted(v.stances))"
    " for v in make_plan(random.Random(7), 6).versions])"
)
LOCKED = Told("/ready", "locked for writing", seconds=0.1)


@pytest.fixture
def system(tmp_path: Path) -> System:
    """A system without news."""
    server = FeedServer(Plan(()), lambda: 0)
    return System("sqlite:", tmp_path / "monitor.toml", server, Receiver(random.Random(1)), SqliteLog(tmp_path / "no"), ())


async def process(code: str, port: int = 1, log: Path = Path(os.devnull)) -> ServiceProcess:
    """A process that runs *code*, and says at *port* how it is."""
    with log.open("w") as file:
        started = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=file)
    return ServiceProcess(("poller",), started, mmap.mmap(-1, FLAG_COUNT), port, log)


def fault(told: Told | None = None, *, is_made: bool = True) -> Fault:
    """A fault that changes nothing."""

    async def make(_system: System, _rng: random.Random) -> AsyncIterator[Concerned]:
        if not is_made:
            raise NotMade("nothing came")
        yield None

    return Fault("nothing", lasting(make), told)


async def kinds(system: System, made: Fault) -> list[tuple[str, str]]:
    """Make a fault; return its findings."""
    with pytest.raises(Failed) as raised:
        await run_round(system, made, random.Random(1))
    return [(each.kind, each.text) for each in raised.value.findings]


@pytest.mark.parametrize("name", ["plan", "log", "oracle", "alert_oracle", "delivery_oracle", "feed_server", "receiver"])
def test_the_oracle_shares_no_code_with_the_services(name: str) -> None:
    nodes = list(ast.walk(ast.parse((CHAOS / f"{name}.py").read_text(encoding="utf-8"))))
    names = [each.name for node in nodes if isinstance(node, ast.Import) for each in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    assert {each.partition(".")[0] for each in names} - sys.stdlib_module_names <= {"aiohttp", "aiokafka", "tests"}
    assert [each for each in names if each.startswith("tests") and not each.startswith(("tests.chaos.", "tests.web"))] == []


def test_no_module_copies_the_constants_that_a_trial_shortens() -> None:
    """Such a copy would keep its value (hasty.py)."""
    files = [path for folder in ("monitor", "consumers", "page") for path in (CHAOS.parents[1] / folder).rglob("*.py")]
    using = {path.name for path in files if re.search(r"\b(PUBLISH|LOST|MAX_IDLE)_SECONDS\b", path.read_text(encoding="utf-8"))}
    assert using == {"presence.py", "process_records.py", "following.py", "client.py"}


def test_a_seed_gives_the_same_plan_again() -> None:
    plans = [
        subprocess.run([sys.executable, "-c", PLAN], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("1", "2")
    ]
    assert plans[0] == plans[1] != b""


async def test_a_fault_that_was_not_made_is_a_finding(system: System) -> None:
    assert await kinds(system, fault(is_made=False)) == [("not made", "nothing: nothing came")]
    await run_round(system, fault(), random.Random(1))


async def test_a_fault_that_is_untold_or_told_before_it_is_made_is_a_finding(system: System) -> None:
    says = "all is well"

    async def ready(_: web.Request) -> web.Response:
        return web.Response(text=says)

    app = web.Application()
    app.router.add_get("/ready", ready)
    async with listening(app) as port:
        system.processes = [await process("import time; time.sleep(60)", port)]
        assert [kind for kind, _ in await kinds(system, fault(LOCKED))] == ["untold"]
        says = "the file is locked for writing"
        assert [kind for kind, _ in await kinds(system, fault(LOCKED))] == ["told"]
        await system.processes[0].kill()


async def test_a_clock_that_this_machine_cannot_set_is_left_out_and_the_report_says_why(
    system: System, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    system.environment = clock_environment(tmp_path, libraries=())
    await run_round(system, BY_NAME["step clock"], random.Random(1))
    assert system.events == ["step clock:", "left out: libfaketime is not installed"]
    print_report("sqlite", Report(1, ["kill", "step clock"], system.left_out))
    assert "seed 1: kill, step clock (left out: libfaketime is not installed); 0 kills" in capsys.readouterr().out


async def test_what_the_logs_or_doctor_say_before_the_fault_is_a_finding_too(system: System) -> None:
    log = system.config_file.with_suffix(".poller.log")

    async def write() -> None:
        with log.open("a") as file:
            while True:
                print("feed failed", file=file, flush=True)
                await asyncio.sleep(0.05)

    writing = asyncio.create_task(write())
    assert [kind for kind, _ in await kinds(system, fault(Told("log", "feed failed", 0.1)))] == ["told"]
    writing.cancel()
    # There is no config.
    assert [kind for kind, _ in await kinds(system, fault(Told("doctor", "act +config", 0.1)))] == ["told"]


async def test_a_fault_of_processes_must_be_told_of_each_of_them_or_of_their_services() -> None:
    lost, down = Told("status", f"lost on host .pid {PID}."), Told("status", f"{SERVICE} does not run")
    processes = [await process(""), await process("")]
    pids = [str(each.process.pid) for each in processes]
    assert lost.patterns(processes) == {f"lost on host .pid {pid}." for pid in pids}
    assert down.patterns(processes) == {"poller does not run"}
    assert LOCKED.patterns(processes) == LOCKED.patterns([]) == {LOCKED.pattern}
    assert [await each.process.wait() for each in processes] == [0, 0]


@dataclass
class FakeBroker:
    """A broker that is there or not."""

    address: str = ""
    is_there: bool = True

    def kill(self) -> None:
        """See Broker."""
        self.is_there = False

    freeze = kill

    def start(self) -> None:
        """See Broker."""
        self.is_there = True

    thaw = start

    def fill_disk(self, room: int) -> None:
        """See Broker."""
        self.is_there = room < 0


@pytest.mark.parametrize("name", [each.name for each in FAULTS if each.needs_broker])
async def test_the_broker_is_back_also_if_a_fault_is_not_told(system: System, name: str) -> None:
    broker = system.broker = FakeBroker()

    async def make() -> None:
        async with BY_NAME[name].make(system, random.Random(1)):
            assert not broker.is_there
            raise Failed([])

    with pytest.raises(Failed):
        await make()
    assert broker.is_there


async def test_a_service_that_was_started_again_is_a_finding(system: System) -> None:
    restarts = 0

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(text=f'newsmonitor_service_restarts_total{{service="topics"}} {restarts}.0\n')

    app = web.Application()
    app.router.add_get("/metrics", metrics)
    async with listening(app) as port:
        system.processes = [await process("import time; time.sleep(60)", port)]
        await run_round(system, fault(), random.Random(1))
        restarts = 2
        assert await kinds(system, fault()) == [("restart", "after nothing, 2 services had failed and were started again")]
        await system.processes[0].kill()


async def test_a_process_that_ends_by_itself_is_a_finding_also_if_another_one_is_started(
    system: System, tmp_path: Path
) -> None:
    killed = await process("import time; time.sleep(60)")
    ended = await process("print('the last words', flush=True); raise SystemExit(3)", log=tmp_path / "log")
    await killed.kill()
    await ended.process.wait()
    assert (killed.has_failed, ended.has_failed) == (False, True)
    system.processes = [killed]
    await system.start_missing()
    await until(system)
    system.processes = [ended]
    await system.start_missing()
    assert system.processes == []
    with pytest.raises(Failed) as error:
        await until(system)
    assert [each.text for each in error.value.findings] == ["poller ended by itself with 3; its log ends:\nthe last words"]


async def test_a_stopped_process_that_others_have_killed_has_not_failed(system: System) -> None:
    system.processes = [stopped] = [await process("import time; time.sleep(60)")]
    text = f'{{"event": "killed a stopped process that blocked all others inside a write", "pid": {stopped.process.pid}}}\n'

    @asynccontextmanager
    async def make(system: System, rng: random.Random) -> AsyncIterator[Concerned]:
        async with BY_NAME["stop and continue"].make(system, rng) as concerned:
            system.config_file.with_suffix(".alerts.log").write_text(text)
            stopped.send(signal.SIGKILL)
            yield concerned

    await run_round(system, Fault("stop and continue", make, None), random.Random(1))
    assert (stopped.has_ended, stopped.has_failed) == (True, False)


async def test_another_program_tries_again_to_connect(system: System) -> None:
    system.url = f"kafka://127.0.0.1:{unused_port()}"
    with capture_logs() as logs:
        publishing = asyncio.create_task(publish(system, []))
        assert await wait_for(lambda: [each["event"] for each in logs].count("waiting for the bus") == 2, 60)
        publishing.cancel()
        await asyncio.gather(publishing, return_exceptions=True)

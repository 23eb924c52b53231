"""Why it is not possible to listen on an address, and what to do."""

import errno
import socket

import pytest
from aiohttp import web

from monitor.http.listening import CannotListen, explain, start_listening
from tests.web import listening


async def problem(address: str) -> str:
    """Return why it is not possible to listen on *address*."""
    runner = web.AppRunner(web.Application())
    await runner.setup()
    try:
        with pytest.raises(CannotListen) as raised:
            await start_listening(runner, address, "page.listen", "NEWSMONITOR_PAGE")
    finally:
        await runner.cleanup()
    return str(raised.value)


async def test_an_address_in_use_is_told_with_its_key_and_the_remedy() -> None:
    async with listening(web.Application()) as port:
        assert await problem(f"127.0.0.1:{port}") == (
            f"page.listen = '127.0.0.1:{port}': another process uses this port; choose another port"
            " (page.listen in the config, or NEWSMONITOR_PAGE), or stop that process"
        )


async def test_an_address_that_the_machine_does_not_have_blames_no_other_process() -> None:
    text = await problem("192.0.2.1:8490")
    assert "this machine does not have this address; choose one that it has" in text
    assert "process" not in text


def test_an_address_that_the_machine_does_not_have_is_told_on_any_version_of_python() -> None:
    error = OSError("could not bind on any address out of [('192.0.2.1', 8490)]")
    assert explain(error, "key") == "this machine does not have this address; choose one that it has, such as 127.0.0.1 (key)"


@pytest.mark.parametrize("code", [socket.EAI_NONAME, socket.EAI_AGAIN])
def test_a_name_without_an_address_is_told_with_the_reason(code: int) -> None:
    text = explain(socket.gaierror(code, "as the resolver says"), "key")
    assert text == (
        "this name cannot be resolved (as the resolver says); write an IP address of this machine, such as 127.0.0.1 (key)"
    )


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (errno.EACCES, "this user may not listen on this port; choose one from 1024 on (key)"),
        (errno.EPERM, "this user may not listen on this port; choose one from 1024 on (key)"),
        (errno.ENOBUFS, "No buffer space available; choose another address (key)"),
    ],
)
def test_what_is_no_fault_of_another_process_is_not_called_one(code: int, text: str) -> None:
    assert explain(OSError(code, "as the system says"), "key") == text

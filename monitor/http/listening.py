"""Listen on an address of the config, or say why that is not possible."""

import errno
import os
import socket

from aiohttp import web

NO_ADDRESS = "could not bind on any address"
"""What asyncio says since Python 3.13 of an address that the machine does not have. The error has no code."""


class CannotListen(OSError):
    """It is not possible to listen on an address; the text names the key of the config, the reason and the remedy."""


async def start_listening(runner: web.AppRunner, address: str, key: str, variable: str) -> None:
    """Let *runner*, which is set up, listen on *address* (``HOST:PORT``). Raises CannotListen.

    The address is that of the *key* in the config, or of the environment *variable*.
    """
    host, _, port = address.rpartition(":")
    try:
        await web.TCPSite(runner, host.strip("[]"), int(port)).start()
    except OSError as error:
        raise CannotListen(f"{key} = {address!r}: {explain(error, f'{key} in the config, or {variable}')}") from error


def explain(error: OSError, where: str) -> str:
    """Return why *error* came of listening on an address, and what to do; *where* is where the address is written."""
    if isinstance(error, socket.gaierror):
        reason = f"this name cannot be resolved ({error.strerror})"
        return f"{reason}; write an IP address of this machine, such as 127.0.0.1 ({where})"
    match errno.EADDRNOTAVAIL if NO_ADDRESS in str(error) else error.errno:
        case errno.EADDRINUSE:
            return f"another process uses this port; choose another port ({where}), or stop that process"
        case errno.EACCES | errno.EPERM:
            return f"this user may not listen on this port; choose one from 1024 on ({where})"
        case errno.EADDRNOTAVAIL:
            return f"this machine does not have this address; choose one that it has, such as 127.0.0.1 ({where})"
        case _:
            reason = os.strerror(error.errno) if error.errno else str(error)
            return f"{reason}; choose another address ({where})"

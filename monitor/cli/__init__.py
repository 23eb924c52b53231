"""The command `newsmonitor`."""

import signal

# Until click runs, Ctrl-C ends the program without a traceback of the import that it interrupts.
_interrupted = signal.getsignal(signal.SIGINT)
if _interrupted is signal.default_int_handler:
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    except ValueError:
        # Only the main thread may set handlers.
        _interrupted = None

from monitor.cli.main import main  # noqa: E402  (see above)

if _interrupted is signal.default_int_handler:
    signal.signal(signal.SIGINT, _interrupted)

__all__ = ["main"]

"""``python -m monitor`` is the command `newsmonitor`."""

from monitor.cli import main

if __name__ == "__main__":
    main(prog_name="newsmonitor")

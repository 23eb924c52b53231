"""Run the command `newsmonitor` as ``python -m monitor``."""

from monitor.cli import main

if __name__ == "__main__":
    main(prog_name="newsmonitor")

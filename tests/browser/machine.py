"""What the browser tests need of a machine: Chromium, and axe-core, which npm downloads."""

import os
import shutil
import subprocess
from pathlib import Path

VERSION = "4.14.1"
CACHE = Path(__file__).parent.parent.parent / ".cache" / "axe-core"
INSTALL_HINT = "install Chromium (chromium) and Node's npm, and run again"
NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """Return the path of the browser, None if there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def is_available() -> bool:
    """Return True if this machine can run the tests."""
    return find_chromium() is not None and shutil.which("npm") is not None


def download_axe() -> Path:
    """Return the script of axe-core, which npm downloads at the first call."""
    script = Path("node_modules") / "axe-core" / "axe.min.js"
    folder = CACHE / VERSION
    if (folder / script).exists():
        return folder / script
    CACHE.mkdir(parents=True, exist_ok=True)
    # Renamed when complete, since several test processes may download at once.
    download = CACHE / f"{VERSION}-{os.getpid()}"
    options = ("--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--silent")
    subprocess.run([str(shutil.which("npm")), "install", *options, "--prefix", download, f"axe-core@{VERSION}"], check=True)
    try:
        download.rename(folder)
    except OSError:
        # Another process was faster.
        shutil.rmtree(download)
    return folder / script

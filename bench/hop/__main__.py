"""`python -m bench.hop [PROGRAM ...]`."""

import asyncio
import sys

from bench.hop import PROGRAMS, main

asyncio.run(main(sys.argv[1:] or tuple(PROGRAMS)))

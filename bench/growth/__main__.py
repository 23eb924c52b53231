"""`python -m bench.growth [GROUP ...]`."""

import asyncio
import sys

from bench.growth import main

asyncio.run(main(sys.argv[1:]))

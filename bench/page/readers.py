"""Readers that follow a page, in a process of their own: `python -m bench.page.readers URL READERS`."""

import asyncio
import sys

import aiohttp


async def follow(client: aiohttp.ClientSession, url: str, following: asyncio.Semaphore) -> None:
    """Read the events of the page at *url* without end. Releases *following* once it does."""
    async with client.get(f"{url}/events", timeout=aiohttp.ClientTimeout()) as response:
        await response.content.readuntil(b"\n\n")
        following.release()
        while await response.content.readany():
            pass


async def main(url: str, readers: int) -> None:
    """Let so many *readers* follow the page, and say when they do."""
    following = asyncio.Semaphore(0)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client:
        tasks = [asyncio.create_task(follow(client, url, following)) for _ in range(readers)]
        for _ in range(readers):
            await following.acquire()
        print("following", flush=True)
        await asyncio.gather(*tasks)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))

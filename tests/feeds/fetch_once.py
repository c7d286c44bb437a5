"""Fetch one address in a process of its own, and say on a line of JSON what it took: `python fetch_once.py URL`."""

import asyncio
import json
import resource
import sys
from time import perf_counter

from monitor.core.errors import FetchError
from monitor.core.feed import Feed
from monitor.feeds import Fetched, Session, fetch


async def main(first: str, url: str) -> dict[str, object]:
    """Fetch a small document, so that everything is loaded, and then the one that is measured."""
    async with Session("vigie tests") as session:
        await fetch(session, Feed("first", first, allow_private=True))
        before, began = peak(), perf_counter()
        try:
            answer = await fetch(session, Feed("measured", url, allow_private=True))
            said = f"{len(answer.body)} bytes" if isinstance(answer, Fetched) else "unchanged"
        except FetchError as error:
            said = error.reason
        return {"said": said, "seconds": perf_counter() - began, "held": (peak() - before) * 1024}


def peak() -> int:
    """Give the most memory that this process ever held, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(main(*sys.argv[1:]))))

"""Fetch an address in a process of its own, and say on a line of JSON what it took: `fetch_once FIRST URL [TIMES]`.

Several times: all at once, each time under another name of this machine.
"""

import asyncio
import json
import resource
import sys
from time import perf_counter

from monitor.core.errors import FetchError
from monitor.core.feed import Feed
from monitor.feeds import Fetched, Session, fetch
from tests.feeds.names import Names


async def main(first: str, url: str, times: str = "1") -> dict[str, object]:
    """Fetch a small document, so that everything is loaded, and then what is measured."""
    names = Names({f"h{number}.example": "127.0.0.1" for number in range(int(times))})
    async with Session("vigie tests", resolver=names) as session:
        await fetch(session, Feed("first", first, allow_private=True))
        before, began = peak(), perf_counter()
        said = await asyncio.gather(*(fetched(session, url.replace("127.0.0.1", name)) for name in names.known))
        return {"said": sorted(set(said)), "seconds": perf_counter() - began, "held": (peak() - before) * 1024}


async def fetched(session: Session, url: str) -> str:
    """Fetch once, and keep no more of it than what it came to."""
    try:
        answer = await fetch(session, Feed("measured", url, allow_private=True))
    except FetchError as error:
        return error.reason.partition(": ")[2]
    return f"{len(answer.body)} bytes" if isinstance(answer, Fetched) else "unchanged"


def peak() -> int:
    """Give the most memory that this process ever held, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(main(*sys.argv[1:]))))

"""A poller that polls one feed: `python -m tests.usecases.poll_once DATABASE REDIS URL LEASE_MS`, done or killed."""

import asyncio
import sys
from datetime import timedelta

from monitor.core.feed import Feed
from monitor.feeds import Session
from monitor.ledger import Ledger
from monitor.poller import Poller
from monitor.queue import Bells
from monitor.state import State


async def poll(database: str, redis: str, url: str, lease_ms: int) -> None:
    """Take the lease and poll."""
    async with Session("vigie tests") as session:
        lasts = timedelta(milliseconds=lease_ms)
        poller = Poller(Ledger.open(database), State(redis), Bells(redis), session, lasts)
        (lease,) = poller.leases.take([Feed("live", url, allow_private=True)], 1)
        await poller.poll(lease)


if __name__ == "__main__":
    asyncio.run(poll(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))

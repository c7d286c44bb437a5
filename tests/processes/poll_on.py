"""A poller with short leases: `python -m tests.processes.poll_on DATABASE REDIS LEASE_MS`, until it is killed."""

import asyncio
import sys
from datetime import timedelta

from monitor import lifeline
from monitor.edition import Editions
from monitor.feeds import Session
from monitor.ledger import Ledger
from monitor.poller import Poller
from monitor.queue import Bells
from monitor.rounds import Round, run
from monitor.state import State


async def poll(database: str, redis: str, lease_ms: int) -> None:
    """Poll what is due, for ever."""
    ledger, state = Ledger.open(database), State(redis)
    editions = Editions(ledger)
    editions.start()
    async with Session("vigie tests") as session:
        poller = Poller(ledger, state, Bells(redis), session, timedelta(milliseconds=lease_ms))
        await run(Round(poller, editions, ledger, state), asyncio.Event(), lambda: None)


if __name__ == "__main__":
    lifeline.hold()
    asyncio.run(poll(sys.argv[1], sys.argv[2], int(sys.argv[3])))

"""A private Valkey that a test may kill and start again on the same data; it ends with the tests, however they end."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

from redis import Redis

from monitor import broker, lifeline


class Valkey:
    """One server on a socket in a folder of its own."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.url = broker.url(data_dir)
        self.redis = Redis.from_url(self.url)
        self._holder: subprocess.Popen[bytes] | None = None
        self.pid = 0

    def start(self) -> None:
        """Start, and wait until it answers; nothing is done where it runs."""
        if self._holder is None:
            words = broker.command(broker.find_server(), self.data_dir)
            held = [sys.executable, "-I", "-S", lifeline.__file__, *words]
            self._holder = subprocess.Popen(held, stdin=subprocess.PIPE, start_new_session=True)
        end = monotonic() + 20
        while not broker.answers(self.data_dir):
            assert monotonic() < end, broker.last_words(self.data_dir)
            sleep(0.01)
        self.pid = int(self.redis.info("server")["process_id"])

    def kill(self) -> None:
        """Kill it, as a crash would."""
        if self._holder is not None:
            with self._holder:
                os.killpg(self._holder.pid, signal.SIGKILL)
            self._holder = None

    def close(self) -> None:
        self.redis.close()
        self.kill()

"""A private Valkey that a test may kill and start again on the same data."""

import subprocess
from pathlib import Path
from time import monotonic, sleep

from redis import Redis

from monitor import broker


class Valkey:
    """One server on a socket in a folder of its own."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.url = broker.url(data_dir)
        self.redis = Redis.from_url(self.url)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers; nothing is done where it runs."""
        if self._process is None:
            words = broker.command(broker.find_server(), self.data_dir)
            self._process = subprocess.Popen(words, stdin=subprocess.DEVNULL)
        end = monotonic() + 20
        while not broker.answers(self.data_dir):
            assert monotonic() < end, broker.last_words(self.data_dir)
            sleep(0.01)

    def kill(self) -> None:
        """Kill it, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        self.redis.close()
        self.kill()

"""The real service as a child of the demo, on a folder of its own that goes when the demo goes."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from time import monotonic, sleep

from monitor import broker
from monitor.core.errors import StartError
from monitor.demo import tree
from monitor.demo.coverage import RULES
from monitor.demo.sinks import HOOK, MAIL

STOP_LASTS = 20.0
"""Seconds that the service gets to stop in order; what is left of it then is killed."""

LEFTOVERS_LAST = 5.0
"""Seconds that parts whose supervisor is gone get to notice it."""


class Service:
    """`vigie run` on a rules folder made for this demo; holds the child, and starts it again if it is killed."""

    def __init__(self, folder: Path, port: int, mail: str, hook: str) -> None:
        self.rules, self.data, self.log = folder / "rules", folder / "data", folder / "service.log"
        self.database = f"sqlite:///{self.data / 'ledger.sqlite'}"
        self._folder = folder
        self._env = environment(os.environ, self.data, self.database, {MAIL: mail, HOOK: hook})
        write_rules(self.rules, port)
        self._child = self._start()

    @property
    def pid(self) -> int:
        """The supervisor's process."""
        return self._child.pid

    @property
    def socket(self) -> Path:
        """Where the broker listens."""
        return broker.socket_path(self.data)

    def check(self) -> bool:
        """Start the service again if somebody killed it; say whether that was so.

        Raises: StartError: it ended of itself; with its last words.
        """
        code = self._child.poll()
        if code is None:
            return False
        if code >= 0:
            raise StartError(f"the service ended with exit code {code}: {self.last_words()}")
        self._let_go()
        self._child = self._start()
        return True

    def last_words(self) -> str:
        """Give the last line that the service logged."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def close(self, lasts: float = STOP_LASTS) -> None:
        """Stop the service in order; what is left of it after `lasts` seconds is killed."""
        self._child.terminate()
        try:
            self._child.wait(lasts)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._let_go()
        end = monotonic() + LEFTOVERS_LAST
        while (left := tree.marked(f"VIGIE_DATA_DIR={self.data}")) and monotonic() < end:
            sleep(0.05)
        tree.kill(left)
        if self.socket.parent.parent != self.data:
            shutil.rmtree(self.socket.parent, ignore_errors=True)

    def _let_go(self) -> None:
        """Close the lifeline of the child: whatever still holds on to it ends."""
        if self._child.stdin:
            self._child.stdin.close()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "monitor", "run", "--lifeline", "--rules", str(self.rules)]
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C reaches the demo alone, which then stops the service in order.
            return subprocess.Popen(  # noqa: S603 - our own program
                command,
                cwd=self._folder,
                env=self._env,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def environment(given: Mapping[str, str], data: Path, database: str, secrets: Mapping[str, str]) -> dict[str, str]:
    """Make the child's environment: nothing of what the user has set for his own service, and the demo's addresses."""
    kept = {name: value for name, value in given.items() if not name.startswith("VIGIE_")}
    ours = {f"VIGIE_SECRET_{name.upper()}": value for name, value in secrets.items()}
    return kept | ours | {"VIGIE_DATA_DIR": str(data), "VIGIE_DATABASE_URL": database}


def write_rules(folder: Path, port: int) -> None:
    """Copy the demo's rules with the port of its outlets filled in."""
    folder.mkdir()
    for path in sorted(RULES.glob("*.yaml")):
        (folder / path.name).write_text(path.read_text(encoding="utf-8").replace("{port}", str(port)), encoding="utf-8")

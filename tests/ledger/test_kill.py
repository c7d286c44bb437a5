"""A process that is killed at any moment leaves nothing half done."""

import random
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

from monitor.ledger import Ledger
from tests.ledger.desk import Desk

ENTRIES = 60
KILLS = 4
ROOT = Path(__file__).parents[2]


def test_a_desk_that_is_killed_again_and_again_tells_everything(url: str, desk: Desk, tmp_path: Path) -> None:
    desk.watch()
    outbox = tmp_path / "outbox"
    outbox.mkdir()
    while not _run(url, outbox, kill=_killed(outbox) < KILLS):
        pass

    _check(desk.ledger, outbox)


def _run(url: str, outbox: Path, *, kill: bool) -> bool:
    """Let a process work; say whether it came to its end."""
    command = [sys.executable, "-m", "tests.ledger.desk_worker", url, str(ENTRIES), str(outbox)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        if not kill:
            return process.wait(60) == 0
        try:
            return process.wait(random.uniform(0.01, 0.15)) == 0
        except subprocess.TimeoutExpired:
            process.kill()
            (outbox.parent / f"kill {_killed(outbox)}").touch()
            return False


def _killed(outbox: Path) -> int:
    return len(list(outbox.parent.glob("kill *")))


def _check(ledger: Ledger, outbox: Path) -> None:
    identities = [alert.revision.entry.identity for alert in ledger.alerts()]
    assert sorted(identities) == sorted(f"e{n}" for n in range(0, ENTRIES, 2))
    deliveries = ledger.deliveries()
    assert [d.state for d in deliveries] == ["sent"] * len(identities)
    sent = [path.name.split(".") for path in outbox.iterdir()]
    times = Counter(int(name) for name, _, _ in sent)
    assert times.keys() == {d.id for d in deliveries}
    for name, attempt, mark in sent:
        assert (mark == "uncertain") == (int(attempt) > 1), name
    uncertain = {d.id for d in deliveries if d.uncertain}
    assert {name for name, count in times.items() if count > 1} <= uncertain
    assert ledger.pending(deliveries[0].created + timedelta(days=2), timedelta(0)).next_due is None

"""The program that `vigie run` becomes: the supervisor, and what its children need, loaded once for all.

python -m monitor.cli._service [--lifeline] [--ready-file FILE]
"""

import gc
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

from monitor import broker
from monitor.child import Limits, Process
from monitor.cli import clock, main, poller, worker
from monitor.core.errors import StartError, VigieError
from monitor.log import configure
from monitor.settings import Secret, Settings, handed, load_settings
from monitor.signals import Signals
from monitor.spawn import FORKS, Fork, Program, flush
from monitor.supervisor import Supervisor

THRIFT = {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
"""Settings of libraries, where the user says nothing else: a thread per core would forbid forks, and cost memory."""

PRELOADED = (clock, poller, worker)
"""The verbs that run as children, and with them all their libraries."""


def become(settings: Settings, words: Sequence[str]) -> NoReturn:
    """Replace this process, and what it has loaded, by the service; its number and its parent stay.

    `words` are those of the program.
    """
    flush()
    command = [sys.executable, "-m", "monitor.cli._service", *words]
    os.execve(sys.executable, command, {**THRIFT, **os.environ, **handed(settings)})  # noqa: S606 - our own words


def serve(words: Sequence[str], limits: Limits, *, forks: bool = FORKS) -> None:
    """Run the service of the settings that were handed down; `forks`: its parts are forks of this process.

    Raises: StartError.
    """
    settings = load_settings()
    configure(settings.log_level, settings.log_format)
    private = Secret(broker.url(settings.data_dir))
    os.environ.update(handed(replace(settings, redis_url=settings.redis_url or private)))
    ready_file = next((Path(after) for word, after in pairwise(words) if word == "--ready-file"), None)
    if ready_file is not None:
        ready_file.unlink(missing_ok=True)
    gc.collect()
    gc.freeze()  # or the first collection in a child writes to every page it shares
    try:
        signals = Signals(lifeline="--lifeline" in words)
        Supervisor(settings, signals, fork_verb if forks else start_verb, lambda: _announce(ready_file), limits).run()
    finally:
        if ready_file is not None:
            ready_file.unlink(missing_ok=True)


def start_verb(_name: str, words: tuple[str, ...]) -> Process:
    """Start a verb of ours as a program."""
    return Program((sys.executable, "-m", "monitor", *words), os.environ)


def fork_verb(name: str, words: tuple[str, ...]) -> Process:
    """Start a verb of ours as a fork."""
    return Fork(name, lambda: _run(words))


def _run(words: tuple[str, ...]) -> None:
    sys.argv = ["vigie", *words]
    main()


def _announce(ready_file: Path | None) -> None:
    if ready_file is not None:
        try:
            ready_file.write_text(f"{os.getpid()}\n")
        except OSError as error:
            raise StartError(f"{ready_file} cannot be written: {error.strerror}") from error


if __name__ == "__main__":
    try:
        serve(sys.argv[1:], Limits())
    except VigieError as error:
        sys.stderr.write(f"vigie: {error}\n")
        sys.exit(1)

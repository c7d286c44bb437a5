"""`vigie demo` in one straight line: outlets and sinks, the real service, watch, judge, clean up."""

import fcntl
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from time import monotonic, time
from typing import IO

from rich.console import Console

from monitor.core.errors import StartError
from monitor.demo.coverage import read_gold, read_outlets, read_places
from monitor.demo.replay import Replay
from monitor.demo.report import Report, report_lines
from monitor.demo.service import Service
from monitor.demo.sinks import Accepted, Hook, Mailbox
from monitor.demo.stage import Script, Stage
from monitor.demo.view import Screen
from monitor.demo.watch import Watch
from monitor.signals import StopSign

TICK = 0.25
"""Seconds between two looks."""

PATIENCE = 75.0
"""Seconds after the end of the coverage in which what is missing may still come: a claim or a lease whose holder was
killed runs out after 30, and whoever takes over may be killed as well."""

START_LASTS = 60.0
"""Seconds within which the service must have polled a feed."""

LEFT_AFTER = 60.0
"""Seconds after which a folder that nobody holds was left by a demo that was killed."""

PREFIX = "vigie-demo-"


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for; `seconds` is how long the whole day takes, `port` 0 any free one.

    `summary`: a file for the summary as JSON, `-` for stdout, empty for none.
    """

    seconds: float = 40.0
    port: int = 0
    keep: bool = False
    plain: bool = False
    summary: str = ""


@contextmanager
def stop_sign() -> Iterator[StopSign]:
    """Turn Ctrl-C, SIGTERM and a closed terminal into a note while inside, so that none cuts off the cleaning up."""
    stop, numbers = StopSign(), (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, stop.note) for number in numbers]
    try:
        yield stop
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
        stop.close()


def play(options: Options) -> int:
    """Run the demo; give the exit code: 0 only if what was told agrees with the gold list.

    Raises: StartError: the port is busy, or the service does not start.
    """
    _forgive(sys.stdout)
    console = Console(stderr=options.summary == "-", highlight=False)
    with stop_sign() as stop, ExitStack() as open_:
        summary = _summary(options, open_)
        stage = _build(options, open_)
        _introduce(console, stage)
        _watch(stage, stop, Screen(console, plain=options.plain or not console.is_terminal))
        if stop.signal:
            console.print("Stopping.")
            return 128 + stop.signal
        report = stage.report()
        _tell(report, console, summary)
        if options.keep:
            console.print("The service goes on until Ctrl-C; its rules may be edited.")
        while options.keep and not stop.wait(TICK):
            stage.tick()
    return 0 if report.verdict.agrees else 1


def _forgive(stream: IO[str]) -> None:
    """Let a stream that cannot write Cyrillic write question marks, not fail in the middle."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="replace")


def _build(options: Options, open_: ExitStack) -> Stage:
    script = Script(read_outlets(), read_gold(), read_places())
    accepted: list[Accepted] = []
    replay = open_.enter_context(closing(Replay(script.outlets, options.seconds, options.port)))
    folder = open_.enter_context(temporary_folder())
    mailbox = open_.enter_context(closing(Mailbox(accepted.append)))
    hook = open_.enter_context(closing(Hook(accepted.append)))
    service = open_.enter_context(closing(Service(folder, replay.port, mailbox.address, hook.address)))
    watch = open_.enter_context(closing(Watch(service.database)))
    return Stage(script, replay, service, watch, accepted)


def _watch(stage: Stage, stop: StopSign, screen: Screen) -> None:
    """Play the day and show it, until everything is settled, time is up, or somebody has seen enough."""
    begun, over = monotonic(), 0.0
    with closing(screen):
        while not stop.wait(TICK):
            screen.show(stage.tick())
            over = over or (monotonic() if stage.played else 0.0)
            if stage.complete or (over and monotonic() > over + PATIENCE):
                return
            if not stage.replay.elapsed(datetime.now(UTC)) and monotonic() > begun + START_LASTS:
                raise StartError(f"no feed was polled within {START_LASTS:.0f} s: {stage.service.last_words()}")


def _introduce(console: Console, stage: Stage) -> None:
    service = stage.service
    console.print("Vigie demo: 10 January 2022 in Geneva, as five outlets told it.", style="bold")
    for name, value in (
        ("outlets", f"http://127.0.0.1:{stage.replay.port}/"),
        ("rules", service.rules),
        ("ledger", service.data / "ledger.sqlite"),
        ("broker", service.socket),
        ("service", f"process {service.pid}, logs to {service.log}"),
    ):
        console.print(f"{name:<10}{value}", soft_wrap=True)


def _summary(options: Options, open_: ExitStack) -> IO[str] | None:
    """Open what the summary is to be written to, before a minute is spent on it."""
    if options.summary in {"", "-"}:
        return sys.stdout if options.summary else None
    try:
        return open_.enter_context(Path(options.summary).open("w", encoding="utf-8"))
    except OSError as error:
        raise StartError(f"{options.summary} cannot be written: {error.strerror}") from error


def _tell(report: Report, console: Console, summary: IO[str] | None) -> None:
    console.print()
    for line in report_lines(report):
        console.print(line, soft_wrap=True)
    if summary:
        text = json.dumps(asdict(report) | {"agrees": report.verdict.agrees}, ensure_ascii=False, indent=2)
        summary.write(text + "\n")
        summary.flush()


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Make a folder that goes in the end; first take away those of demos that were killed before they could."""
    try:
        for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
            _sweep(left)
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    except OSError as error:
        raise StartError(f"no temporary folder can be made: {error.strerror}") from error
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(handle)
        shutil.rmtree(folder)


def _sweep(folder: Path) -> None:
    """Remove a demo's folder whose lock nobody holds; a new one may not yet be locked."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        status = os.fstat(handle)
        if status.st_uid == os.getuid() and time() - status.st_mtime > LEFT_AFTER:
            shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        return
    finally:
        os.close(handle)

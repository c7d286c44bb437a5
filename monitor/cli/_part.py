"""What every part of the service does first and last when it runs: logging, lifeline, signs of life."""

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import Event, Thread
from time import monotonic, sleep
from types import FrameType
from typing import NoReturn

import click

from monitor import broker, lifeline, log
from monitor.beat import Beat
from monitor.core.errors import ConfigError, Fault, LedgerError, Place, QueueError, StartError
from monitor.settings import Settings, variable_of
from monitor.state import State

AWAITED_FOR = 60.0
"""Seconds for which a part that starts waits for a ledger or a Redis that is away; then it ends."""

TRIED_EVERY = 0.5

TRY_LASTS = 60.0
"""Seconds within which one try surely ends: SQLite may wait 30 for a lock, a name server and a network as long."""

HEARD_EVERY = 5.0
"""Seconds between two words to Redis that a part is alive, for `vigie status` on any host."""


@contextmanager
def running(settings: Settings, name: str, *, held: bool) -> Iterator[tuple[Beat, "Presence"]]:
    """Run one part: log as set, end when the lifeline closes if it is `held` by one, beat and be heard of."""
    log.configure(settings.log_level, settings.log_format)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)  # until the part takes them for itself
    if held:
        lifeline.hold()
    beat = Beat(settings.data_dir, name)
    try:
        beat.start()
    except OSError as error:
        raise StartError(f"the data directory {settings.data_dir} cannot be used: {error.strerror}") from error
    presence = Presence(State(redis_url(settings)), name)
    presence.start()
    try:
        yield beat, presence
    finally:
        presence.close()
        beat.close()


def awaited(what: str, look: Callable[[], object], beat: Beat, lasts: float = AWAITED_FOR) -> None:
    """Wait for what a part cannot start without; say once that it is away, and once that it is back.

    Raises: LedgerError, QueueError: it is still away after `lasts` seconds; StartError: waiting does not help.
    """
    trouble = log.Trouble(log.get("start"), f"{what}_away", f"{what}_back")
    end = monotonic() + lasts
    with beat.during(lasts + TRY_LASTS):
        while True:
            try:
                look()
            except (LedgerError, QueueError) as error:
                trouble.met(error)
                if monotonic() > end:
                    raise
            else:
                return trouble.over()
            sleep(TRIED_EVERY)


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def redis_url(settings: Settings) -> str:
    """Give the URL of Redis: as set, else that of the private broker of the data directory."""
    return settings.redis_url.get_secret_value() or broker.url(settings.data_dir)


def database_url(settings: Settings) -> str:
    """Give the URL of the ledger."""
    return settings.database_url.get_secret_value()


def address_of(settings: Settings, address: str) -> str:
    """Give the address that a channel's `secret:NAME` stands for; another one is itself.

    Raises: ConfigError: nobody has set that secret.
    """
    kind, _, name = address.partition(":")
    if kind != "secret":
        return address
    if found := settings.secret(name):
        return found.get_secret_value()
    message = f"the secret {name} is not set - set {variable_of(name)} and restart, or write its file"
    raise ConfigError([Fault(Place("environment", 0, 0), "error", "unset_secret", message)])


def held(command: Callable[..., None]) -> Callable[..., None]:
    """Add what the supervisor says to its children: that their stdin is a lifeline."""
    return click.option("--lifeline", is_flag=True, hidden=True, help="End when stdin closes.")(command)


def named(default: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add the name of a part."""
    return click.option("--part", default=default, show_default=True, help="Name of its heartbeat, for `vigie health`.")


class Presence:
    """Tells Redis in a thread that this part is alive; what FLUSHALL takes is there again at the next word."""

    def __init__(self, state: State, name: str) -> None:
        self._state = state
        self._part = f"{name}@{socket.gethostname()}:{os.getpid()}"
        self._version = 0
        self._closing = False
        self._news = Event()
        self._thread = Thread(target=self._tell, name="presence", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def runs(self, version: int) -> None:
        """Tell that the part works with this version of the rules from now on."""
        self._version = version
        self._news.set()

    def close(self) -> None:
        """Stop, and say goodbye."""
        self._closing = True
        self._news.set()
        self._thread.join()
        self._state.close()

    def _tell(self) -> None:
        while True:
            self._news.clear()
            if self._closing:
                break
            self._news.wait(HEARD_EVERY if self._say() else 1.0)
        with suppress(QueueError):
            self._state.leave(self._part)

    def _say(self) -> bool:
        try:
            self._state.hear(self._part, datetime.now(UTC), self._version)
        except QueueError:
            return False  # whoever needs Redis for its work says so
        return True

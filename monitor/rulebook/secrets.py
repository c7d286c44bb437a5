"""Which secrets the channels and feeds of a rules folder name, and which of them nobody has set."""

from collections.abc import Iterator

from monitor.core.errors import Fault, Level
from monitor.rulebook.reading import Reading
from monitor.settings import Settings, variable_of


def unset_secrets(reading: Reading, settings: Settings, level: Level = "warning") -> tuple[Fault, ...]:
    """Find the secrets that channels and feeds name and nobody has set: a warning to who checks, an error to who runs.

    Raises:
        ConfigError: the file of a secret cannot be read.

    """
    return tuple(_unset(reading, settings, level))


def _unset(reading: Reading, settings: Settings, level: Level) -> Iterator[Fault]:
    for name, place in reading.secrets.items():
        if not settings.secret(name):
            folder = f", or write the file {settings.secrets_dir / name}" if settings.secrets_dir else ""
            message = f"the secret {name} is not set - set {variable_of(name)}{folder}"
            yield Fault(place, level, "unset_secret", message)

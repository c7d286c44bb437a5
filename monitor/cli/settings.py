"""`vigie settings`: every setting, its value and where it comes from; secrets masked."""

import json
import re
from collections.abc import Iterator

import click

from monitor.core.errors import ConfigError
from monitor.rulebook import read, sources_of
from monitor.settings import SETTINGS, Secret, Settings, load_settings, unused_secrets

MASK = "**********"

_PASSWORD = re.compile(r"(?<=://)([^/@:]*):(.*)(?=@)")
_PARAMETER = re.compile(r"([?&][^=&]*(?:pass|pwd|secret|token|key)[^=&]*=)[^&]*", re.IGNORECASE)


@click.command
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: name, value, origin.")
def command(*, as_json: bool) -> None:
    """Show every setting, its value and where it comes from; passwords and secrets are masked."""
    settings = load_settings()
    for name, value, origin in _rows(settings):
        if as_json:
            click.echo(json.dumps({"name": name, "value": value, "origin": origin}, ensure_ascii=False))
        else:
            click.echo(f"{name:<22} {value:<40} {origin}".rstrip())
    for fault in unused_secrets(settings, _used(settings)):
        click.echo(fault, err=True)


def _rows(settings: Settings) -> Iterator[tuple[str, str, str]]:
    for setting in SETTINGS:
        value = getattr(settings, setting.name)
        shown = masked(value.get_secret_value()) if isinstance(value, Secret) else "" if value is None else str(value)
        yield f"VIGIE_{setting.name.upper()}", shown, settings.origins.get(setting.name, "default")
    for name in sorted(settings.secrets):
        yield name, MASK, settings.origins.get(name, "")
    if settings.secrets_dir:
        for path in sorted(settings.secrets_dir.iterdir()):
            if path.is_file() and not path.name.lower().startswith("vigie_"):
                yield f"secret:{path.name}", MASK, str(path)


def masked(url: str) -> str:
    """Hide the passwords of a URL, wherever in it they stand."""
    return _PARAMETER.sub(rf"\1{MASK}", _PASSWORD.sub(rf"\1:{MASK}", url))


def _used(settings: Settings) -> tuple[str, ...]:
    """Name the secrets that the rules use; all that are set, where the rules cannot be read."""
    try:
        return tuple(read(sources_of(settings.rules_dir), examples=False).secrets)
    except ConfigError:
        return tuple(name.removeprefix("VIGIE_SECRET_") for name in settings.secrets)

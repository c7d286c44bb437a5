"""Settings: read once, at the doors, from the environment, `.env` and a secrets directory; all else takes arguments.

Importing this module is cheap. What checks values is heavy (pydantic: 20 MB, 0.2 s) and loaded only where nobody has
checked them yet: the supervisor hands its checked settings to its children (`handed`), who take them as they are.
"""

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from io import StringIO
from pathlib import Path
from typing import Any, Literal

from dotenv.parser import Binding, parse_stream

from monitor import __version__
from monitor.core.errors import ConfigError, Fault, Place

PREFIX = "VIGIE_"
SECRET_PREFIX = "VIGIE_SECRET_"  # noqa: S105 - a prefix of names
HANDED = "VIGIE_HANDED_SETTINGS"
"""The variable in which a parent hands checked settings to its children."""

DOTENV = Path(".env")
_SWALLOWED = re.compile(rf"^\s*(?:export\s+)?{PREFIX}\w+\s*=", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that shows itself only to who asks for it; false where it is empty."""

    _value: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __str__(self) -> str:
        return "**********" if self._value else ""

    def get_secret_value(self) -> str:
        """Give the secret itself."""
        return self._value


def _is(what: str, right: str, **limits: object) -> dict[str, object]:
    """Describe a setting: what it is, what a right value looks like, and pydantic's limits for it."""
    return {"what": what, "right": right, "limits": limits}


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting; its variable is its name in capitals after `VIGIE_`."""

    data_dir: Path = field(default=Path(".vigie"), metadata=_is("Where the service keeps its data.", "a path"))
    rules_dir: Path = field(
        default=Path("rules"), metadata=_is("The folder with feeds, entities, rules and routes.", "a path")
    )
    redis_url: Secret = field(
        default=Secret(),
        metadata=_is(
            "Redis or Valkey; without it the service starts a private one in its data directory.",
            "redis://, rediss:// or unix://, and a host or path",
            pattern=r"^(rediss?|unix)://.+",
        ),
    )
    database_url: Secret = field(
        default=Secret(),
        metadata=_is(
            "The ledger; without it an SQLite file in the data directory.",
            "sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME",
            pattern=r"^(sqlite(\+\w+)?:///.+|postgres(ql)?(\+\w+)?://.+)",
        ),
    )
    secrets_dir: Path | None = field(
        default=None,
        metadata=_is("A folder with one file per secret, named as the secret, or as a setting.", "a path"),
    )
    log_level: Literal["debug", "info", "warning", "error"] = field(
        default="info", metadata=_is("The least that is logged.", "debug, info, warning or error")
    )
    log_format: Literal["auto", "text", "json"] = field(
        default="auto",
        metadata=_is("How log lines are written; auto: text on a terminal, JSON elsewhere.", "auto, text or json"),
    )
    match_workers: int = field(
        default=2,
        metadata=_is("Match workers that `vigie run` starts.", "a whole number from 1 to 64", ge=1, le=64),
    )
    deliver_workers: int = field(
        default=2,
        metadata=_is("Deliver workers that `vigie run` starts.", "a whole number from 1 to 64", ge=1, le=64),
    )
    user_agent: str = field(
        default=f"vigie/{__version__}",
        metadata=_is("How the service names itself to feeds.", "printable ASCII", pattern=r"^[ -~]+$"),
    )
    contact: str = field(
        default="",
        metadata=_is(
            "A mail address or page, told to feeds with the user agent.", "printable ASCII", pattern=r"^[ -~]*$"
        ),
    )
    mail_from: str = field(
        default="",
        metadata=_is("The sender of mails, where a mail channel names none.", "a mail address", pattern=r"^\S+@\S+$"),
    )
    secrets: Mapping[str, Secret] = field(default_factory=dict, repr=False)
    origins: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def agent(self) -> str:
        """Say who asks, as feeds are told with every request (RFC 9110 10.1.5)."""
        return f"{self.user_agent} ({self.contact})" if self.contact else self.user_agent

    def secret(self, name: str) -> Secret | None:
        """Find a secret: the variable VIGIE_SECRET_NAME, else the file NAME in the secrets directory.

        Raises:
            ConfigError: the file is there and cannot be read.

        """
        given = self.secrets.get(variable_of(name))
        if given or self.secrets_dir is None:
            return given or None
        return _from_file(self.secrets_dir / name) or None


SETTINGS = tuple(setting for setting in fields(Settings) if "what" in setting.metadata)
"""The settings that a person can set; the other fields say what was found."""


def variable_of(secret: str) -> str:
    """Name the environment variable of a secret."""
    return SECRET_PREFIX + secret.upper().replace("-", "_")


def load_settings(env: Mapping[str, str] | None = None, dotenv: Path = DOTENV) -> Settings:
    """Read the settings from a mapping (default: the environment), `.env`, the secrets directory, in this order.

    Raises:
        ConfigError: unknown names and bad values, all at once.

    """
    env = os.environ if env is None else env
    in_file, origins = _dotenv(dotenv), dict[str, str]()
    if HANDED in env:
        values = json.loads(env[HANDED])
    else:
        from monitor.settings.border import check  # noqa: PLC0415 - heavy, and needed once per service, not per part

        values, origins = check(env, in_file, dotenv)
    secrets = _secrets(env, in_file)
    origins |= {name: "environment" if env.get(name) else str(dotenv) for name in secrets}
    settings = Settings(**_typed(values), secrets=secrets, origins=origins)
    if settings.database_url:
        return settings
    return replace(settings, database_url=Secret(f"sqlite:///{settings.data_dir / 'ledger.sqlite'}"))


def handed(settings: Settings) -> dict[str, str]:
    """Make the variable that hands checked settings to a child; secrets of channels stay where they are."""
    values = {setting.name: _plain(getattr(settings, setting.name)) for setting in SETTINGS}
    return {HANDED: json.dumps(values)}


def glance(name: str, env: Mapping[str, str] | None = None, dotenv: Path = DOTENV) -> str:
    """Read one setting as it is written, unchecked, for who cannot wait; empty where nobody set it."""
    found = (os.environ if env is None else env).get(PREFIX + name.upper())
    return found or _dotenv(dotenv).get(PREFIX + name.upper()) or ""


def unused_secrets(settings: Settings, used: Iterable[str]) -> tuple[Fault, ...]:
    """Warn of every VIGIE_SECRET_* that nothing in the rules names."""
    known = {variable_of(name) for name in used}
    return tuple(
        Fault(
            Place("environment", 0, 0),
            "warning",
            "unused_secret",
            f"{name} is set, and no channel or feed uses it - remove it",
        )
        for name in sorted(settings.secrets)
        if name not in known
    )


def _plain(value: object) -> object:
    if isinstance(value, Secret):
        return value.get_secret_value()
    return str(value) if isinstance(value, Path) else value


def _typed(values: Mapping[str, Any]) -> dict[str, Any]:  # Any: each setting has its own type
    kinds = {setting.name: setting.type for setting in SETTINGS}
    return {name: _as(kinds[name], value) for name, value in values.items() if value is not None}


def _as(kind: object, value: Any) -> Any:  # Any: each setting has its own type
    if kind is Secret:
        return Secret(value)
    return Path(value).expanduser() if kind in {Path, Path | None} else value


def _secrets(env: Mapping[str, str], in_file: Mapping[str, str]) -> dict[str, Secret]:
    both = {**in_file, **{name: value for name, value in env.items() if value}}
    return {
        name.upper(): Secret(value) for name, value in both.items() if name.upper().startswith(SECRET_PREFIX) and value
    }


def _dotenv(path: Path) -> dict[str, str]:
    """Read `.env`. Raises: ConfigError for every line that is none of its, lest the service starts without it."""
    if not path.is_file():
        return {}
    try:
        bindings = tuple(parse_stream(StringIO(path.read_text(encoding="utf-8"))))
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path) from error
    faults = [_fault(path, binding, wrong) for binding in bindings if (wrong := _wrong(binding))]
    if faults:
        raise ConfigError(faults)
    return {one.key: one.value for one in bindings if one.key is not None and one.value is not None}


def _wrong(binding: Binding) -> str:
    """Say what is wrong with a line of `.env`, in words without its value."""
    if binding.error:
        return "this line cannot be read - NAME=VALUE, with every quote closed"
    ours = (binding.key or "").upper().startswith(PREFIX)
    if ours and binding.value is None:
        return f"{binding.key} without a value - {binding.key}=VALUE"
    if _SWALLOWED.search(binding.value or ""):
        return f"the quotes of {binding.key} are closed behind another setting only - close them on its own line"
    return ""


def _fault(path: Path, binding: Binding, message: str) -> Fault:
    written = binding.original.string
    before = written[: len(written) - len(written.lstrip())]  # empty lines count as its beginning
    place = Place(str(path), binding.original.line + before.count("\n"), len(before.rpartition("\n")[2]) + 1)
    return Fault(place, "error", "bad_line", message)


def _from_file(path: Path) -> Secret:
    if not path.is_file():
        return Secret()
    try:
        return Secret(path.read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path) from error


def _unreadable(path: Path) -> ConfigError:
    return ConfigError(
        [Fault(Place(str(path), 0, 0), "error", "unreadable", "cannot be read as UTF-8 - mend or remove it")]
    )

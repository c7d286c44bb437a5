"""What a person set, checked by pydantic-settings: every fault at once, in one clear line each, no secret in any."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, create_model
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from monitor.core.errors import ConfigError, Fault, Place, did_you_mean
from monitor.settings import HANDED, PREFIX, SECRET_PREFIX, SETTINGS, Secret

NAMES = {PREFIX + setting.name.upper(): setting for setting in SETTINGS}


class _Given(BaseSettings):
    """Settings that are what they are given: the sources are asked one by one, so as to say which gave what."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, dotenv_filtering="only_existing", validate_default=False
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take nothing but what is given."""
        return (init_settings,)


def _model() -> type[BaseSettings]:
    """Make the pydantic model of our settings; the dataclass says everything once."""
    made: dict[str, Any] = {  # Any: create_model's own signature
        setting.name: (
            str | None if setting.type is Secret else setting.type,
            Field(None if setting.type is Secret else setting.default, **setting.metadata["limits"]),
        )
        for setting in SETTINGS
    }
    return create_model("Given", __base__=_Given, **made)


def check(env: Mapping[str, str], in_file: Mapping[str, str], dotenv: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Check what is set; give the values by name, and where each comes from.

    Raises:
        ConfigError: unknown names and bad values, all at once.

    """
    model = _model()
    layers = _layers(model, env, dotenv)
    given = {name: value for _, values in reversed(layers) for name, value in values.items()}
    origins = {name: source for source, values in reversed(layers) for name in values}
    faults = [*_unknown(env, "environment"), *_unknown(in_file, str(dotenv))]
    try:
        checked = model(**given)
    except ValidationError as error:
        faults += _bad_values(error, origins)
    if faults:
        raise ConfigError(_placed(fault, dotenv) for fault in faults)
    return checked.model_dump(), origins


def _layers(model: type[BaseSettings], env: Mapping[str, str], dotenv: Path) -> list[tuple[str, dict[str, Any]]]:
    """Ask the sources one by one, the strongest first; the secrets directory is named by the others."""
    environment = EnvSettingsSource(model)
    environment.env_vars = {name.lower(): value for name, value in env.items() if value}
    layers = [("environment", environment()), (str(dotenv), DotEnvSettingsSource(model, env_file=dotenv)())]
    folder = next((values["secrets_dir"] for _, values in layers if "secrets_dir" in values), None)
    if folder:
        if not Path(folder).expanduser().is_dir():
            _refuse(f"{PREFIX}SECRETS_DIR: no such folder - the folder with one file per secret")
        layers.append((str(folder), SecretsSettingsSource(model, secrets_dir=folder)()))
    return layers


def _refuse(message: str) -> None:
    raise ConfigError([Fault(Place("environment", 0, 0), "error", "bad_setting", message)])


def _unknown(given: Mapping[str, str], source: str) -> Iterator[Fault]:
    for name in sorted(given):
        upper = name.upper()
        is_secret = upper.startswith(SECRET_PREFIX) and upper != SECRET_PREFIX
        if upper.startswith(PREFIX) and not is_secret and upper not in {*NAMES, HANDED}:
            hint = _hint(upper)
            yield Fault(Place(source, 0, 0), "error", "unknown_setting", f"unknown setting {name}{hint}")


def _hint(name: str) -> str:
    if name.startswith("VIGIE_SECRETS_"):
        return f" - did you mean {name.replace('SECRETS', 'SECRET', 1)}?"
    ours = {known.removeprefix(PREFIX) for known in NAMES}  # what all have in common makes none alike
    return did_you_mean(name.removeprefix(PREFIX), ours, PREFIX) or " - `vigie settings` lists those there are"


def _bad_values(error: ValidationError, origins: Mapping[str, str]) -> Iterator[Fault]:
    for bad in error.errors(include_url=False):
        name = str(bad["loc"][0])
        setting = NAMES[PREFIX + name.upper()]
        shown = "this value" if setting.type is Secret else f"`{bad['input']}`"
        message = f"{PREFIX}{name.upper()}: {shown} does not do - {setting.metadata['right']}"
        yield Fault(Place(origins[name], 0, 0), "error", "bad_setting", message)


def _placed(fault: Fault, dotenv: Path) -> Fault:
    """Find the line of a fault in `.env`."""
    if fault.place.file != str(dotenv):
        return fault
    named = re.search(rf"{PREFIX}\w+", fault.message, re.IGNORECASE)
    lines = dotenv.read_text(encoding="utf-8-sig").splitlines()
    for number, line in enumerate(lines, start=1):
        if named and re.match(rf"\s*(export\s+)?{named[0]}\s*=", line):
            return Fault(Place(str(dotenv), number, line.index(named[0]) + 1), fault.level, fault.code, fault.message)
    return fault

"""What the containers may see, and what the one-shot that hands out secrets leaves behind."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

FILE = Path(__file__).parents[2] / "docker-compose.yml"

URLS = {"vigie_database_url", "vigie_redis_url"}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text())["services"]
    return found


def volumes(service: dict[str, Any]) -> set[str]:
    return {volume.partition(":")[0] for volume in service["volumes"]}


def test_only_the_deliverer_sees_the_addresses_of_channels(services: dict[str, Any]) -> None:
    assert {name for name, service in services.items() if "channel-secrets" in volumes(service)} == {
        "secrets",
        "deliver",
    }
    assert {name for name, service in services.items() if "./secrets" in volumes(service)} == {"secrets"}
    assert services["secrets"]["network_mode"] == "none"


def test_whoever_polls_sees_the_way_to_database_and_broker_and_the_secrets_of_feeds(services: dict[str, Any]) -> None:
    assert services["poller"]["volumes"] == ["feed-secrets:/run/secrets:ro"]
    seeing = {name for name, service in services.items() if "feed-secrets" in volumes(service)}
    assert seeing == {"secrets", "poller"}


class OneShot:
    """The script of the service `secrets`, with its folders below another root."""

    def __init__(self, script: str, root: Path) -> None:
        self.given, self.run = root / "given", root / "run"
        for folder in (self.given, *(self.run / name for name in ("secrets", "channel-secrets", "feed-secrets"))):
            folder.mkdir(parents=True)
        for name in ("postgres-secret", "valkey-secret"):
            (self.run / name).mkdir()
        here = script.replace("/run/", f"{self.run}/").replace("/given", str(self.given))
        self._script = here.replace("$$", "$")

    def __call__(self) -> None:
        subprocess.run(["sh", "-euc", self._script], check=True)

    def names(self, volume: str) -> set[str]:
        return {path.name for path in (self.run / volume).iterdir()}


@pytest.fixture
def one_shot(services: dict[str, Any], tmp_path: Path) -> OneShot:
    return OneShot(services["secrets"]["command"][0], tmp_path)


def test_addresses_are_copied_for_the_deliverer_alone(one_shot: OneShot) -> None:
    (one_shot.given / "desk mail").write_text("mailto://x")
    one_shot()
    assert one_shot.names("channel-secrets") == URLS | {"desk mail"}
    assert one_shot.names("secrets") == URLS


def test_secrets_of_feeds_are_copied_for_the_poller_alone_and_those_of_channels_are_not(one_shot: OneShot) -> None:
    (one_shot.given / "desk_mail").write_text("mailto://x")
    (one_shot.given / "feeds").mkdir()
    (one_shot.given / "feeds" / "paper_login").write_text("desk:pass")
    (one_shot.given / "feeds" / "old").write_text("x")
    one_shot()
    (one_shot.given / "feeds" / "old").unlink()
    one_shot()
    assert one_shot.names("feed-secrets") == URLS | {"paper_login"}
    assert one_shot.names("channel-secrets") == URLS | {"desk_mail"}
    assert one_shot.names("secrets") == URLS


def test_a_secret_that_was_taken_away_goes(one_shot: OneShot) -> None:
    (one_shot.given / "desk_mail").write_text("mailto://x")
    (one_shot.given / "desk_chat").write_text("tgram://x")
    one_shot()
    (one_shot.run / "secrets" / "desk_mail").write_text("from a version that kept all in one place")
    (one_shot.given / "desk_mail").unlink()
    one_shot()
    assert one_shot.names("channel-secrets") == URLS | {"desk_chat"}
    assert one_shot.names("secrets") == URLS


def test_a_changed_address_arrives_and_made_passwords_stay(one_shot: OneShot) -> None:
    (one_shot.given / "desk_mail").write_text("mailto://x")
    one_shot()
    before = (one_shot.run / "secrets" / "vigie_database_url").read_text()
    (one_shot.given / "desk_mail").write_text("mailto://y")
    one_shot()
    assert (one_shot.run / "channel-secrets" / "desk_mail").read_text() == "mailto://y"
    for volume in ("secrets", "channel-secrets"):
        assert (one_shot.run / volume / "vigie_database_url").read_text() == before


def test_no_part_is_root_or_may_write_or_publishes_a_port(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "ports" not in service, name

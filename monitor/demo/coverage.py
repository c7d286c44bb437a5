"""The bundled live blog, its gold list and its rules, read from YAML into values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import yaml

HERE = Path(__file__).parent
COVERAGE = HERE / "coverage"
GOLD = HERE / "gold.yaml"
RULES = HERE / "rules"


@dataclass(frozen=True, slots=True)
class Version:
    """A block as it stands from `at` on; empty `title` or `html`: it has none; `deleted`: it is gone."""

    at: datetime
    title: str = ""
    html: str = ""
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a live blog with all its versions, oldest first; `pinned` ones are shown a second time on top."""

    id: str
    versions: tuple[Version, ...]
    author: str = ""
    categories: tuple[str, ...] = ()
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Outlet:
    """One publisher of the coverage, read by the service as the feed of the same name."""

    feed: str
    title: str
    language: str
    zone: str
    kind: Literal["live_blog", "feed"]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """That a rule tells a revision of a block, and why; or, in `Gold.not_told`, that it does not."""

    entry: str
    rule: str
    why: str
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Gold:
    """What the service must tell of the coverage, and the traps that it must not fall into."""

    told: tuple[Told, ...]
    not_told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are told: the secret that holds each channel's address, and the secrets of each rule's channels."""

    channels: Mapping[str, str]
    rules: Mapping[str, tuple[str, ...]]


def read_outlets(folder: Path = COVERAGE) -> tuple[Outlet, ...]:
    """Read every outlet of the coverage, those with the most blocks first."""
    outlets = (_outlet(raw) for path in sorted(folder.glob("*.yaml")) for raw in _load(path)["outlets"])
    return tuple(sorted(outlets, key=lambda outlet: -len(outlet.blocks)))


def read_gold(path: Path = GOLD) -> Gold:
    """Read the gold list."""
    raw = _load(path)
    return Gold(tuple(map(_told, raw["told"])), tuple(map(_told, raw["not_told"])))


def read_places(folder: Path = RULES) -> Places:
    """Read from the demo's rules, which `vigie check` holds to their grammar, where each rule is told."""
    sheets = [_load(path) for path in sorted(folder.glob("*.yaml"))]
    routes = [sheet for sheet in sheets if sheet["vigie"] == "routes/1"]
    channels = {
        name: channel["address"].removeprefix("secret:")
        for sheet in routes
        for name, channel in sheet["channels"].items()
    }
    leads = {name: route["to"] for sheet in routes for name, route in sheet["routes"].items()}
    rules: dict[str, tuple[str, ...]] = {}
    for sheet in sheets:
        if sheet["vigie"] == "rules/1":
            usual = sheet.get("defaults", {}).get("send", ["fallback"])
            for name in sheet.keys() - {"vigie", "owner", "defaults"}:
                to = {channels[channel] for route in sheet[name].get("send", usual) for channel in leads[route]}
                rules[name] = tuple(sorted(to))
    return Places(channels, rules)


def span(outlets: tuple[Outlet, ...]) -> tuple[datetime, datetime]:
    """Say when the first block appeared and when the last thing happened."""
    times = [version.at for outlet in outlets for block in outlet.blocks for version in block.versions]
    return min(times), max(times)


def _outlet(raw: Mapping[str, Any]) -> Outlet:
    zone = ZoneInfo(raw["zone"])
    blocks = tuple(_block(entry, zone) for entry in raw["entries"])
    return Outlet(raw["feed"], raw["title"], raw["language"], raw["zone"], raw["kind"], blocks)


def _block(raw: Mapping[str, Any], zone: ZoneInfo) -> Block:
    versions = [Version(_utc(raw["at"], zone), raw.get("title", ""), raw.get("html", ""))]
    for edit in raw.get("edits", ()):
        last = versions[-1]
        versions.append(Version(_utc(edit["at"], zone), edit.get("title", last.title), edit.get("html", last.html)))
    if raw.get("deleted"):
        versions.append(Version(_utc(raw["deleted"], zone), deleted=True))
    categories = tuple(raw.get("categories", ()))
    return Block(raw["id"], tuple(versions), raw.get("author", ""), categories, raw.get("pinned") == "true")


def _told(raw: Mapping[str, Any]) -> Told:
    return Told(raw["entry"], raw["rule"], raw["why"], int(raw.get("revision", 1)))


def _utc(local: str, zone: ZoneInfo) -> datetime:
    return datetime.strptime(local, "%Y-%m-%d %H:%M").replace(tzinfo=zone).astimezone(UTC)


def _load(path: Path) -> Any:  # whatever the YAML holds
    # Every scalar stays the text that was typed: a title may be "No" or "2022".
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506 - builds text only

"""The book: everything that analysts and operators wrote, read whole: feeds, entities, rules, channels and routes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.core.entry import Feed
from monitor.core.route import Channel, Route
from monitor.core.rule import Entity, Rule


@dataclass(frozen=True, slots=True)
class Book:
    """One version of the content of a rules folder, names mapped to what they name; cross-checked."""

    feeds: Mapping[str, Feed] = field(default_factory=dict)
    entities: Mapping[str, Entity] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)
    channels: Mapping[str, Channel] = field(default_factory=dict)
    routes: Mapping[str, Route] = field(default_factory=dict)

"""The form of a rules file as a JSON Schema, for editors: made of the very tables by which the files are read.

A schema sees one file and no other, and its values typed by YAML: it refuses nothing that we accept, and of what we
refuse only a part. Source: JSON Schema, draft 2020-12.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from typing import Any

from monitor.core.rule import Once
from monitor.rulebook.grammar import CHANNEL, ENTITY, FEED, FEED_DEFAULTS, ROUTE, RULE, RULE_DEFAULTS
from monitor.rulebook.meanings import FILE, MEANINGS
from monitor.rulebook.schema import Formed, Key, Shape, text
from monitor.rulebook.sheet import KINDS, ROUTES_KEYS
from monitor.rulebook.words import name, obeyed, zone

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Json = dict[str, object]

_THINGS: Mapping[str, tuple[Shape[object], Shape[object] | None]] = {
    "feeds/1": (FEED, FEED_DEFAULTS),
    "entities/1": (ENTITY, None),
    "rules/1": (RULE, RULE_DEFAULTS),
}


def json_schema(kind: str = "") -> Json:
    """Give the schema of one kind of file, as `rules/1`; without one, of all kinds, told apart by `vigie`."""
    definitions = Definitions()
    root = _file(kind, definitions) if kind else _any_file(definitions)
    return {
        "$schema": DIALECT,
        "title": f"Vigie: {kind or 'a file of the rules folder'}",
        **root,
        "$defs": definitions.all,
    }


def _any_file(definitions: "Definitions") -> Json:
    """Tell kinds apart by conditions, not by alternatives: so an editor complains of one kind only."""
    for kind in KINDS:
        definitions.all[f"{kind} file"] = _file(kind, definitions)
    return {
        "type": "object",
        "required": ["vigie"],
        "properties": {"vigie": {"enum": list(KINDS), **_hover(FILE["vigie"])}},
        "allOf": [
            {
                "if": {"properties": {"vigie": {"const": kind}}, "required": ["vigie"]},
                "then": {"$ref": f"#/$defs/{_pointer(f'{kind} file')}"},
            }
            for kind in KINDS
        ],
    }


def _file(kind: str, definitions: "Definitions") -> Json:
    keys = {"vigie": {"const": kind}, "owner": definitions.of(text)}
    if kind in _THINGS:
        thing, defaults = _THINGS[kind]
        keys |= {"defaults": definitions.of(defaults)} if defaults else {}
        others: object = definitions.of(thing)
    else:
        named = {"channels": _named(CHANNEL, definitions), "routes": _named(ROUTE, definitions)}
        known = {"zone": definitions.of(zone), "owner": definitions.of(text), **named}
        keys |= {key: known[key] for key in ROUTES_KEYS}
        others = False
    return {
        "type": "object",
        "required": ["vigie"],
        "properties": {key: _said(form, FILE[key]) for key, form in keys.items()},
        "propertyNames": definitions.of(name),
        "additionalProperties": others,
    }


def _named(shape: Shape[object], definitions: "Definitions") -> Json:
    return {"type": "object", "propertyNames": definitions.of(name), "additionalProperties": definitions.of(shape)}


class Definitions:
    """The forms that are named, each written once."""

    def __init__(self) -> None:
        self.all: dict[str, object] = {}
        self._names: dict[int, str] = {}

    def of(self, value: object) -> Any:  # Any: JSON, as deep as it is written
        """Give a form in which no reader stands any more."""
        if isinstance(value, Shape):
            return self._named(value, value.what, lambda: _object(value, self))
        if isinstance(value, Formed):
            return self._formed(value)
        if isinstance(value, Mapping):
            return {key: self.of(inner) for key, inner in value.items()}
        if isinstance(value, tuple | list | frozenset):
            return [self.of(inner) for inner in (sorted(value) if isinstance(value, frozenset) else value)]
        return self.of(value()) if callable(value) else value

    def _formed(self, reader: Formed[object]) -> Any:  # Any: as above
        title = reader.form.get("title")
        return self._named(reader, str(title), lambda: self.of(reader.form)) if title else self.of(reader.form)

    def _named(self, value: object, what: str, make: Callable[[], object]) -> Json:
        """Refer to what is named, and make it when it is first referred to."""
        if id(value) not in self._names:
            named = re.sub(r"[^\w ]|^(a|an) ", "", what).strip()
            self._names[id(value)] = named if named not in self.all else f"{named} {len(self.all)}"
            self.all[self._names[id(value)]] = make()
        return {"$ref": f"#/$defs/{_pointer(self._names[id(value)])}"}


def _pointer(key: str) -> str:
    """Write a name as a part of a JSON pointer in a URI. Source: RFC 6901, 3 and 6."""
    return key.replace("~", "~0").replace("/", "~1").replace(" ", "%20")


def _object(shape: Shape[object], definitions: Definitions) -> Json:
    meanings = MEANINGS.get(shape.what) or MEANINGS[_OF_DEFAULTS[shape.what]]
    defaults = _defaults(shape)
    mandatory = [name for name, key in shape.keys.items() if key.mandatory]
    return {
        "type": "object",
        "properties": {
            name: _said(definitions.of(key.read), meanings[name]) | _default(name, key, defaults)
            for name, key in shape.keys.items()
        },
        **({"required": mandatory} if mandatory else {}),
        "additionalProperties": False,
        **definitions.of(shape.form),
    }


_OF_DEFAULTS = {FEED_DEFAULTS.what: FEED.what, RULE_DEFAULTS.what: RULE.what}


def _said(form: Json, meaning: str) -> Json:
    return {**form, **_hover(meaning)}


def _hover(meaning: str) -> Json:
    """Say a meaning twice: as every editor shows it, and as those show it that know Markdown."""
    return {"description": meaning.replace("`", ""), "markdownDescription": meaning}


def _defaults(shape: Shape[object]) -> Mapping[str, object]:
    build = shape.build
    return {field.name: field.default for field in fields(build)} if is_dataclass(build) else {}


def _default(name: str, key: Key, defaults: Mapping[str, object]) -> Json:
    value = "" if key.mandatory else defaults.get(key.into or name, "")
    written = ("obey" if value else "ignore") if key.read is obeyed else _as_written(value)
    return {} if written in ("", [], "0s") else {"default": written}


def _as_written(value: object) -> object:
    """Write a default as a person would; empty where there is none."""
    match value:
        case bool() | str() | int():
            return value
        case timedelta():
            return _duration(value)
        case (timedelta() as least, timedelta() as most):
            return f"{_duration(least)}..{_duration(most)}"
        case tuple():
            return list(value)
        case Once():
            return value.per
    return ""


def _duration(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for unit, length in (("h", 3_600), ("m", 60)):
        if seconds and seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"

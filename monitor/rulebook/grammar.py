"""The tables: what a feed, an entity, a rule, a channel and a route may hold. docs/rules.md says the same in words."""

from datetime import timedelta
from typing import Any, get_args

from monitor.core.feed import Feed, Kind, Recipe, Selector
from monitor.core.route import Channel, Route
from monitor.core.rule import (
    SEVERITIES,
    Entity,
    EntityType,
    Example,
    Near,
    OnEdit,
    Order,
    Rule,
    Status,
    Term,
    Variants,
    Weak,
    Where,
)
from monitor.core.rule import Field as EntryField
from monitor.rulebook.examples import example
from monitor.rulebook.headers import headers
from monitor.rulebook.nodes import Desk, Node, Table
from monitor.rulebook.schema import (
    Form,
    Reader,
    Shape,
    formed,
    list_of,
    may,
    must,
    noted,
    one_of,
    text,
    yes_or_no,
)
from monitor.rulebook.terms import ANY_TERM, NEVER_TERM, OWN_TERM, own_name
from monitor.rulebook.words import (
    LANGUAGE_FORM,
    address,
    css,
    duration,
    every,
    language,
    name,
    number,
    obeyed,
    once,
    secret,
    time_format,
    url,
    when,
    zone,
)

NAMES = list_of(name)
TERMS = list_of(ANY_TERM)
OWN_TERMS = list_of(OWN_TERM)


_SELECTOR = Shape(
    "a selector",
    Selector,
    {"css": must(css, stand_in=""), "attr": may(text), "formats": may(list_of(time_format))},
)


@formed({"anyOf": (css, _SELECTOR)})
def _selector(node: Node, desk: Desk) -> Selector | None:
    """Read a CSS selector, alone or with the attribute and the formats to read."""
    if isinstance(node, Table):
        return _SELECTOR(node, desk)
    alone = css(node, desk)
    return None if alone is None else Selector(alone)


RECIPE = Shape(
    "a recipe",
    Recipe,
    {
        "entry": must(css, stand_in=""),
        "id": may(_selector),
        "time": may(_selector),
        "title": may(_selector),
        "text": may(_selector),
        "link": may(_selector),
        "drop": may(list_of(css)),
    },
)

_FEED_DEFAULTS = {
    "every": may(every),
    "timeout": may(duration()),
    "max_age": may(duration()),
    "backfill": may(duration(least=timedelta(0))),
    "language": may(language),
    "zone": may(zone),
    "topic": may(list_of(text)),
    "kind": may(one_of(*get_args(Kind))),
    "live": may(yes_or_no),
    "allow_private": may(yes_or_no),
    "server_hints": may(obeyed, into="heed"),
    "robots": may(obeyed),
    "spacing": may(duration(least=timedelta(0))),
    "proxy": may(secret),
}


def _says(key: str, value: str) -> Form:
    return {"properties": {key: {"const": value}}, "required": (key,)}


def _any_of(*keys: str) -> Form:
    return {"anyOf": tuple({"required": (key,)} for key in keys)}


FEED = Shape(
    "a feed",
    Feed,
    {
        "url": must(url, stand_in=""),
        "title": may(text),
        "recipe": may(RECIPE),
        "headers": may(headers),
        "cookies": may(secret),
        "auth": may(secret),
        **_FEED_DEFAULTS,
    },
    form={
        "allOf": (
            {"if": _says("kind", "page"), "then": {"required": ("recipe",)}},
            {"if": {"required": ("recipe",)}, "then": {"properties": {"kind": {"const": "page"}}}},
        )
    },
)

FEED_DEFAULTS: Shape[dict[str, Any]] = Shape("`defaults` of feeds", dict, _FEED_DEFAULTS)


_BY_LANGUAGE = {
    **LANGUAGE_FORM,
    "title": "a language, or all",
    "pattern": f"^all$|{LANGUAGE_FORM['pattern']}",
    "patternErrorMessage": "a language as fr, en or ru, or all",
}


@formed({"type": "object", "propertyNames": _BY_LANGUAGE, "additionalProperties": OWN_TERMS})
def _names(node: Node, desk: Desk) -> tuple[Term, ...] | None:
    """Read the names of an entity, listed by language; `all` is every language."""
    if not isinstance(node, Table):
        desk.error(node, "not_a_mapping", "names are listed by language - {fr: [Genève], all: [Geneva]}")
        return None
    found: dict[str, Term] = {}
    for key, value in node.pairs:
        if key.text != "all":
            language(key, desk)
        found |= {term.written: term for term in OWN_TERMS(value, desk) or ()}
    return tuple(found.values())


WEAK = Shape(
    "`weak`",
    Weak,
    {"names": must(OWN_TERMS, stand_in=()), "with": must(TERMS, stand_in=(), into="company")},
)


def _entity(**fields: Any) -> Entity:  # Any: each field has a type of its own
    """Make an entity; people are found in other romanisations too, unless they are told not to be."""
    fields.setdefault("variants", "translit" if fields["type"] == "person" else "off")
    return Entity(**fields)


ENTITY = Shape(
    "an entity",
    _entity,
    {
        "name": must(own_name, stand_in="", into="title"),
        "type": must(one_of(*get_args(EntityType)), stand_in="thing"),
        "names": may(_names),
        "weak": may(WEAK),
        "never": may(list_of(NEVER_TERM)),
        "variants": may(one_of(*get_args(Variants))),
    },
)

NEAR = Shape(
    "`near`",
    Near,
    {
        "within": must(number(1), stand_in=1),
        "any_of": may(TERMS),
        "all_of": may(TERMS),
        "order": may(one_of(*get_args(Order))),
    },
    form=_any_of("any_of", "all_of"),
)

NONE_NEAR = Shape(
    "`none_near`",
    Near,
    {"within": must(number(1), stand_in=1), "any_of": must(TERMS, stand_in=())},
)

WHERE = Shape(
    "`in` or `not_in`",
    Where,
    {
        "language": may(list_of(language)),
        "feed": may(NAMES),
        "topic": may(list_of(text)),
        "author": may(list_of(text)),
        "field": may(list_of(one_of(*get_args(EntryField)))),
    },
)


def _examples(**both: tuple[Example, ...]) -> tuple[Example, ...]:
    return both.get("match", ()) + both.get("no_match", ())


EXAMPLES: Reader[tuple[Example, ...]] = Shape(
    "`examples`",
    _examples,
    {"match": may(list_of(example(met=True))), "no_match": may(list_of(example(met=False)))},
)

_ON_EDIT = one_of(*get_args(OnEdit))


@formed({"enum": get_args(OnEdit)})
def on_edit(node: Node, desk: Desk) -> str | None:
    """Read what an edit tells."""
    found = _ON_EDIT(node, desk)
    if found == "correct":
        message = "corrections are told from a later version on - until then an edit tells nobody again"
        desk.warning(node, "not_yet", message)
    return found


_RULE_DEFAULTS = {
    "severity": may(one_of(*SEVERITIES)),
    "once_per": may(once, into="once"),
    "send": may(NAMES),
    "on_edit": may(on_edit),
    "status": may(one_of(*get_args(Status))),
}

RULE = Shape(
    "a rule",
    Rule,
    {
        "title": may(text),
        "any_of": may(TERMS),
        "all_of": may(TERMS),
        "none_of": may(TERMS),
        "near": may(NEAR),
        "none_near": may(NONE_NEAR),
        "in": may(WHERE, into="only_in"),
        "not_in": may(WHERE),
        **_RULE_DEFAULTS,
        "examples": may(EXAMPLES),
        "owner": noted(text),
    },
    later=("query", "score", "spike", "absence", "sequence", "confirm", "said_by"),
    form={
        **_any_of("any_of", "all_of", "in"),
        "if": _any_of("near", "none_near"),
        "then": _any_of("any_of", "all_of"),
    },
)

RULE_DEFAULTS: Shape[dict[str, Any]] = Shape("`defaults` of rules", dict, _RULE_DEFAULTS)

CHANNEL = Shape("a channel", Channel, {"address": must(address, stand_in="terminal")}, later=("max", "flood"))

ROUTE = Shape(
    "a route",
    Route,
    {"to": must(NAMES, stand_in=()), "when": must(when, stand_in="at once")},
    later=("group_by", "skip_if_empty"),
)

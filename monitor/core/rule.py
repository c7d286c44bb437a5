"""The rule model: entities, terms and rules as an analyst wrote them, and what it is to meet one."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Severity = Literal["low", "normal", "high", "urgent"]
SEVERITIES: tuple[Severity, ...] = ("low", "normal", "high", "urgent")

EntityType = Literal["person", "org", "place", "thing"]
Variants = Literal["translit", "off", "written"]
OnEdit = Literal["correct", "rematch", "always", "never"]
Status = Literal["draft", "shadow", "live", "retired"]
Form = Literal["plain", "prefix", "exact", "entity", "regex"]
Field = Literal["title", "text"]
How = Literal["exact", "alias", "inflected", "variant"]
Order = Literal["any", "before", "after"]

PREFIX_LETTERS = 4
"""Letters and digits that the last word of a prefix has at least before its star."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for, as written: `Otan`, `New START`, `négociat*`, `=Mâcon`, `$riabkov` or `/[0-9]+ morts/`.

    `text` is what is written without the mark of its form: no star, equals sign, dollar or slashes.
    """

    written: str
    form: Form
    text: str


@dataclass(frozen=True, slots=True)
class Weak:
    """Names that count only where one of `company` is in the same entry, found by a name that is not itself weak."""

    names: tuple[Term, ...]
    company: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing with names in several languages; `title` is its own name and a term like the others.

    `never` are spans that do not count, whatever name lies in them. `variants`: with `translit` other romanisations of
    its names are found too; with `off` only the case endings of those in Cyrillic; with `written` neither.
    """

    name: str
    title: str
    type: EntityType
    names: tuple[Term, ...] = ()
    weak: Weak | None = None
    never: tuple[Term, ...] = ()
    variants: Variants = "off"


@dataclass(frozen=True, slots=True)
class Near:
    """At most `within` words between a hit of the rule's main terms and one of these (`all_of`: each of these).

    `order` says on which side of the main hit the near term stands.
    """

    within: int
    any_of: tuple[Term, ...] = ()
    all_of: tuple[Term, ...] = ()
    order: Order = "any"


@dataclass(frozen=True, slots=True)
class Where:
    """Entries by their properties; an empty tuple asks nothing, several values of one property are alternatives."""

    language: tuple[str, ...] = ()
    feed: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    field: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Once:
    """How often a rule tells: once per entry, per feed (for 24 h) or per duration; `lasts` is None for ever."""

    per: Literal["entry", "feed", "duration"]
    lasts: timedelta | None


PER_ENTRY = Once("entry", None)


@dataclass(frozen=True, slots=True)
class Example:
    """A text that the rule must meet, with exactly `spans` highlighted, or must not meet."""

    text: str
    met: bool
    spans: tuple[tuple[int, int], ...] = ()
    title: str = ""
    topic: tuple[str, ...] = ()
    language: str = ""
    feed: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """What to look for and whom to tell; all conditions must hold.

    `on_edit` says what an edit of an entry tells that was told already. A rule that is `draft` or `retired` does not
    run; what one in `shadow` finds is recorded and sent to nobody.
    """

    name: str
    title: str = ""
    any_of: tuple[Term, ...] = ()
    all_of: tuple[Term, ...] = ()
    none_of: tuple[Term, ...] = ()
    near: Near | None = None
    none_near: Near | None = None
    only_in: Where = Where()
    not_in: Where = Where()
    severity: Severity = "normal"
    once: Once = PER_ENTRY
    send: tuple[str, ...] = ("fallback",)
    examples: tuple[Example, ...] = ()
    on_edit: OnEdit = "correct"
    status: Status = "live"


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a rule was met: `[start, end)` in characters of the field as the source gave it.

    `term` is the term as written; `entity` the name of the entity it belongs to, or empty.
    """

    field: Field
    start: int
    end: int
    text: str
    term: str
    entity: str = ""
    how: How = "exact"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a revision meets, with the places where it does, in the order of title, then text."""

    rule: str
    severity: Severity
    hits: tuple[Hit, ...]

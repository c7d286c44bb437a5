"""The forms of an entity, for people on a terminal and for programs."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict

from rich.console import Console
from rich.text import Text

from monitor.cli._engine import plain
from monitor.core.engine.terms import Capitals
from monitor.core.rule import Variants
from monitor.core.why.forms import Clash, EntityForms, Likeness, NameForms, Role, Use
from monitor.core.why.saying import listed

SHOWN = 16
"""Forms of one kind on the terminal; of more, the number is said. JSON has them all."""

ROLES: Mapping[Role, str] = {"name": "its own name", "alias": "", "weak": "weak"}
CAPITALS: Mapping[Capitals, str] = {
    "": "",
    "initial": "wants a capital initial",
    "all": "also an ordinary word: wants all capitals, in a line that is not all in capitals",
}
LIKENESSES: Mapping[Likeness, str] = {
    "same": "has the same name {}: both are found",
    "spelling": "has {}, which is found as a spelling of it",
    "part": "has {}, in which it is found - `never` would leave that out",
}
VARIANTS: Mapping[Variants, str] = {
    "translit": "other spellings and the case endings of names in Cyrillic are found (variants: translit)",
    "off": "the case endings of names in Cyrillic are found, other spellings are not (variants: off)",
    "written": "only what is written is found (variants: written)",
}


def row_of(forms: EntityForms) -> dict[str, object]:
    """Give the forms of an entity as JSON has them."""
    return {"entity": forms.name, **{key: value for key, value in asdict(forms).items() if key != "name"}}


def show(forms: EntityForms, console: Console) -> None:
    """Print an entity: each name with what else it finds and what may be mistaken for it, then who uses it."""
    console.print(Text.assemble((forms.name, "bold"), f": {plain(forms.title)}, {forms.type}"))
    console.print(Text(f"  {VARIANTS[forms.variants]}", style="dim"))
    for name in forms.names:
        _show_name(name, forms, console)
    if forms.never:
        console.print(Text.assemble("  never counts  ", (plain(listed(forms.never, "and")), "red")))
    console.print(Text(f"  {_used(forms.uses)}"))


def _show_name(name: NameForms, forms: EntityForms, console: Console) -> None:
    company = f"counts only in company of {listed(forms.company, 'or')}" if name.role == "weak" else ""
    notes = "; ".join(filter(None, (ROLES[name.role], company, CAPITALS[name.capitals])))
    console.print(Text.assemble("  ", (plain(name.written), "bold"), plain(f"  {notes}" if notes else "")))
    for label, said, style in _lines(name):
        console.print(Text.assemble(f"       {label:<14}  ", (plain(said), style)))


def _lines(name: NameForms) -> Iterator[tuple[str, str, str]]:
    for word, *cases in name.cases:
        yield "case endings", f"{word}: {_first(cases, ' ')}", ""
    if name.spellings:
        yield "spellings", _first(name.spellings, ", "), ""
    if name.guarded:
        yield "spellings", "none: too little of it would be left to tell it from other words", "yellow"
    if name.words:
        yield "mistaken for it", _first(name.words, ", "), "yellow"
    for clash in name.clashes:
        yield "clashes", _clash(clash), "yellow"


def _first(words: list[str] | tuple[str, ...], joint: str) -> str:
    more = f"{joint}and {len(words) - SHOWN} more" if len(words) > SHOWN else ""
    return joint.join(words[:SHOWN]) + more


def _clash(clash: Clash) -> str:
    return f"${clash.entity} {LIKENESSES[clash.likeness].format(clash.name)}"


def _used(uses: tuple[Use, ...]) -> str:
    """Say which rules name it, and which entities want it as company."""
    if not uses:
        return "used by no rule"
    return "used by " + ", ".join(f"{'$' if use.section == 'entities' else ''}{use.name} ({use.key})" for use in uses)

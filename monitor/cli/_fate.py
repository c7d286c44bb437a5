"""What became of a revision, for people on a terminal and for programs."""

from collections.abc import Iterable
from datetime import UTC, datetime

from rich.console import Console
from rich.text import Text

from monitor.cli._engine import plain
from monitor.cli._ledger import iso, local, zone
from monitor.cli.deliveries import COLOURS
from monitor.cli.deliveries import row_of as delivery_row
from monitor.core.route import Delivery
from monitor.ledger import Fate, Judged


def row_of(fate: Fate) -> dict[str, object]:
    """Give as JSON has it what became of a revision."""
    return {
        "state": fate.state,
        "reason": fate.reason,
        "matched": iso(fate.matched_at),
        "version": fate.version,
        "findings": [_judged(one) for one in fate.judged],
        "deliveries": [delivery_row(delivery) for delivery in fate.deliveries],
    }


def _judged(one: Judged) -> dict[str, object]:
    told = {"alert": one.alert, "suppressed": one.suppressed, "told_before": one.earlier}
    return {"rule": one.finding.rule, "severity": one.finding.severity, **told}


def rules_of(fate: Fate | None) -> set[str]:
    """List the rules that were met when it was matched."""
    return {one.finding.rule for one in fate.judged} if fate else set()


def show(fate: Fate, rules: Iterable[str], console: Console) -> None:
    """Print what became of a revision: when it was matched, and of each of these rules whether it was told, and how."""
    console.print(Text("what became of it", style="bold"))
    console.print(Text(f"  {_state(fate)}"))
    if fate.state != "matched":
        return
    judged = {one.finding.rule: one for one in fate.judged}
    for rule in rules:
        console.print(Text(f"  {rule}: {_told(judged.get(rule))}"))
        for delivery in fate.deliveries if judged.get(rule) and judged[rule].alert else ():
            console.print(_message(delivery))


def _state(fate: Fate) -> str:
    if fate.state == "unmatched":
        return "not matched yet: it waits for the matchers"
    if fate.state != "matched" or fate.matched_at is None:
        return f"no rule was tried on it: {fate.reason}"
    return f"matched {local(fate.matched_at)} {zone(datetime.now(UTC))} with edition {fate.version} of the rules"


def _told(one: Judged | None) -> str:
    if one is None:
        return "not met then"
    if one.alert is not None:
        return f"told by alert {one.alert}"
    return f"not told: {plain(one.suppressed)}{f', by alert {one.earlier}' if one.earlier else ''}"


def _message(delivery: Delivery) -> Text:
    when = f"due {local(delivery.due)}" if delivery.sent is None else f"at {local(delivery.sent)}"
    reason = f" - {plain(delivery.reason)}" if delivery.reason else ""
    uncertain = ", uncertain" if delivery.uncertain else ""
    state = (delivery.state, COLOURS[delivery.state])
    return Text.assemble(f"    delivery {delivery.id} to {delivery.channel}: ", state, f"{uncertain}, {when}{reason}")

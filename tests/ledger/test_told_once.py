"""The ledger tells once by one statement, a replay by a table in memory: the two decide alike."""

from datetime import timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.core.hindsight.replaying import Told, told_before
from monitor.core.telling.alert import Proposal, Scope
from tests.ledger.desk import Desk, entry, finding

FRESH = count()
HOUR = timedelta(hours=1)

Asked = tuple[str, str, int | None, bool, str, bool]
RULES, SCOPES = st.sampled_from(("otan", "onu")), st.sampled_from(("rule", "feed:geneva", "entry"))
ASKED = st.tuples(
    RULES, SCOPES, st.sampled_from((None, 1, 6)), st.booleans(), st.sampled_from(("", "", "shadow")), st.booleans()
)
BATCHES = st.lists(st.tuples(st.integers(0, 5), st.lists(st.lists(ASKED, max_size=2), max_size=3)), max_size=6)


def proposals(desk: Desk, asked: list[Asked], world: int, entry_number: int) -> tuple[Proposal, ...]:
    """Propose each rule once; of an entry at most one revision is in a batch, for only the newest is matched."""
    made = {
        rule: Proposal(
            finding(f"{rule}{world}"),
            Scope(f"entry:{entry_number}" if scope == "entry" else scope, desk.now + lasts * HOUR if lasts else None),
            (),
            suppressed,
            again=again and scope == "entry",
            corrects=corrects and scope != "entry",
        )
        for rule, scope, lasts, again, suppressed, corrects in asked
    }
    return tuple(made[rule] for rule in sorted(made))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=BATCHES)
def test_a_replay_tells_once_as_the_ledger_does(desk: Desk, batches: list[tuple[int, list[list[Asked]]]]) -> None:
    world, told = next(FRESH), Told()
    desk.watch()
    for wait, revisions in batches:
        desk.later(wait * HOUR)
        ids = desk.poll(*(entry(f"{world}-{n}", f"{next(FRESH)}") for n, _ in enumerate(revisions))).unmatched
        batch = {i: proposals(desk, asked, world, n) for n, (i, asked) in enumerate(zip(ids, revisions, strict=True))}
        desk.ledger.record_match(batch, 1, desk.now)
        expected = {
            (i, p.finding.rule)
            for n, (i, some) in enumerate(batch.items())
            for p in some
            if not (p.suppressed or told_before(told, p, n, desk.now))
        }
        alerts = [alert for alert in desk.ledger.alerts() if alert.revision.id in ids]
        assert {(alert.revision.id, f.rule) for alert in alerts for f in alert.findings} == expected

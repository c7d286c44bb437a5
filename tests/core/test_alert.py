from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.alert import Proposal, Scope, propose, scope_of
from monitor.core.book import Book
from monitor.core.entry import Entry, Revision
from monitor.core.route import Route, Send
from monitor.core.rule import PER_ENTRY, Finding, Once, Rule

T0 = datetime(2022, 1, 10, 17, 52, tzinfo=UTC)
DAY = timedelta(days=1)
REVISION = Revision(11, 7, 2, Entry("geneva", "a", text="Riabkov"), T0)
BOOK = Book(
    rules={"talks": Rule("talks", send=("desk",)), "names": Rule("names", once=Once("duration", DAY))},
    routes={"desk": Route("desk", ("phone",)), "fallback": Route("fallback", ("mail",))},
)


@pytest.mark.parametrize(
    ("once", "scope"),
    [
        (PER_ENTRY, Scope("entry:7", None)),
        (Once("feed", DAY), Scope("feed:geneva", T0 + DAY)),
        (Once("duration", DAY), Scope("rule", T0 + DAY)),
    ],
)
def test_a_rule_tells_once_within_its_scope(once: Once, scope: Scope) -> None:
    assert scope_of(once, REVISION, T0) == scope


def test_every_finding_is_proposed_by_its_own_rule() -> None:
    talks, names = Finding("talks", "high", ()), Finding("names", "low", ())
    assert propose(REVISION, (talks, names), BOOK, T0) == (
        Proposal(talks, Scope("entry:7", None), (Send("phone", "desk", T0),)),
        Proposal(names, Scope("rule", T0 + DAY), (Send("mail", "fallback", T0),)),
    )


def test_no_finding_is_no_proposal() -> None:
    assert propose(REVISION, (), BOOK, T0) == ()


def test_of_a_withdrawn_entry_nothing_is_told_anew() -> None:
    withdrawn = replace(REVISION, entry=replace(REVISION.entry, deleted=True))
    assert propose(withdrawn, (Finding("talks", "high", ()),), BOOK, T0) == ()

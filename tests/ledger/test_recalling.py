"""What is read of the ledger before a document is decided upon: as much as matters, however much there is."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

from monitor.core.entry import digest
from monitor.core.watching.deciding import document
from monitor.ledger.database import Database
from monitor.ledger.recalling import MOST_TWINS, look
from tests.ledger.desk import FEED, T0, Desk, entry
from tests.ledger.test_watching import current, flood, posts, show


def test_what_is_held_and_comes_back_long_after_under_yet_another_name_is_the_same(desk: Desk) -> None:
    flood(desk)
    for first in (20, 30, 40):
        show(desk, *posts(range(first, first + 6)))
    recorded = show(desk, *posts(range(1, 7), "again-"), *posts(range(40, 46)))
    assert (recorded.held, recorded.unmatched, recorded.revised) == (0, (), 0)


def test_of_an_entry_with_a_counter_only_the_texts_are_read_that_matter(desk: Desk, url: str) -> None:
    for count in (*range(20), 0):
        last = show(desk, entry("a", f"vues: {count}"), *posts([1]))
    assert (last.unmatched, last.revised) == ((), 0), "it is back"
    shown = document(FEED, (entry("a", "vues: 7"), *posts([1])), T0)
    with closing(Database(url)) as database:
        known = database.read(lambda tx: look(tx, shown)).recalled.known
    assert known.digests[1] == (shown.contents["a"], digest(entry("a", "vues: 0")))
    assert show(desk, entry("a", "vues: 20"), *posts([1])).revised == 1
    assert current(desk, "a").number == 21


def test_of_what_was_said_a_thousand_times_the_newest_are_looked_at(desk: Desk, url: str) -> None:
    show(desk, *posts([1]))
    said = [entry(f"said {n}", "Toujours rien", published=T0 + timedelta(seconds=n)) for n in range(MOST_TWINS + 50)]
    show(desk, *said)
    again = document(FEED, (replace(said[0], identity="x"), replace(posts([1])[0], identity="y")), T0)
    with closing(Database(url)) as database:
        twins = database.read(lambda tx: look(tx, again)).recalled.twins
    ids = [[twin.entry_id for twin in twins[again.contents[name]]] for name in "xy"]
    assert ids == [list(range(MOST_TWINS + 51, 51, -1)), [1]]

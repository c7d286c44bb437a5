"""What a replay reads: folded texts that are never trusted when they are stale, and revisions in the order of time."""

from contextlib import closing
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from monitor.core.entry import Entry, Occasion, folded
from monitor.core.feed import Feed
from monitor.core.route import Outcome
from monitor.core.text import FOLD
from monitor.ledger import Ledger
from monitor.ledger.migrations import migrate
from monitor.ledger.tables import storable
from tests.ledger.desk import FEED, MINUTE, T0, Desk, entry

TEXTS = ("Riabkov à Genève", "Переговоры в Женеве", "北约峰会 NATO", "L’Œuvre, ﬁn ß İ", "")
SENT = Outcome("sent")
FOLDED = [folded("", one).encode() for one in TEXTS]


def stored(desk: Desk) -> list[bytes]:
    """Give all folded texts as a replay meets them."""
    met: list[bytes] = []

    def note(one: bytes) -> bool:
        met.append(one)
        return False

    desk.ledger.sift(note)
    return met


def change(url: str, statement: str, **values: object) -> None:
    """Change what no program of ours would."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as tx:
        tx.execute(text(statement), values)
    engine.dispose()


def test_every_revision_is_stored_folded(desk: Desk) -> None:
    desk.poll(*(entry(str(number), one) for number, one in enumerate(TEXTS)))
    assert sorted(stored(desk)) == sorted(FOLDED)
    desk.poll(entry("0", "Rien", title="Genève"))
    assert folded("Genève", "Rien").encode() in stored(desk)


def test_only_what_is_wanted_is_named(desk: Desk) -> None:
    desk.poll(entry("a"), entry("b", "Rien"), entry("c", "à Genève aussi"))
    found = desk.ledger.sift(lambda one: b" geneve " in one)
    assert [o.revision.entry.identity for o in desk.ledger.occasions(sorted(found.tolist()))] == ["a", "c"]
    assert not desk.ledger.sift(lambda _: False).size


def test_a_sample_is_spread_over_all_that_is_stored(desk: Desk) -> None:
    assert desk.ledger.sample(10) == ()
    desk.poll(*(entry(str(number), f"mot{number}") for number in range(100)))
    assert sorted(desk.ledger.sample(3)) == [b" mot0 ", b" mot49 ", b" mot99 "]
    assert len(desk.ledger.sample(1_000)) == 100


def test_what_was_folded_in_another_way_is_not_trusted(desk: Desk, url: str) -> None:
    desk.poll(*(entry(str(number), one) for number, one in enumerate(TEXTS)))
    change(url, "UPDATE folded SET fold = fold + 1, text = :nonsense WHERE revision_id > 2", nonsense=b" nonsense ")
    assert sorted(stored(desk)) == sorted(FOLDED)


def test_what_was_never_folded_is_folded_when_it_is_read(desk: Desk, url: str) -> None:
    desk.poll(*(entry(str(number), one) for number, one in enumerate(TEXTS)))
    change(url, "DELETE FROM folded WHERE revision_id < 4")
    assert sorted(stored(desk)) == sorted(FOLDED)


def test_what_is_missing_or_stale_is_folded_bit_by_bit(desk: Desk, url: str) -> None:
    desk.poll(*(entry(str(number), one) for number, one in enumerate(TEXTS)))
    change(url, "UPDATE folded SET fold = fold + 1, text = :nonsense WHERE revision_id = 5", nonsense=b" nonsense ")
    change(url, "DELETE FROM folded WHERE revision_id < 3")
    assert [desk.ledger.refold(2), desk.ledger.refold(2), desk.ledger.refold(2)] == [2, 1, 0]
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as tx:
        rows = [(row.fold, bytes(row.text)) for row in tx.execute(text("SELECT fold, text FROM folded"))]
    engine.dispose()
    assert sorted(rows) == sorted((FOLD, one) for one in FOLDED)


@given(st.text(st.characters(exclude_categories=()) | st.sampled_from("\0\ud800\udfffaé́’s北"), max_size=30))
def test_what_no_database_keeps_folds_like_what_is_kept_for_it(written: str) -> None:
    assert folded("", written) == folded("", storable(written))
    assert folded(written, "x").encode().decode() == folded(storable(written), "x")


def test_a_ledger_of_the_first_schema_keeps_all_that_it_holds(empty_url: str) -> None:
    """Texts that were there before are found, and the clock folds them for good."""
    migrate(empty_url)
    with closing(Ledger.open(empty_url)) as ledger:
        desk = Desk(ledger)
        desk.poll(*(entry(str(number), one) for number, one in enumerate(TEXTS)))
        change(empty_url, "DROP TABLE folded")
        change(empty_url, "DROP TABLE report")
        change(empty_url, "DROP TABLE notice")
        change(empty_url, "DROP TABLE folder")
        for column in ("restores", "over", "changes"):
            change(empty_url, f"ALTER TABLE edition DROP COLUMN {column}")
        for index in ("digest", "held"):
            change(empty_url, f"DROP INDEX ix_revision_{index}")
        for column in ("feed.memory", "revision.edit", "revision.held"):
            change(empty_url, "ALTER TABLE {} DROP COLUMN {}".format(*column.split(".")))
        change(empty_url, "ALTER TABLE feed RENAME COLUMN writes TO reads")
        change(empty_url, "UPDATE alembic_version SET version_num = '0001'")
    assert migrate(empty_url).before == "0001"
    with closing(Ledger.open(empty_url)) as ledger:
        assert sorted(stored(Desk(ledger))) == sorted(FOLDED)
        assert ledger.refold() == len(TEXTS)


def test_a_forgotten_entry_leaves_no_folded_text(desk: Desk) -> None:
    desk.watch()
    desk.alert("old")
    desk.settle(desk.claim().delivery, SENT)
    desk.later(timedelta(days=40))
    desk.poll(entry("new", "neuf"))
    assert desk.ledger.prune(desk.now - timedelta(days=30)) == 1
    assert stored(desk) == [folded("", "neuf").encode()]


# In the order of time.


def occasions(desk: Desk, *, edits: bool = False) -> tuple[Occasion, ...]:
    ids = desk.ledger.in_time(desk.ledger.revisions_of(), desk.now + MINUTE)
    return desk.ledger.occasions(ids.tolist(), edits=edits)


def names(found: tuple[Occasion, ...]) -> list[str]:
    return [o.revision.entry.identity for o in found]


def test_revisions_come_in_the_order_in_which_they_were_matched(desk: Desk) -> None:
    desk.watch()
    a, b, c = desk.poll(entry("a", "1"), entry("b", "2"), entry("c", "3")).unmatched
    for revision in (c, a):
        desk.later()
        desk.tell(revision)
    found = occasions(desk)
    assert names(found) == ["b", "c", "a"], "what was not matched yet counts from when it was seen"
    assert [o.at for o in found] == [T0, T0 + MINUTE, T0 + 2 * MINUTE]
    assert b == found[0].revision.id


def test_what_came_later_is_left_out(desk: Desk) -> None:
    desk.poll(entry("a"))
    desk.later()
    desk.poll(entry("b", "2"))
    ids = desk.ledger.in_time(desk.ledger.revisions_of(), T0 + MINUTE)
    assert names(desk.ledger.occasions(ids.tolist())) == ["a"]


def test_what_no_rule_was_tried_on_says_why(desk: Desk) -> None:
    desk.poll(entry("known", "1"))
    desk.later()
    desk.poll(entry("edited", "2"))
    desk.later()
    desk.poll(entry("edited", "3"))
    assert [(o.revision.number, o.quiet) for o in occasions(desk)] == [
        (1, "stood in the feed before it was watched"),
        (1, "a newer revision came first"),
        (2, ""),
    ]
    desk.ledger.unmatched()
    assert occasions(desk)[1].quiet == "a newer revision came first", "now it is on record"


def test_an_edit_knows_the_text_before_it(desk: Desk) -> None:
    desk.watch()
    for words in ("one", "two", "three", "four"):
        recorded = desk.poll(entry("a", words))
        if words != "three":  # that one was overtaken
            desk.later()
            desk.tell(*recorded.unmatched)
        desk.later()
    before = {o.revision.entry.text: o.edits and o.edits.entry.text for o in occasions(desk, edits=True)}
    assert before == {"one": None, "two": "one", "three": "two", "four": "two"}
    assert {o.edits for o in occasions(desk)} == {None}, "nobody asked"


def test_a_text_that_came_back_is_still_no_edit_of_what_came_after_it(desk: Desk) -> None:
    desk.watch()
    for words in ("one", "two", "one"):
        recorded = desk.poll(entry("a", words))
        desk.later()
        if recorded.unmatched:
            desk.tell(*recorded.unmatched)
    before = {o.revision.entry.text: o.edits and o.edits.entry.text for o in occasions(desk, edits=True)}
    assert before == {"one": None, "two": "one"}


def test_revisions_of_some_feeds_or_of_all(desk: Desk) -> None:
    other = Feed("other", "https://example.org/other")
    desk.poll(entry("a"))
    desk.poll(Entry("other", "b", text="2"), feed=other)
    assert desk.ledger.revisions_of().size == 2
    assert names(desk.ledger.occasions(desk.ledger.revisions_of(("other",)).tolist())) == ["b"]
    assert not desk.ledger.revisions_of(("nobody",)).size
    assert FEED.name == "geneva"


def test_a_ledger_says_since_when_it_keeps(desk: Desk) -> None:
    assert desk.ledger.kept_since() is None
    assert not desk.ledger.in_time(desk.ledger.revisions_of(), T0).size
    desk.poll(entry("a"))
    desk.later()
    desk.poll(entry("b", "2"))
    assert desk.ledger.kept_since() == T0


def test_what_was_forgotten_meanwhile_is_left_out(desk: Desk) -> None:
    desk.poll(entry("a"))
    assert desk.ledger.occasions((1, 999)) == desk.ledger.occasions((1,))

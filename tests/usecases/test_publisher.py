"""The rules folder goes live when it is quiet, as far as it is sound, unless it is pinned; operators hear the rest."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.core.errors import VigieError
from monitor.core.telling.changes import Diff
from monitor.edition import Edition as InForce
from monitor.ledger import Draft, Ledger, Published
from monitor.ledger.database import Database
from monitor.pipeline import match_batch
from monitor.publisher import Publisher, pin, unpin
from monitor.rulebook import read
from tests.usecases.conftest import Said
from tests.usecases.newsroom import DESK, OTAN, RULES, Newsroom, write

SECOND = timedelta(seconds=1)
NOW = datetime.now(UTC)


@pytest.fixture
def publisher(newsroom: Newsroom, folder: Path) -> Publisher:
    return Publisher(newsroom.ledger, folder)


def test_a_folder_is_published_as_it_is_at_the_start(newsroom: Newsroom, publisher: Publisher, said: Said) -> None:
    publisher.look(NOW)
    assert newsroom.rules() == {"otan"}
    assert said("rules_published") == [{"version": 1, "files": 2}]


def test_a_changed_folder_is_published_when_it_has_been_quiet_for_half_a_second(
    newsroom: Newsroom, publisher: Publisher, folder: Path
) -> None:
    publisher.look(NOW)
    write(folder, more=OTAN.replace("otan:", "more:"))
    publisher.look(NOW + SECOND)
    write(folder, most=OTAN.replace("otan:", "most:"))
    publisher.look(NOW + 1.3 * SECOND)
    publisher.look(NOW + 1.7 * SECOND)
    assert newsroom.version() == 1
    publisher.look(NOW + 1.8 * SECOND)
    assert newsroom.rules() == {"otan", "more", "most"}


def test_a_change_in_a_linked_folder_is_published(
    newsroom: Newsroom, publisher: Publisher, folder: Path, tmp_path: Path
) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    write(desk, more=OTAN.replace("otan:", "more:"))
    (folder / "linked").symlink_to(desk)
    publisher.look(NOW)
    assert newsroom.rules() == {"otan", "more"}
    edited(publisher, desk, NOW + SECOND, more=OTAN.replace("otan:", "most:"))
    assert newsroom.rules() == {"otan", "most"}


def test_a_folder_that_says_the_same_is_not_published_again(
    newsroom: Newsroom, publisher: Publisher, folder: Path
) -> None:
    publisher.look(NOW)
    write(folder, otan=OTAN)
    publisher.look(NOW + SECOND)
    publisher.look(NOW + 2 * SECOND)
    Publisher(newsroom.ledger, folder).look(NOW)
    assert newsroom.version() == 1


def edited(publisher: Publisher, folder: Path, at: datetime, **files: str) -> None:
    write(folder, **files)
    publisher.look(at)
    publisher.look(at + SECOND)


def test_a_faulty_rules_file_is_kept_back_and_the_others_go_live(
    newsroom: Newsroom, publisher: Publisher, folder: Path, said: Said
) -> None:
    publisher.look(NOW)
    more = OTAN.replace("otan:", "more:")
    edited(publisher, folder, NOW + SECOND, otan=OTAN.replace("any_of", "any_off"), more=more)
    assert newsroom.rules() == {"otan", "more"}
    assert said("rules_kept_back") == [{"file": "otan.yaml", "because_of": "otan.yaml"}]
    assert "any_off" in said("rules_fault")[-1]["fault"]

    for seconds in range(5, 10):
        publisher.look(NOW + seconds * SECOND)
    assert len(said("rules_kept_back")) == 1, "said once for each change"
    edited(publisher, folder, NOW + 20 * SECOND, otan=OTAN.replace("otan:", "nato:"))
    assert newsroom.rules() == {"nato", "more"}
    assert len(said("rules_kept_back")) == 1


def test_a_fault_elsewhere_keeps_the_whole_edition(
    newsroom: Newsroom, publisher: Publisher, folder: Path, said: Said
) -> None:
    publisher.look(NOW)
    more = OTAN.replace("otan:", "more:")
    edited(publisher, folder, NOW + SECOND, routes=DESK.replace("to:", "too:"), more=more)
    assert newsroom.rules() == {"otan"}
    because = {line["file"]: line["because_of"] for line in said("rules_kept_back")}
    assert because == {"routes.yaml": "routes.yaml", "more.yaml": "routes.yaml"}


def test_nothing_is_published_of_a_folder_that_was_never_sound(
    newsroom: Newsroom, publisher: Publisher, folder: Path, said: Said
) -> None:
    write(folder, otan="otan: [")
    publisher.look(NOW)
    assert newsroom.version() == 0
    assert said("rules_fault")


@pytest.mark.parametrize("gone", ["files", "folder"])
def test_an_emptied_folder_does_not_unpublish(
    newsroom: Newsroom, publisher: Publisher, folder: Path, said: Said, gone: str
) -> None:
    publisher.look(NOW)
    for path in folder.iterdir():
        path.unlink()
    if gone == "folder":
        folder.rmdir()
    for seconds in range(1, 6):
        publisher.look(NOW + seconds * SECOND)
    assert newsroom.version() == 1
    assert newsroom.rules() == {"otan"}
    assert len(said("rules_fault")) == 1, "said once, not every second"

    folder.mkdir(exist_ok=True)
    edited(publisher, folder, NOW + 10 * SECOND, otan=OTAN.replace("otan:", "nato:"), routes=DESK)
    assert newsroom.rules() == {"nato"}


def test_a_file_that_cannot_be_read_is_said_once_and_again_when_mended(
    newsroom: Newsroom, publisher: Publisher, folder: Path, said: Said
) -> None:
    publisher.look(NOW)
    (folder / "link.yaml").symlink_to(folder / "nowhere.yaml")
    (folder / "folder.yaml").mkdir()
    edited(publisher, folder, NOW + SECOND, more=OTAN.replace("otan:", "more:"))
    for seconds in range(3, 8):
        publisher.look(NOW + seconds * SECOND)
    assert len(said("rules_fault")) == 2
    assert newsroom.version() == 1

    (folder / "link.yaml").unlink()
    (folder / "folder.yaml").rmdir()
    publisher.look(NOW + 10 * SECOND)
    publisher.look(NOW + 11 * SECOND)
    assert newsroom.rules() == {"otan", "more"}


def test_a_change_that_keeps_size_and_time_is_seen(newsroom: Newsroom, publisher: Publisher, folder: Path) -> None:
    publisher.look(NOW)
    path = folder / "otan.yaml"
    before = path.stat()
    path.write_text(OTAN.replace("otan:", "nato:"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    publisher.look(NOW + SECOND)
    publisher.look(NOW + 2 * SECOND)
    assert newsroom.rules() == {"nato"}


def test_what_is_hidden_does_not_count(newsroom: Newsroom, publisher: Publisher, folder: Path, said: Said) -> None:
    publisher.look(NOW)
    (folder / ".git").mkdir()
    (folder / ".git" / "index.yaml").write_text("?")
    (folder / ".otan.yaml.swp").write_text("?")
    edited(publisher, folder, NOW + SECOND, otan=OTAN.replace("otan:", "nato:"))
    assert newsroom.rules() == {"nato"}
    assert not said("rules_fault")


FAULTY = OTAN.replace("any_of", "any_off")
NATO = OTAN.replace("otan:", "nato:")


def test_a_publisher_says_when_to_look_again(publisher: Publisher, folder: Path) -> None:
    assert publisher.look(NOW) is None
    write(folder, more=OTAN.replace("otan:", "more:"))
    assert publisher.look(NOW + SECOND) == NOW + 1.5 * SECOND
    assert publisher.look(NOW + 1.2 * SECOND) == NOW + 1.5 * SECOND
    assert publisher.look(NOW + 1.5 * SECOND) is None


def test_what_an_edition_changed_is_noted(newsroom: Newsroom, publisher: Publisher, folder: Path) -> None:
    publisher.look(NOW)
    edited(publisher, folder, NOW + SECOND, otan=NATO)
    first, second = newsroom.ledger.versions()
    assert first.changes is not None
    assert first.changes["files"] == Diff(added=("otan.yaml", "routes.yaml"))
    assert first.changes["rules"] == Diff(added=("otan",))
    assert second.changes == {"files": Diff(changed=("otan.yaml",)), "rules": Diff(added=("nato",), removed=("otan",))}


def test_a_second_publisher_finds_everything_done(
    newsroom: Newsroom, publisher: Publisher, folder: Path, said: Said
) -> None:
    second = Publisher(newsroom.ledger, folder)
    for at in range(2):
        publisher.look(NOW + at * SECOND)
        second.look(NOW + at * SECOND)
    write(folder, otan=FAULTY, more=OTAN.replace("otan:", "more:"))
    for at in range(2, 9):
        second.look(NOW + at * SECOND)
        publisher.look(NOW + at * SECOND)
    assert newsroom.version() == 2
    assert len(said("rules_published")) == 2
    assert len(newsroom.ledger.notices()) == 1


def test_of_two_publishers_at_once_the_second_looks_again(
    newsroom: Newsroom, publisher: Publisher, folder: Path
) -> None:
    """Between its look and its publishing another edition comes in: a pin, or the other clock's."""
    publisher.look(NOW)
    edited(publisher, folder, NOW + SECOND, otan=NATO)
    late = Publisher(Interrupted(newsroom.database, lambda: pin(newsroom.ledger, 1, NOW)), folder)
    write(folder, otan=OTAN.replace("otan:", "late:"))
    late.look(NOW + 5 * SECOND)
    assert newsroom.rules() == {"otan"}, "what was made after edition 2 is not published over the pin"
    late.look(NOW + 6 * SECOND)
    assert newsroom.rules() == {"otan"}, "the folder had been read when it was pinned, and has not changed since"
    edited(late, folder, NOW + 7 * SECOND, otan=OTAN.replace("otan:", "later:"))
    assert newsroom.rules() == {"later"}


def test_who_pins_at_the_moment_in_which_an_edition_comes_into_force_pins_over_that(
    newsroom: Newsroom, publisher: Publisher, folder: Path
) -> None:
    publisher.look(NOW)
    late = Publisher(Answered(newsroom.database, lambda: pin(newsroom.ledger, 1, NOW)), folder)
    write(folder, otan=OTAN.replace("otan:", "late:"))
    looks(late, 5, 9)
    assert newsroom.rules() == {"otan"}
    assert [version.restores for version in newsroom.ledger.versions()] == [0, 0, 1]


class Interrupted(Ledger):
    """A ledger in which something happens just before an edition is published."""

    def __init__(self, url: str, happens: Callable[[], object]) -> None:
        super().__init__(Database(url))
        self._happens = [happens]

    def succeed(self, draft: Draft, at: datetime) -> Published | None:
        while self._happens:
            self._happens.pop()()
        return super().succeed(draft, at)


class Answered(Interrupted):
    """A ledger in which something happens as soon as an edition is published."""

    def succeed(self, draft: Draft, at: datetime) -> Published | None:
        stands = Ledger.succeed(self, draft, at)
        while self._happens:
            self._happens.pop()()
        return stands


# Pins.


@pytest.fixture
def three(newsroom: Newsroom, publisher: Publisher, folder: Path) -> Publisher:
    """Edition 1 says otan, 2 says nato, 3 says more as well."""
    publisher.look(NOW)
    edited(publisher, folder, NOW + SECOND, otan=NATO)
    edited(publisher, folder, NOW + 4 * SECOND, more=OTAN.replace("otan:", "more:"))
    assert newsroom.rules() == {"nato", "more"}
    return publisher


def looks(publisher: Publisher, start: int, end: int) -> None:
    for at in range(start, end):
        publisher.look(NOW + at * SECOND)


def test_a_pinned_edition_stays_until_the_folder_changes(
    newsroom: Newsroom, three: Publisher, folder: Path, said: Said
) -> None:
    stands = pin(newsroom.ledger, 1, NOW)
    assert (stands.version, stands.restores, stands.pinned) == (4, 1, True)
    assert newsroom.rules() == {"otan"}
    looks(three, 10, 15)
    assert newsroom.version() == 4
    assert said("rules_pinned") == [{"version": 4, "restores": 1}]
    edited(three, folder, NOW + 20 * SECOND, more=OTAN.replace("otan:", "most:"))
    assert newsroom.rules() == {"nato", "most"}
    assert said("pin_ended") == [{"version": 4, "restores": 1, "by": 5}]
    published = newsroom.ledger.published()
    assert published is not None
    assert (published.version, published.pinned) == (5, False)
    assert newsroom.ledger.versions()[3].changes == {
        "files": Diff(changed=("otan.yaml",), removed=("more.yaml",)),
        "rules": Diff(added=("otan",), removed=("more", "nato")),
    }


def test_a_pin_survives_the_restart_of_the_clock_and_a_second_one(
    newsroom: Newsroom, three: Publisher, folder: Path
) -> None:
    pin(newsroom.ledger, 1, NOW)
    for publisher in (Publisher(newsroom.ledger, folder), three, Publisher(newsroom.ledger, folder)):
        looks(publisher, 10, 13)
    assert newsroom.version() == 4


@pytest.mark.usefixtures("three")
def test_a_folder_that_changes_while_no_clock_runs_is_published_over_a_pin(newsroom: Newsroom, folder: Path) -> None:
    pin(newsroom.ledger, 1, NOW)
    write(folder, otan=OTAN.replace("otan:", "most:"))
    Publisher(newsroom.ledger, folder).look(NOW + 10 * SECOND)
    assert newsroom.rules() == {"most", "more"}


def test_a_folder_that_is_touched_but_says_the_same_stays_unpublished(
    newsroom: Newsroom, three: Publisher, folder: Path
) -> None:
    pin(newsroom.ledger, 1, NOW)
    edited(three, folder, NOW + 10 * SECOND, otan=NATO)
    assert newsroom.version() == 4


def test_a_pin_holds_while_the_folder_cannot_be_read(newsroom: Newsroom, three: Publisher, folder: Path) -> None:
    pin(newsroom.ledger, 1, NOW)
    away = folder.rename(folder.with_name("away"))
    looks(three, 10, 13)
    away.rename(folder)
    looks(three, 13, 16)
    assert newsroom.version() == 4
    assert newsroom.ledger.folder_seen().faults == ()


def test_a_change_of_which_nothing_is_accepted_leaves_the_pin(
    newsroom: Newsroom, three: Publisher, folder: Path, said: Said
) -> None:
    pin(newsroom.ledger, 1, NOW)
    edited(three, folder, NOW + 10 * SECOND, routes=DESK.replace("to:", "too:"))
    edited(three, folder, NOW + 20 * SECOND, routes=DESK, otan=FAULTY)
    edited(three, folder, NOW + 30 * SECOND, otan=NATO, more=FAULTY.replace("otan:", "more:"))
    edited(three, folder, NOW + 40 * SECOND, more=OTAN.replace("otan:", "more:"), new=FAULTY)
    published = newsroom.ledger.published()
    assert published is not None
    assert (published.version, published.pinned) == (4, True)
    assert newsroom.rules() == {"otan"}
    assert said("pin_ended") == []


def test_of_a_change_that_is_accepted_in_part_a_faulty_file_says_what_was_pinned_and_operators_hear_of_it(
    newsroom: Newsroom, three: Publisher, folder: Path
) -> None:
    pin(newsroom.ledger, 1, NOW)
    edited(three, folder, NOW + 10 * SECOND, otan=FAULTY, more=OTAN.replace("otan:", "most:"))
    assert newsroom.rules() == {"otan", "most"}, "what was pinned is the last good content of that file"
    (notice,) = newsroom.ledger.notices()
    assert "The pin of edition 4 has ended" in notice.text


def test_a_pin_over_a_folder_with_a_fault_holds_when_that_is_taken_out(
    newsroom: Newsroom, three: Publisher, folder: Path
) -> None:
    edited(three, folder, NOW + 10 * SECOND, new=FAULTY)
    pin(newsroom.ledger, 1, NOW)
    (folder / "new.yaml").unlink()
    looks(three, 20, 23)
    assert newsroom.version() == 4


def test_a_pin_ends_with_any_change_where_what_stood_before_it_is_no_longer_kept(
    newsroom: Newsroom, three: Publisher, folder: Path
) -> None:
    for version in (1, 2) * 11:
        pin(newsroom.ledger, version, NOW)
    newsroom.ledger.prune_editions(NOW + timedelta(days=99))
    edited(three, folder, NOW + 10 * SECOND, new=FAULTY)
    assert newsroom.rules() == {"nato", "more"}


def test_a_pin_made_before_any_clock_read_the_folder_holds_over_what_the_first_finds(
    newsroom: Newsroom, publisher: Publisher, folder: Path
) -> None:
    for sources in (RULES, {**RULES, "otan.yaml": NATO}):
        newsroom.publish(sources)
    pin(newsroom.ledger, 1, NOW)
    write(folder, otan=NATO)
    looks(publisher, 0, 3)
    looks(Publisher(newsroom.ledger, folder), 3, 6)
    assert newsroom.version() == 3
    edited(publisher, folder, NOW + 10 * SECOND, otan=OTAN.replace("otan:", "most:"))
    assert newsroom.rules() == {"most"}


def test_an_edition_that_is_unpinned_gives_way_to_the_folder_as_it_is(newsroom: Newsroom, three: Publisher) -> None:
    pin(newsroom.ledger, 1, NOW)
    looks(three, 10, 12)
    assert unpin(newsroom.ledger).version == 4
    three.look(NOW + 12 * SECOND)
    assert newsroom.rules() == {"nato", "more"}
    assert newsroom.version() == 5
    looks(three, 13, 15)
    assert newsroom.version() == 5


@pytest.mark.usefixtures("three")
def test_what_cannot_be_pinned_is_refused_with_the_reason(newsroom: Newsroom) -> None:
    ledger = newsroom.ledger
    for version, reason in (
        (3, "edition 3 is in force already - it stays so until a change of the folder is accepted"),
        (9, "there is no edition 9 - kept are 1 to 3, see `vigie rules versions`"),
    ):
        with pytest.raises(VigieError) as refused:
            pin(ledger, version, NOW)
        assert str(refused.value) == reason
    pin(ledger, 1, NOW)
    with pytest.raises(VigieError, match=r"^edition 4, which says what 1 said, is in force already, and pinned$"):
        pin(ledger, 1, NOW)
    pin(ledger, 2, NOW)
    assert newsroom.version() == 5
    with pytest.raises(VigieError, match="no edition is pinned"):
        unpin(ledger), unpin(ledger)


@pytest.mark.usefixtures("three")
def test_who_pins_while_another_publishes_is_to_look_again(newsroom: Newsroom) -> None:
    with pytest.raises(VigieError, match="another edition was published just now"):
        pin(Interrupted(newsroom.database, newsroom.publish), 1, NOW)
    assert newsroom.version() == 4


def test_a_forgotten_edition_is_refused_with_those_next_to_it(newsroom: Newsroom) -> None:
    for number in range(1, 26):
        newsroom.publish({**RULES, "empty.yaml": f"vigie: rules/1\nr{number}: {{any_of: [Otan]}}\n"})
    newsroom.ledger.record_match({}, 1, NOW)
    matched_with(newsroom, 2)
    newsroom.ledger.prune_editions(datetime.now(UTC) + SECOND)
    with pytest.raises(VigieError, match=r"^edition 4 is no longer kept - the nearest that are: 2 and 6$"):
        pin(newsroom.ledger, 4, NOW)


def matched_with(newsroom: Newsroom, version: int) -> None:
    """Let an alert be made with this edition."""
    book = read(newsroom.ledger.sources(version)).book
    assert book is not None
    assert match_batch(newsroom.ledger, lambda: InForce(version, book), newsroom.bells, newsroom.post("a"))


def test_an_edition_that_this_program_cannot_read_is_not_pinned(newsroom: Newsroom) -> None:
    newsroom.publish({"otan.yaml": "vigie: rules/99\n", "more.yaml": "?"})
    newsroom.publish()
    with pytest.raises(VigieError, match=r"^edition 1 cannot be read by this program: .*yaml:1:1.* \(and 1 more\)$"):
        pin(newsroom.ledger, 1, NOW)
    newsroom.publish({"otan.yaml": "vigie: rules/99\n", "routes.yaml": DESK})
    assert pin(newsroom.ledger, 2, NOW).version == 4, "what is in force need not be readable"


def test_nothing_can_be_pinned_before_anything_was_published(newsroom: Newsroom) -> None:
    with pytest.raises(VigieError, match="nothing was published yet"):
        pin(newsroom.ledger, 1, NOW)
    with pytest.raises(VigieError, match="no edition is pinned"):
        unpin(newsroom.ledger)


# What operators are told.


def subjects(newsroom: Newsroom) -> list[str]:
    return [notice.subject for notice in newsroom.ledger.notices()]


def test_operators_are_told_once_what_is_refused_and_once_that_it_is_mended(
    newsroom: Newsroom, publisher: Publisher, folder: Path, said: Said
) -> None:
    publisher.look(NOW)
    assert subjects(newsroom) == [], "a sound folder is no news"
    edited(publisher, folder, NOW + SECOND, otan=FAULTY, more=OTAN.replace("otan:", "more:"))
    (notice,) = newsroom.ledger.notices()
    assert notice.subject == "Rules refused: otan.yaml"
    assert "any_off" in notice.text
    assert "In force is edition 2: of otan.yaml what was last good" in notice.text
    (delivery,) = newsroom.ledger.deliveries()
    assert (delivery.kind, delivery.channel, delivery.route) == ("operator", "desk", "operator")
    assert delivery.notices == (notice.id,)

    looks(publisher, 5, 9)
    edited(publisher, folder, NOW + 10 * SECOND, otan=f"# moved by a line\n{FAULTY}")
    looks(Publisher(newsroom.ledger, folder), 13, 15)
    assert len(subjects(newsroom)) == 1, "nothing else is wrong"
    edited(publisher, folder, NOW + 20 * SECOND, otan=FAULTY.replace("once_per", "once_pro"))
    edited(publisher, folder, NOW + 30 * SECOND, otan=NATO)
    edited(publisher, folder, NOW + 40 * SECOND, otan=OTAN)
    assert subjects(newsroom) == ["Rules refused: otan.yaml", "Rules refused: otan.yaml", "Rules mended"]
    assert len(said("operators_told")) == 3


def test_of_broken_routes_operators_are_told_by_the_last_good_ones(
    newsroom: Newsroom, publisher: Publisher, folder: Path
) -> None:
    publisher.look(NOW)
    edited(publisher, folder, NOW + SECOND, routes=DESK.replace("[desk]", "[none]"))
    (notice,) = newsroom.ledger.notices()
    assert "Edition 1 stays in force" in notice.text
    assert newsroom.delivery().channel == "desk"


def test_of_a_folder_that_cannot_be_read_operators_are_told(
    newsroom: Newsroom, publisher: Publisher, folder: Path
) -> None:
    publisher.look(NOW)
    away = folder.rename(folder.with_name("away"))
    looks(publisher, 1, 4)
    away.rename(folder)
    looks(publisher, 5, 8)
    refused, mended = newsroom.ledger.notices()
    assert "no such folder" in refused.text
    assert mended.subject == "Rules mended"


def test_where_nothing_was_ever_good_there_is_nobody_to_tell_but_the_log_and_status(
    newsroom: Newsroom, publisher: Publisher, folder: Path, said: Said
) -> None:
    write(folder, otan=FAULTY)
    looks(publisher, 0, 4)
    assert subjects(newsroom) == []
    assert said("rules_fault")
    assert "any_off" in newsroom.ledger.folder_seen().faults[0]
    edited(publisher, folder, NOW + 5 * SECOND, otan=OTAN)
    assert subjects(newsroom) == [], "nobody was told that it was broken"
    assert newsroom.ledger.folder_seen().faults == ()


def test_where_what_is_in_force_cannot_be_read_by_this_program_nobody_is_told(
    newsroom: Newsroom, publisher: Publisher, folder: Path, said: Said
) -> None:
    newsroom.publish({"otan.yaml": "vigie: rules/99\n"})
    write(folder, otan=FAULTY)
    looks(publisher, 0, 3)
    assert subjects(newsroom) == []
    assert newsroom.version() == 1
    assert said("rules_fault")

"""What to ask of a feed's server: conditionally or not, and at which address."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.core.feed import Feed, Validators
from monitor.core.watching import asking
from monitor.core.watching.asking import Asking, Document

NOW = datetime(2022, 1, 10, 17, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TAG = Validators('"1"')
HOME, AWAY, ELSEWHERE = "http://a.example/feed", "https://b.example/feed", "https://c.example/feed"
FEED = Feed("live", HOME)
SEEN = Document("d1", whole=True, same_validators=False, news=True)


def test_a_server_that_was_never_asked_is_asked_for_the_whole_document() -> None:
    assert asking.said_back(TAG, Asking(), NOW) == Validators()


def test_a_document_is_asked_for_whole_once_a_day() -> None:
    learnt = asking.came(Asking(), SEEN, NOW)
    assert asking.said_back(TAG, learnt, NOW) == TAG
    assert asking.said_back(TAG, learnt, NOW + DAY - HOUR) == TAG
    assert asking.said_back(TAG, learnt, NOW + DAY) == Validators()


def test_a_document_that_came_on_a_condition_is_no_whole_one() -> None:
    learnt = asking.came(asking.came(Asking(), SEEN, NOW), replace(SEEN, whole=False), NOW + HOUR)
    assert asking.said_back(TAG, learnt, NOW + DAY) == Validators()


def test_a_clock_that_jumped_back_does_not_put_the_whole_document_off() -> None:
    assert asking.said_back(TAG, Asking(whole=NOW + DAY), NOW) == Validators()
    distrusting = Asking(whole=NOW, distrusted=NOW + DAY)
    assert asking.said_back(TAG, distrusting, NOW) == TAG


def test_news_under_old_validators_prove_them_wrong_for_a_week() -> None:
    before = asking.came(Asking(), SEEN, NOW)
    lied = asking.came(before, Document("d2", whole=True, same_validators=True, news=True), NOW + DAY)
    assert asking.said_back(TAG, lied, NOW + DAY) == Validators()
    again = asking.came(lied, replace(SEEN, digest="d3"), NOW + 7 * DAY)
    assert asking.said_back(TAG, again, NOW + 7 * DAY) == Validators()
    later = asking.came(again, replace(SEEN, digest="d4"), NOW + 8 * DAY)
    assert later.distrusted is None
    assert asking.said_back(TAG, later, NOW + 8 * DAY) == TAG


@pytest.mark.parametrize(
    "document",
    [
        Document("d1", whole=True, same_validators=True, news=True),
        Document("d2", whole=True, same_validators=True, news=False),
        Document("d2", whole=True, same_validators=False, news=True),
    ],
    ids=["the document of before", "only its markup changed", "its validators changed as well"],
)
def test_what_proves_nothing_leaves_validators_trusted(document: Document) -> None:
    learnt = asking.came(asking.came(Asking(), SEEN, NOW), document, NOW + HOUR)
    assert asking.said_back(TAG, learnt, NOW + HOUR) == TAG


def sightings(count: int, every: timedelta, to: str = AWAY, before: Asking = Asking()) -> Asking:  # noqa: B008 - frozen
    for n in range(count):
        before = asking.moved(before, HOME, to, NOW + n * every)
    return before


def test_a_feed_has_moved_after_five_sightings_over_a_day() -> None:
    assert asking.asked(FEED, sightings(4, 12 * HOUR)) == FEED
    assert asking.asked(FEED, sightings(5, HOUR)) == FEED
    assert asking.asked(FEED, sightings(5, 6 * HOUR)).url == AWAY
    assert asking.asked(FEED, sightings(25, HOUR)).url == AWAY


def test_a_sighting_too_many_is_nothing_new() -> None:
    learnt = sightings(5, HOUR)
    assert asking.moved(learnt, HOME, AWAY, NOW + 6 * HOUR) is learnt


@pytest.mark.parametrize("other", ["", HOME, ELSEWHERE])
def test_an_answer_from_elsewhere_begins_the_count_anew(other: str) -> None:
    learnt = asking.moved(sightings(4, 12 * HOUR), HOME, other, NOW + 48 * HOUR)
    learnt = asking.moved(learnt, HOME, AWAY, NOW + 49 * HOUR)
    assert (learnt.sightings, learnt.address) == (1, "")


def test_an_answer_from_home_teaches_nothing() -> None:
    at_home = asking.moved(Asking(), HOME, "", NOW)
    assert asking.moved(at_home, HOME, "", NOW + HOUR) is at_home


def test_a_clock_that_jumped_back_begins_the_count_anew() -> None:
    learnt = asking.moved(sightings(4, 12 * HOUR), HOME, AWAY, NOW - HOUR)
    assert (learnt.sightings, learnt.since) == (1, NOW - HOUR)


def test_a_feed_that_moved_may_move_on() -> None:
    moved_on = sightings(5, 6 * HOUR, ELSEWHERE, sightings(5, 6 * HOUR))
    assert asking.asked(FEED, moved_on).url == ELSEWHERE
    assert asking.moved(moved_on, HOME, "", NOW) is moved_on


def test_the_rules_have_the_last_word_on_the_address() -> None:
    learnt, mended = sightings(5, 6 * HOUR), replace(FEED, url=ELSEWHERE)
    assert asking.asked(mended, learnt) == mended
    assert asking.moved(learnt, ELSEWHERE, "", NOW).address == ""


@pytest.mark.parametrize("own", [{"headers": (("X-Key", "secret:a"),)}, {"cookies": "secret:a"}, {"auth": "secret:a"}])
def test_what_a_feed_has_of_its_own_does_not_move_to_another_host_with_it(own: dict[str, Any]) -> None:
    feed, within = replace(FEED, **own), "http://a.example/moved"
    assert asking.asked(feed, sightings(5, 6 * HOUR)) == feed
    assert asking.asked(feed, sightings(5, 6 * HOUR, within)).url == within


@pytest.mark.parametrize(
    "written", ["http://user:pass%40word@a.example/feed", "http://user:pass%40word@A.example/feed"]
)
def test_a_password_in_the_address_goes_with_a_feed_that_moves_within_its_host_and_nowhere_else(written: str) -> None:
    feed = replace(FEED, url=written)

    def after(to: str) -> str:
        learnt = Asking()
        for n in range(5):
            learnt = asking.moved(learnt, written, to, NOW + n * 6 * HOUR)
        return asking.asked(feed, learnt).url

    assert after("https://a.example/feed") == "https://user:pass%40word@a.example/feed"
    assert after("http://a.example:8080/feed") == written
    assert after(AWAY) == written


def test_an_address_that_fails_for_long_is_given_up() -> None:
    learnt = sightings(5, 6 * HOUR)
    assert asking.failed(learnt, 4) is learnt
    assert asking.asked(FEED, asking.failed(learnt, 5)) == FEED
    assert asking.failed(Asking(), 9) == Asking()


def test_documents_have_one_name_if_all_that_is_read_in_them_is_the_same() -> None:
    args = (b"body", HOME, "text/xml", FEED)
    others = [
        (b"Body", *args[1:]),
        (b"body", AWAY, *args[2:]),
        (*args[:2], "text/html", FEED),
        (*args[:3], replace(FEED, zone="Europe/Paris")),
    ]
    assert asking.digest_of(*args) == asking.digest_of(*args)
    assert len({asking.digest_of(*args), *(asking.digest_of(*other) for other in others)}) == 5


def test_a_document_whose_absences_are_in_doubt_is_asked_for_whole_and_read_again() -> None:
    learnt = asking.once_more(asking.came(Asking(), SEEN, NOW))
    assert asking.said_back(TAG, learnt, NOW + HOUR) == Validators()
    assert learnt.digest != SEEN.digest
    again = asking.came(learnt, replace(SEEN, same_validators=True, news=False), NOW + HOUR)
    assert asking.said_back(TAG, again, NOW + HOUR) == TAG


def test_of_addresses_no_user_or_password_is_remembered() -> None:
    learnt = asking.moved(Asking(), "https://bob:hunter2@example.org/live", "https://eve:pass@example.org/new", NOW)
    assert (learnt.home, learnt.moved_to) == ("https://example.org/live", "https://example.org/new")

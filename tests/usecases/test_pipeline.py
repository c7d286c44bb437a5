"""From the inboxes: what is matched is told once, and every delivery ends in one state with a reason."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event

import pytest

from monitor.core.errors import ConfigError, Fault, LedgerError, Place
from monitor.core.route import Channel, Delivery, Route, Send
from monitor.core.telling.notice import Notice
from monitor.edition import Edition
from monitor.ledger import Ledger
from monitor.notify import Terms
from monitor.pipeline import BATCH, check_secrets, deliver, match_batch
from monitor.queue import Alarm, OutOfTimeError
from monitor.rulebook import read
from tests.servers.internet import Reply, Webhook
from tests.servers.smtp import MailServer
from tests.usecases.conftest import Said
from tests.usecases.newsroom import RULES, Newsroom, until

SECOND = timedelta(seconds=1)
TERMS = Terms(mail_from="vigie@example.org")


@pytest.fixture
def edition() -> Edition:
    book = read(RULES).book
    assert book is not None
    return Edition(1, book)


def at(address: str) -> Callable[[str], str]:
    """Let every secret be this address."""
    return lambda _: address


def hooked(hook: Webhook) -> Callable[[str], str]:
    return at(f"json://127.0.0.1:{hook.port}/")


def sent(newsroom: Newsroom, edition: Edition, address_of: Callable[[str], str]) -> Delivery:
    """Make one attempt on the only delivery."""
    assert deliver(newsroom.ledger, edition, address_of, TERMS)
    return newsroom.delivery()


@pytest.fixture
def queued(newsroom: Newsroom, edition: Edition) -> Newsroom:
    """A newsroom with one delivery to be made."""
    assert match_batch(newsroom.ledger, lambda: edition, newsroom.bells, newsroom.post("a")) == 1
    return newsroom


# Matching.


def test_what_meets_a_rule_is_told_and_a_deliverer_is_rung_for(
    newsroom: Newsroom, edition: Edition, said: Said
) -> None:
    newsroom.post("a", "b")
    newsroom.post("c", text="L'Onu répond")
    assert match_batch(newsroom.ledger, lambda: edition, newsroom.bells) == 3
    assert {alert.revision.entry.title for alert in newsroom.ledger.alerts()} == {
        "L'Otan répond a",
        "L'Otan répond b",
    }
    assert newsroom.bells.depths()["deliver"] == 2
    assert said("batch_matched")[0].items() >= {"revisions": 3, "findings": 2, "deliveries": 2, "version": 1}.items()


def test_only_what_a_bell_names_is_matched(newsroom: Newsroom, edition: Edition) -> None:
    first, _ = newsroom.post("a", "b")
    assert match_batch(newsroom.ledger, lambda: edition, newsroom.bells, (first,)) == 1
    assert newsroom.ledger.counts().unmatched == 1


def test_an_empty_inbox_is_nothing_to_do(newsroom: Newsroom, edition: Edition, said: Said) -> None:
    assert match_batch(newsroom.ledger, lambda: edition, newsroom.bells) == 0
    assert not said("batch_matched")


def test_what_meets_no_rule_rings_for_nobody(newsroom: Newsroom, edition: Edition) -> None:
    newsroom.post("a", text="L'Onu répond")
    assert match_batch(newsroom.ledger, lambda: edition, newsroom.bells) == 1
    assert newsroom.bells.depths()["deliver"] == 0


def test_a_batch_that_is_matched_twice_is_told_once(newsroom: Newsroom, edition: Edition) -> None:
    ids = newsroom.post("a", "b")
    assert match_batch(newsroom.ledger, lambda: edition, newsroom.bells, ids) == 2
    assert match_batch(newsroom.ledger, lambda: edition, newsroom.bells, ids) == 0
    assert len(newsroom.ledger.alerts()) == 2


def test_a_batch_that_many_match_at_once_is_told_once(newsroom: Newsroom, edition: Edition) -> None:
    ids = newsroom.post(*map(str, range(50)))
    barrier = Barrier(4)

    def match(_: int) -> None:
        ledger = Ledger.open(newsroom.database)
        barrier.wait(timeout=30)
        match_batch(ledger, lambda: edition, newsroom.bells, ids)
        ledger.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(match, range(4)))
    assert len(newsroom.ledger.alerts()) == len(newsroom.ledger.deliveries()) == 50


def test_what_is_matched_while_redis_is_away_is_told_all_the_same(
    newsroom: Newsroom, edition: Edition, said: Said
) -> None:
    ids = newsroom.post("a")
    newsroom.valkey.kill()
    assert match_batch(newsroom.ledger, lambda: edition, newsroom.bells, ids) == 1
    assert newsroom.ledger.pending(datetime.now(UTC), SECOND).due, "the clock rings for it"
    assert len(said("bell_lost")) == 1


def test_an_entry_on_which_the_rules_break_down_holds_up_no_other(
    newsroom: Newsroom, edition: Edition, said: Said
) -> None:
    onu = RULES["otan.yaml"].replace("otan:", "onu:").replace("Otan", "Onu").replace("[out]", "[fallback]")
    book = read({**RULES, "onu.yaml": onu}).book
    assert book is not None
    broken = replace(book, routes={"out": book.routes["out"]})  # as no rules that were checked can be
    (bad,) = newsroom.post("a", text="L'Onu répond")
    newsroom.post("b")
    assert match_batch(newsroom.ledger, lambda: Edition(1, broken), newsroom.bells) == 1
    assert [line["revision"] for line in said("match_crashed")] == [bad]
    assert newsroom.ledger.counts().unmatched == 1, "it stays in the inbox, for a program that knows better"
    assert match_batch(newsroom.ledger, lambda: edition, newsroom.bells) == 1


def breaking(edition: Edition) -> Edition:
    """Let the rules break down on whatever they meet, as none that were checked can."""
    return Edition(1, replace(edition.book, routes={}))


def test_what_breaks_the_rules_down_is_said_once_and_keeps_nothing_behind_it_waiting(
    newsroom: Newsroom, edition: Edition, said: Said
) -> None:
    broken = breaking(edition)
    bad = newsroom.post(*(f"bad{number}" for number in range(BATCH + 20)))
    assert match_batch(newsroom.ledger, lambda: broken, newsroom.bells) == 0
    newsroom.post(*(f"good{number}" for number in range(BATCH + 10)), text="L'Onu répond")
    matched = [match_batch(newsroom.ledger, lambda: broken, newsroom.bells) for _ in range(4)]
    assert matched == [BATCH, 10, 0, 0]
    assert match_batch(newsroom.ledger, lambda: broken, newsroom.bells, bad[:3]) == 0
    assert [line["revision"] for line in said("match_crashed")] == list(bad)
    assert newsroom.ledger.counts().unmatched == len(bad)
    assert match_batch(newsroom.ledger, lambda: edition, newsroom.bells) == BATCH, "newer rules try them again"


class Endless(dict[str, Route]):
    """Routes that nobody ever finds the end of."""

    def __getitem__(self, name: str) -> Route:
        Event().wait(30)
        raise KeyError(name)


def test_a_job_on_which_the_rules_never_end_ends_at_its_time(newsroom: Newsroom, edition: Edition, said: Said) -> None:
    newsroom.post("a")
    alarm = Alarm(1)  # type: ignore[no-untyped-call]  # RQ's
    with pytest.raises(OutOfTimeError, match="not done within 1 s"), alarm:
        match_batch(newsroom.ledger, lambda: Edition(1, replace(edition.book, routes=Endless())), newsroom.bells)
    assert newsroom.ledger.counts().unmatched == 1
    assert not said("match_crashed")


def test_a_ledger_that_is_locked_for_too_long_keeps_the_inbox(newsroom: Newsroom, edition: Edition) -> None:
    ids = newsroom.post("a")
    impatient = Ledger.open(newsroom.database, patience=timedelta(milliseconds=20))
    with newsroom.locked(), pytest.raises(LedgerError):
        match_batch(impatient, lambda: edition, newsroom.bells, ids)
    impatient.close()
    assert match_batch(newsroom.ledger, lambda: edition, newsroom.bells) == 1


# Delivering.


def test_nothing_due_is_nothing_to_send(newsroom: Newsroom, edition: Edition, hook: Webhook) -> None:
    assert not deliver(newsroom.ledger, edition, hooked(hook), TERMS)
    assert not hook.heard


def test_an_alert_arrives_in_a_mailbox(queued: Newsroom, edition: Edition, mailbox: MailServer, said: Said) -> None:
    delivery = sent(
        queued, edition, at(f"mailto://127.0.0.1:{mailbox.port}/?to=desk@example.org&from=vigie@example.org")
    )
    assert (delivery.state, delivery.attempts, delivery.uncertain) == ("sent", 1, False)
    (letter,) = mailbox.letters
    assert "L'Otan répond a" in str(letter.message["Subject"])
    assert said("delivery_settled")[0].items() >= {"state": "sent", "counted": True, "channel": "desk"}.items()
    assert not deliver(queued.ledger, edition, at("terminal"), TERMS)


def test_a_refusal_is_tried_again_later(queued: Newsroom, edition: Edition, hook: Webhook, said: Said) -> None:
    hook.say("", Reply(429, {"Retry-After": "60"}))
    delivery = sent(queued, edition, hooked(hook))
    assert (delivery.state, delivery.attempts) == ("retry", 0)
    assert delivery.due > datetime.now(UTC) + 50 * SECOND
    assert said("delivery_settled")[0]["state"] == "retry"
    assert not deliver(queued.ledger, edition, hooked(hook), TERMS), "not due yet"


def test_a_channel_that_is_broken_is_dead(queued: Newsroom, edition: Edition, said: Said) -> None:
    delivery = sent(queued, edition, at("nothing://like-this"))
    assert delivery.state == "dead"
    assert delivery.reason
    assert said("delivery_settled")[0]["reason"] == delivery.reason


def test_a_channel_that_was_removed_is_dead(queued: Newsroom, edition: Edition, hook: Webhook) -> None:
    newer = Edition(2, replace(edition.book, channels={}))
    delivery = sent(queued, newer, hooked(hook))
    assert (delivery.state, delivery.reason) == ("dead", "this channel is no longer in the rules")


def test_a_channel_of_newer_rules_is_waited_for(queued: Newsroom, edition: Edition, hook: Webhook) -> None:
    """A matcher may have them a second before the deliverer."""
    older = Edition(0, replace(edition.book, channels={}))
    delivery = sent(queued, older, hooked(hook))
    assert (delivery.state, delivery.attempts) == ("retry", 0)
    assert "newer rules" in delivery.reason
    assert delivery.due < datetime.now(UTC) + 2 * SECOND


NOTICE = Notice(
    "rules", "folder", "x", "high", "Rules refused: a.yaml", "a.yaml:1:1: error: <no>", 1, datetime.now(UTC)
)


@pytest.fixture
def reported(newsroom: Newsroom) -> Newsroom:
    """A newsroom with one notice to operators to be sent."""
    assert newsroom.ledger.notify(NOTICE, [Send("desk", "operator", NOTICE.at)])
    return newsroom


def test_a_notice_to_operators_arrives_like_any_message(
    reported: Newsroom, edition: Edition, mailbox: MailServer
) -> None:
    address = at(f"mailto://127.0.0.1:{mailbox.port}/?to=desk@example.org&from=vigie@example.org")
    assert sent(reported, edition, address).state == "sent"
    (letter,) = mailbox.letters
    assert letter.message["Subject"] == "[high] Rules refused: a.yaml"
    assert "a.yaml:1:1: error: <no>" in str(letter.message)


def test_programs_see_that_a_notice_is_for_operators(reported: Newsroom, edition: Edition, hook: Webhook) -> None:
    hook.say("", Reply(503), Reply(200))
    assert sent(reported, edition, hooked(hook)).state == "retry"
    until(lambda: deliver(reported.ledger, edition, hooked(hook), TERMS))
    assert reported.delivery().state == "sent"
    assert [(heard.json["kind"], heard.json["alerts"]) for heard in hook.heard] == [("operator", [])] * 2


def test_a_notice_for_a_channel_of_newer_rules_is_waited_for(
    reported: Newsroom, edition: Edition, hook: Webhook
) -> None:
    delivery = sent(reported, Edition(0, replace(edition.book, channels={})), hooked(hook))
    assert (delivery.state, delivery.attempts) == ("retry", 0)


def test_a_secret_that_nobody_has_set_is_waited_for(queued: Newsroom, edition: Edition) -> None:
    def unset(address: str) -> str:
        raise ConfigError([Fault(Place("environment", 0), "error", "unset_secret", f"{address} is not set")])

    delivery = sent(queued, edition, unset)
    assert (delivery.state, delivery.attempts) == ("retry", 1)
    assert "secret:desk is not set" in delivery.reason


def test_a_message_that_cannot_be_put_into_words_is_dead_and_blocks_nobody(
    queued: Newsroom, edition: Edition, hook: Webhook, said: Said
) -> None:
    nowhere = Edition(1, replace(edition.book, zone="Nowhere/At_All"))  # as no rules that were checked can be
    delivery = sent(queued, nowhere, hooked(hook))
    assert (delivery.state, delivery.reason) == ("dead", "telling it broke down: ZoneInfoNotFoundError")
    assert [line["delivery"] for line in said("delivery_crashed")] == [delivery.id]
    assert not hook.heard
    assert match_batch(queued.ledger, lambda: edition, queued.bells, queued.post("b")) == 1
    assert deliver(queued.ledger, edition, hooked(hook), TERMS)
    assert len(hook.heard) == 1


def test_channels_whose_secret_nobody_has_set_are_named(edition: Edition, said: Said) -> None:
    def address_of(address: str) -> str:
        if address == "secret:desk":
            raise ConfigError([Fault(Place("environment", 0), "error", "unset_secret", "the secret desk is not set")])
        return address

    channels = {**edition.book.channels, "here": Channel("here", "terminal")}
    check_secrets(Edition(3, replace(edition.book, channels=channels)), address_of)
    (line,) = said("secret_unset")
    assert (line["channel"], line["version"]) == ("desk", 3)
    assert "the secret desk is not set" in line["error"]


def test_a_send_whose_claim_ran_out_meanwhile_does_not_count_as_a_failure(
    queued: Newsroom, edition: Edition, hook: Webhook, said: Said
) -> None:
    hook.say("", Reply(503))

    def slow(_: str) -> str:
        assert queued.ledger.expire_claims(datetime.now(UTC) + timedelta(minutes=1))
        return f"json://127.0.0.1:{hook.port}/"

    delivery = sent(queued, edition, slow)
    assert (delivery.state, delivery.uncertain) == ("queued", True)
    assert said("delivery_settled")[0]["counted"] is False


@pytest.fixture
def impatient(queued: Newsroom) -> Iterator[Ledger]:
    ledger = Ledger.open(queued.database, patience=timedelta(milliseconds=20))
    yield ledger
    ledger.close()


def test_what_was_sent_while_the_ledger_was_away_for_moments_is_late_and_not_sent_twice(
    queued: Newsroom, impatient: Ledger, edition: Edition, hook: Webhook, said: Said
) -> None:
    with ExitStack() as stack:

        def locking(_: str) -> str:
            stack.enter_context(queued.locked())
            return f"json://127.0.0.1:{hook.port}/"

        with ThreadPoolExecutor(1) as pool:
            sending = pool.submit(deliver, impatient, edition, locking, TERMS)
            until(lambda: said("settle_failed"))
            stack.close()
            assert sending.result(timeout=30)
    assert (queued.delivery().state, queued.delivery().uncertain) == ("sent", False)
    assert len(said("settle_failed")) == len(said("settle_mended")) == len(hook.heard) == 1


def test_what_was_sent_when_the_ledger_was_locked_for_long_is_sent_again_and_marked(
    queued: Newsroom, impatient: Ledger, edition: Edition, hook: Webhook
) -> None:
    with ExitStack() as stack:

        def locking(_: str) -> str:
            stack.enter_context(queued.locked())
            return f"json://127.0.0.1:{hook.port}/"

        with pytest.raises(LedgerError):
            deliver(impatient, edition, locking, TERMS, patience=SECOND)
    queued.ledger.expire_claims(datetime.now(UTC) + timedelta(minutes=1))
    assert sent(queued, edition, hooked(hook)).uncertain
    assert len(hook.heard) == 2

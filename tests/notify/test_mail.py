import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest

from monitor.core.route import Outcome
from monitor.notify import send
from monitor.notify.smtp import Letter, Server, post, refusal
from monitor.notify.terms import Terms
from tests.notify.post import DELIVERY, NOW, message, sent, slow_resolver
from tests.servers.smtp import PASSWORD, USER, Command, MailServer, Murmur, Say


def at(server: MailServer) -> str:
    return f"mailto://127.0.0.1:{server.port}/?to=desk@example.org&from=vigie@example.org"


def within(server: MailServer, password: str = PASSWORD) -> str:
    return f"mailtos://{USER}:{password}@localhost:{server.port}/?to=desk@example.org&from=vigie@example.org"


def test_a_relay_on_this_machine_takes_mail_without_a_password(relay: MailServer) -> None:
    assert sent(at(relay)) == Outcome("sent")
    (letter,) = relay.letters
    assert (letter.sender, letter.recipients) == ("vigie@example.org", ("desk@example.org",))
    assert (letter.encrypted, letter.authenticated) == (False, False)


def test_a_letter_holds_text_and_html_and_says_who_wrote_it_and_why(relay: MailServer) -> None:
    sent(at(relay))
    letter = relay.letters[0].message
    assert letter["Subject"] == "[urgent] Riabkov & <b>"
    assert letter["Message-ID"] == "<delivery-17.20220110165301@example.org>"
    assert letter["List-Id"] == "<desk.vigie.example.org>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["X-Vigie-Delivery"] == "17"
    assert letter["Date"].datetime == NOW
    text, html = (letter.get_body((kind,)) for kind in ("plain", "html"))
    assert text
    assert html
    told = message(at(relay))
    assert text.get_content().replace("\r\n", "\n") == told.text + "\n"
    assert html.get_content().replace("\r\n", "\n") == told.html


def test_the_message_id_is_the_same_at_every_attempt_and_another_in_another_ledger(relay: MailServer) -> None:
    later, elsewhere = replace(DELIVERY, attempts=3), replace(DELIVERY, created=NOW)
    for delivery in (DELIVERY, later, elsewhere):
        send(message(at(relay)), at(relay), delivery, datetime.now(UTC))
    first, again, other = (letter.message["Message-ID"] for letter in relay.letters)
    assert first == again != other


def test_headers_are_short_ascii_lines_whatever_the_title(relay: MailServer) -> None:
    told = replace(message(at(relay)), subject="Рябков 🚀 " * 12, text=".\n..\n" + "é" * 3000, html="")
    assert send(told, at(relay), DELIVERY, NOW).result == "sent"
    head, _, body = relay.letters[0].content.partition(b"\r\n\r\n")
    assert head.isascii()
    assert all(len(line) <= 78 for line in head.split(b"\r\n"))
    assert all(len(line) <= 998 for line in body.split(b"\r\n"))
    assert relay.letters[0].message["Subject"] == ("Рябков 🚀 " * 12).strip()
    assert relay.letters[0].message.get_content().startswith(".\r\n..\r\né")


def test_a_server_with_starttls_gets_the_password_encrypted_only(submission: MailServer) -> None:
    assert sent(within(submission)) == Outcome("sent")
    assert (submission.letters[0].encrypted, submission.letters[0].authenticated) == (True, True)


def test_a_connection_may_be_encrypted_from_its_first_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    server = MailServer(implicit=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
    try:
        assert sent(f"mailtos://localhost:{server.port}/?mode=ssl&to=desk@example.org") == Outcome("sent")
        assert server.letters[0].sender == "vigie@example.org"
    finally:
        server.close()


def test_a_certificate_of_nobody_we_know_ends_the_send_unless_told_otherwise(
    submission: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    outcome = sent(within(submission))
    assert outcome.result == "failed"
    assert outcome.reason.startswith("starttls: certificate not trusted: ")
    assert submission.letters == []
    assert sent(within(submission) + "&verify=no").result == "sent"


def test_mail_is_not_sent_in_clear_to_a_server_that_offers_no_starttls(relay: MailServer) -> None:
    outcome = sent(f"mailtos://127.0.0.1:{relay.port}/?to=desk@example.org")
    assert outcome.result == "failed"
    assert outcome.reason.startswith("starttls: STARTTLS extension not supported")
    assert relay.letters == []


def test_a_wrong_password_breaks_the_channel(submission: MailServer) -> None:
    outcome = sent(within(submission, "other-Passw0rd"))
    assert outcome.result == "channel broken"
    assert outcome.reason.startswith("login: 535 5.7.8")


SAID: list[tuple[Command, str, str, str]] = [
    ("MAIL", "421 4.3.2 shutting down", "failed", "sender: 421 4.3.2 shutting down"),
    ("MAIL", "421 4.7.0 too many connections", "limited", "sender: 421"),
    ("MAIL", "550 5.7.1 sender refused", "channel broken", "sender: 550"),
    ("RCPT", "450 4.2.0 Greylisted, see http://postgrey.example", "limited", "recipient: 450 4.2.0 Greylisted"),
    ("RCPT", "451 4.3.0 local error", "failed", "recipient: 451"),
    ("RCPT", "452 4.2.2 mailbox full", "failed", "recipient: 452"),
    ("RCPT", "550 5.1.1 no such user", "channel broken", "recipient: 550 5.1.1"),
    ("RCPT", "552 5.2.2 mailbox full", "failed", "recipient: 552"),
    ("DATA", "451 4.3.0 no disk", "failed", "message: 451"),
    ("DATA", "554 5.5.1 no valid recipients", "channel broken", "message: 554"),
    ("END", "451 4.7.1 try again in 5 minutes", "limited", "end of message: 451"),
    ("END", "452 4.3.1 no disk", "failed", "end of message: 452"),
    ("END", "550 5.1.1 no such user after all", "channel broken", "end of message: 550"),
    ("END", "552 5.3.4 too big", "message broken", "end of message: 552"),
    ("END", "554 5.7.1 spam", "message broken", "end of message: 554"),
]


@pytest.mark.parametrize(("command", "answer", "result", "reason"), SAID)
def test_what_a_mail_server_says_becomes_an_outcome(
    relay: MailServer, command: Command, answer: str, result: str, reason: str
) -> None:
    relay.say(command, answer)
    outcome = sent(at(relay))
    assert outcome.result == result
    assert outcome.reason.startswith(reason)
    assert relay.letters == []
    assert (outcome.retry_after is not None) == (result == "limited")


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("try again in 5 minutes", 300),
        ("rate limit, wait 90 seconds", 90),
        ("greylisted", 60),
        ("try again in 0 s", 60),
        ("try again in 99999 minutes", 86400),
    ],
)
def test_a_server_that_says_later_is_asked_later(words: str, seconds: int) -> None:
    assert refusal("recipient", 450, words).retry_after == timedelta(seconds=seconds)


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_connection_lost_before_the_message_ends_is_no_delivery(relay: MailServer, command: Command) -> None:
    relay.say(command, Say(hang_up=True))
    assert sent(at(relay)).result == "failed"


def test_a_connection_lost_after_the_message_is_uncertain(relay: MailServer) -> None:
    relay.say("END", Say(hang_up=True))
    outcome = sent(at(relay))
    assert outcome.result == "ambiguous"
    assert outcome.reason.startswith("end of message: ")
    assert len(relay.letters) == 1


def test_an_answer_that_does_not_come_is_uncertain_after_the_message_and_no_delivery_before(relay: MailServer) -> None:
    relay.say("MAIL", Say(delay=60))
    assert sent(at(relay), seconds=0.5).result == "failed"
    relay.say("END", Say(delay=60))
    assert sent(at(relay), seconds=0.5).result == "ambiguous"


@pytest.fixture
def murmurs() -> Iterator[list[Murmur]]:
    servers: list[Murmur] = []
    yield servers
    for server in servers:
        server.close()


def test_a_connection_that_stands_too_late_is_not_used(relay: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    slow_resolver(monkeypatch, 0.6)
    outcome = sent(f"mailto://localhost:{relay.port}/?to=desk@example.org", seconds=0.4)
    assert (outcome.result, relay.letters) == ("failed", [])
    assert re.fullmatch(r"connect: nothing more within 0\.\d+ s", outcome.reason)


@pytest.fixture
def deaf() -> Iterator[int]:
    """The port of a server that lets nobody in: its queue is full."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server, ExitStack() as stack:
        place = server.getsockname()
        with suppress(TimeoutError):
            while True:
                stack.enter_context(socket.create_connection(place, timeout=0.2))
        yield int(place[1])


def test_a_host_of_many_addresses_has_no_more_time_than_one(deaf: int, monkeypatch: pytest.MonkeyPatch) -> None:
    slow_resolver(monkeypatch, 0, *6 * [("127.0.0.1", deaf)])
    began = monotonic()
    outcome = sent(f"mailto://localhost:{deaf}/?to=desk@example.org", seconds=1)
    assert outcome == Outcome("failed", "connect: timed out")
    assert monotonic() - began < 2


def test_the_second_address_of_a_host_is_tried_when_the_first_is_not_there(
    relay: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow_resolver(monkeypatch, 0, ("127.0.0.9", relay.port), ("127.0.0.1", relay.port))
    assert sent(f"mailto://localhost:{relay.port}/?to=desk@example.org") == Outcome("sent")


def test_a_server_that_stutters_does_not_win_time(murmurs: list[Murmur]) -> None:
    murmurs.append(Murmur(b"220-" + b"w" * 600, pace=0.05))
    outcome = sent(f"mailto://127.0.0.1:{murmurs[0].port}/?to=desk@example.org", seconds=0.5)
    assert outcome.result == "failed"
    assert re.fullmatch(r"connect: nothing more within 0\.\d+ s", outcome.reason)


@pytest.mark.parametrize(
    ("banner", "reason"),
    [
        (b"554 5.3.2 no service here\r\n", "connect: 554 5.3.2 no service here"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "connect: -1 "),
        (b"", "connect: Connection unexpectedly closed"),
        (b"220 hello\r\n502 what?\r\n", "greeting: 502 what?"),
        (b"220 " + b"x" * 9000 + b"\r\n", "connect: 500 Line too long"),
    ],
)
def test_a_server_that_is_none_was_not_reached(murmurs: list[Murmur], banner: bytes, reason: str) -> None:
    murmurs.append(Murmur(banner))
    outcome = sent(f"mailto://127.0.0.1:{murmurs[0].port}/?to=desk@example.org")
    assert outcome.result == "failed"
    assert outcome.reason.startswith(reason)


def test_a_server_without_login_is_not_given_the_letter(relay: MailServer) -> None:
    outcome = sent(f"mailto://{USER}:{PASSWORD}@127.0.0.1:{relay.port}/?to=desk@example.org")
    assert outcome.result == "failed"
    assert outcome.reason.startswith("login: SMTP AUTH extension not supported")
    assert relay.letters == []


def test_a_host_that_is_not_there_was_surely_not_reached() -> None:
    assert sent("mailto://127.0.0.1:9/?to=desk@example.org") == Outcome("failed", "connect: Connection refused")


def test_who_sends_is_what_the_address_says_else_its_user_else_the_settings_else_ourselves(relay: MailServer) -> None:
    place = f"127.0.0.1:{relay.port}/?to=desk@example.org"
    sent(f"mailto://{place}&from=press@example.org&name=La Vigie&reply=boss@example.org")
    sent(f"mailto://alerts@localhost:{place.partition(':')[2]}")
    sent(f"mailto://{place}")
    send(message("mailto:"), f"mailto://{place}", DELIVERY, NOW, Terms())
    named, user, settings, ourselves = (letter.message["From"] for letter in relay.letters)
    assert str(named) == "La Vigie <press@example.org>"
    assert relay.letters[0].message["Reply-To"] == "boss@example.org"
    assert str(user) == "Vigie <alerts@localhost>"
    assert str(settings) == "vigie@example.org"
    assert str(ourselves) == "vigie@localhost"


def test_three_letters_in_a_row_are_not_held_up(relay: MailServer) -> None:
    assert [sent(at(relay)).result for _ in range(3)] == ["sent"] * 3  # Apprise would wait 5.5 s between two
    assert len({re.sub(r"\s", "", letter.message["Message-ID"]) for letter in relay.letters}) == 1


def test_a_letter_that_cannot_be_written_is_not_tried_again(relay: MailServer) -> None:
    told = replace(message(at(relay)), text="\ud800")
    outcome = send(told, at(relay), DELIVERY, NOW)
    assert outcome.result == "message broken"
    assert outcome.reason.startswith("the program broke down on it: UnicodeEncodeError: 'utf-8' codec can't encode")
    assert relay.letters == []


def test_a_host_that_cannot_be_found_was_surely_not_reached() -> None:
    outcome = sent("mailto://nowhere.invalid/?to=desk@example.org")
    assert outcome.result == "failed"
    assert outcome.reason.startswith("connect: ")


def test_a_letter_whose_time_is_over_is_not_begun(relay: MailServer) -> None:
    letter = Letter("vigie@example.org", "desk@example.org", b"Subject: late\r\n\r\n")
    outcome = post(Server("127.0.0.1", relay.port, "insecure"), letter, timedelta(0))
    assert outcome == Outcome("failed", "connect: nothing more within 0 s")
    assert relay.letters == []

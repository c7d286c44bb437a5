"""The sinks are real servers: what they accept they note, what they refuse they do not."""

import smtplib
from collections.abc import Iterator
from contextlib import closing
from email.message import EmailMessage
from http.client import HTTPConnection

import pytest

from monitor.demo.sinks import BIGGEST, HOOK, MAIL, Accepted, Hook, Mailbox


@pytest.fixture
def accepted() -> list[Accepted]:
    return []


@pytest.fixture
def mailbox(accepted: list[Accepted]) -> Iterator[Mailbox]:
    with closing(Mailbox(accepted.append)) as mailbox:
        yield mailbox


@pytest.fixture
def hook(accepted: list[Accepted]) -> Iterator[Hook]:
    with closing(Hook(accepted.append)) as hook:
        yield hook


def message(**headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@demo.invalid", "b@demo.invalid", "Genève"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("texte")
    return mail


def post(hook: Hook, body: bytes, **headers: str) -> int:
    connection = HTTPConnection("127.0.0.1", hook.port, timeout=5)
    connection.request("POST", "/wall", body, headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_an_accepted_mail_is_noted_with_its_delivery(mailbox: Mailbox, accepted: list[Accepted]) -> None:
    with smtplib.SMTP("127.0.0.1", mailbox.port, timeout=5) as smtp:
        smtp.send_message(message(X_Vigie_Delivery="17"))
        smtp.send_message(message())
    assert [(a.sink, a.delivery) for a in accepted] == [(MAIL, 17), (MAIL, 0)]
    assert str(mailbox.port) in mailbox.address


def test_a_mailbox_closes_under_an_open_connection(accepted: list[Accepted]) -> None:
    mailbox = Mailbox(accepted.append)
    with closing(smtplib.SMTP("127.0.0.1", mailbox.port, timeout=5)) as smtp:
        smtp.ehlo()
        mailbox.close()
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP("127.0.0.1", mailbox.port, timeout=5)


def test_an_accepted_call_is_noted_with_its_delivery(hook: Hook, accepted: list[Accepted]) -> None:
    assert post(hook, b'{"title": "x", "delivery": "4"}') == 204
    assert [(a.sink, a.delivery) for a in accepted] == [(HOOK, 4)]
    assert str(hook.port) in hook.address


@pytest.mark.parametrize("body", [b"", b"{", b'["a"]'])
def test_what_is_no_message_is_refused(hook: Hook, accepted: list[Accepted], body: bytes) -> None:
    assert post(hook, body) == 400
    assert not accepted


def test_a_message_that_is_too_big_is_refused(hook: Hook, accepted: list[Accepted]) -> None:
    assert post(hook, b"", **{"Content-Length": str(BIGGEST + 1)}) == 400
    assert not accepted

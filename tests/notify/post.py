"""One message, one delivery, and how they are sent in these tests."""

import socket
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest

from monitor.core.book import Book
from monitor.core.entry import Entry, Revision
from monitor.core.feed import Feed
from monitor.core.route import Delivery, Outcome
from monitor.core.rule import Finding, Hit, Rule
from monitor.core.telling.alert import Alert
from monitor.core.telling.message import Message, compose
from monitor.notify import medium, send
from monitor.notify.terms import Terms

NOW = datetime(2022, 1, 10, 16, 53, 5, tzinfo=UTC)
DELIVERY = Delivery(17, "desk", "urgent", "new", "claimed", NOW, NOW - timedelta(seconds=4))
SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7"
TELEGRAM = "tgram://123456789:abcdefg_hijklmnop/-100123"
SECRETS = ("TIiajkdnlazkcOXrIdevi7", "abcdefg_hijklmnop", "A1BRTD4JD", "T1JJ3T3L2", "-100123", "s3cret-Passw0rd")

_TEXT = "L'Otan <!channel> répond."
_ENTRY = Entry("observatoire", "e17", "Riabkov & <b>", _TEXT, "https://example.org/?a=1&b=2", published=NOW)
_HIT = Hit("text", 2, 6, "Otan", "Otan")
ALERT = Alert(5, Revision(9, 3, 1, _ENTRY, NOW), 1, (Finding("geneva", "urgent", (_HIT,)),), NOW)
BOOK = Book(feeds={"observatoire": Feed("observatoire", "https://example.org")}, rules={"geneva": Rule("geneva")})


def slow_resolver(monkeypatch: pytest.MonkeyPatch, seconds: float, *places: tuple[str, int]) -> None:
    """Let the machine's resolver take its time for `localhost`, and then find `places` (none: what it finds)."""
    find, found = socket.getaddrinfo, [(socket.AF_INET, socket.SOCK_STREAM, 6, "", place) for place in places]

    def found_late(host: str, *args: Any, **options: Any) -> Any:  # Any: the resolver's own
        if host != "localhost":
            return find(host, *args, **options)
        Event().wait(seconds)
        return found or find(host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", found_late)


def message(address: str) -> Message:
    return compose((ALERT,), BOOK, medium(address))


def sent(address: str, seconds: float = 20) -> Outcome:
    """Send, and see to it that no part of an outcome names a secret."""
    terms = Terms(mail_from="vigie@example.org", lasts=timedelta(seconds=seconds))
    outcome = send(message(address), address, DELIVERY, NOW, terms)
    assert not any(secret in outcome.reason for secret in SECRETS), outcome.reason
    return outcome

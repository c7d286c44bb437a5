"""Addresses as they are shown."""

import pytest

from monitor.core.address import has_login, without_login


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("http://usr:PW@a.example/f", "http://a.example/f"),
        ("https://PW@a.example:8443?x=1", "https://a.example:8443?x=1"),
        ("http://usr:P@W@a.example#x", "http://a.example#x"),
        ("http://us\\r:PW@a.example", "http://a.example"),
        ("//usr:PW@a.example/f", "//a.example/f"),
        ("HTTP://:PW@[::1]/", "HTTP://[::1]/"),
        (
            "leads to http://usr:PW@a.example/ and ftp://u:PW@b.example.",
            "leads to http://a.example/ and ftp://b.example.",
        ),
        ("https://a.example/via/http://usr:PW@b.example/", "https://a.example/via/http://b.example/"),
    ],
)
def test_no_user_and_no_password_is_shown(written: str, shown: str) -> None:
    assert without_login(written) == shown
    assert has_login(written)
    assert not has_login(shown)


@pytest.mark.parametrize(
    "text",
    ["https://a.example/@me", "https://a.example/x//y@z", "https://a.example?q=a@b", "a@b.example", "x // y@z", ""],
)
def test_what_is_no_user_of_an_address_stays(text: str) -> None:
    assert without_login(text) == text
    assert not has_login(text)

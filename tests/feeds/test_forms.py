"""Every form of an address that is not global, tried by real requests: see forms.yaml."""

import asyncio
import re

import pytest

from tests.feeds.forms import FORMS, Tried, asked_for, in_a_network_of_our_own, through_a_proxy

REASONS = re.compile(
    "is not a public address|is no address of a web server|is a name of a private network|no valid address"
    "|no http or https address|the host is not known"
)


def check(tried: list[Tried], place: str = "") -> None:
    assert len(tried) == len(FORMS) > 80
    assert all(place in one.said for one in tried)
    assert [one for one in tried if one.reached or not REASONS.search(one.said)] == []


def test_no_form_is_asked_for() -> None:
    check(asyncio.run(asked_for(FORMS)))


def test_no_form_is_asked_for_through_a_proxy() -> None:
    tried = asyncio.run(through_a_proxy(FORMS))
    check(tried)
    addresses = [one for one in tried if one.group == "IPv6"]
    assert addresses
    assert not [one for one in addresses if "is a name of a private network" in one.said]  # an address is no name


def test_no_redirect_to_any_form_is_followed() -> None:
    tried = in_a_network_of_our_own()
    if tried is None:
        pytest.skip("no network of our own: it needs Linux, `unshare` and `ip`, and the right to use them")
    check(tried, "door.example")

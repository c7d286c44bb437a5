import socket
from ipaddress import ip_address

import pytest

from monitor.feeds.guard import is_private_name, refused, socket_factory

PUBLIC = (
    "93.184.216.34",
    "8.8.8.8",
    "2606:2800:220:1::1",
    "::ffff:93.184.216.34",
    "64:ff9b::5db8:d822",
    "2002:5db8:d822::1",
)
PRIVATE = (
    *(
        "127.0.0.1",
        "127.8.9.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "0.0.0.0",
        "192.0.2.1",
        "255.255.255.255",
    ),
    *("::1", "::", "fc00::1", "fd12::1", "fec0::1", "2001:db8::1", "100::1", "5f00::1", "4000::1"),
    *(
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "::10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
    ),
    *("2002:7f00:1::", "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"),
)
NEVER = (
    "169.254.169.254",
    "fe80::1",
    "224.0.0.1",
    "ff02::1",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::",
    *("::169.254.169.254", "64:ff9b:1::a9fe:a9fe", "2001:0:4136:e378:8000:63bf:5601:5601"),
    *("fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254", "fd00:42::42"),
    *("100.100.100.200", "::ffff:100.100.100.200", "::100.100.100.200", "2002:6464:64c8::1", "64:ff9b::6464:64c8"),
    *("168.63.129.16", "192.0.0.192", "::ffff:168.63.129.16", "2002:a83f:8110::", "2002:e000:1::"),
)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_connected_to(address: str) -> None:
    assert refused(ip_address(address)) is None


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_refused_however_it_is_written_and_passes_where_it_is_allowed(address: str) -> None:
    reason = refused(ip_address(address))
    assert reason is not None
    assert "not a public address" in reason
    assert refused(ip_address(address), allow_private=True) is None


@pytest.mark.parametrize("address", NEVER)
def test_where_a_cloud_keeps_its_credentials_and_where_nobody_answers_is_always_refused(address: str) -> None:
    for allow_private in (False, True):
        reason = refused(ip_address(address), allow_private=allow_private)
        assert reason is not None
        assert "no address of a web server" in reason


def test_a_socket_is_opened_for_an_address_that_passes_only() -> None:
    info = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", 80))
    with pytest.raises(OSError, match="not a public address"):
        socket_factory(allow_private=False)(info)
    with socket_factory(allow_private=True)(info) as opened:
        assert opened.family == socket.AF_INET


@pytest.mark.parametrize("address", [*PUBLIC, *PRIVATE, *NEVER])
def test_an_address_is_no_name_of_a_private_network(address: str) -> None:
    assert not is_private_name(address)


@pytest.mark.parametrize("name", ["intranet", "localhost.", "a.local", "printer.home.arpa", "v1.a:b.lan", "v1:a"])
def test_a_name_that_means_something_in_a_private_network_only_is_known(name: str) -> None:
    assert is_private_name(name)

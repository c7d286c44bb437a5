"""Which addresses may be connected to: checked at the socket, where no redirect, name or rebinding comes after.

A feed's URL is written by an operator; where it redirects to is not. Source: OWASP, Server-Side Request Forgery.
"""

import errno
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
AddressInfo = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int]]
"""What `getaddrinfo` gives: family, type, protocol, canonical name, address."""

_NAT64 = IPv6Network("64:ff9b::/96")
_HIDING_PLACES = (IPv6Network("64:ff9b:1::/48"), IPv6Network("::/96"), IPv6Network("2001::/32"))
"""Networks whose addresses lead to an IPv4 address that cannot be told, or should not be asked for: local NAT64
(RFC 8215), IPv4-compatible (RFC 4291 2.5.5.1), Teredo (RFC 4380)."""


def refused(address: Address, *, allow_private: bool = False) -> str | None:
    """Say why an address must not be connected to, or None.

    `allow_private` lets private and loopback addresses pass, but never link-local ones, where a cloud keeps the
    machine's credentials, nor multicast.
    """
    hidden = _hidden(address)
    if hidden.is_multicast or (hidden.is_link_local and not hidden.is_loopback):
        return f"{address} is no address of a web server"
    if allow_private or _is_public(hidden):
        return None
    return f"{address} is not a public address - `allow_private: true` would let this feed be fetched from it"


def _hidden(address: Address) -> Address:
    """Give the IPv4 address that an IPv6 one stands for, where it does: v4-mapped, 6to4, NAT64."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or address


def _is_public(address: Address) -> bool:
    if not address.is_global or address.is_reserved:
        return False
    if isinstance(address, IPv4Address):
        return True
    return not address.is_site_local and not any(address in network for network in _HIDING_PLACES)


def socket_factory(*, allow_private: bool) -> Callable[[AddressInfo], socket.socket]:
    """Make the function that opens a connector's sockets, each only if its address may be connected to."""

    def guarded(info: AddressInfo) -> socket.socket:
        family, kind, protocol, _, address = info
        reason = refused(ip_address(address[0]), allow_private=allow_private)
        if reason is not None:
            raise OSError(errno.EACCES, reason)
        return socket.socket(family, kind, protocol)

    return guarded

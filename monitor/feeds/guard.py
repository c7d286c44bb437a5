"""Which addresses may be connected to: checked at the socket, where no redirect, name or rebinding comes after.

A feed's URL is written by an operator; where it redirects to is not. Source: OWASP, Server-Side Request Forgery.
"""

import errno
import socket
from collections.abc import Callable
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
AddressInfo = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int]]
"""What `getaddrinfo` gives: family, type, protocol, canonical name, address."""

ALLOWED = "`allow_private: true`"
"""How rules let a feed be fetched from private addresses."""

_NAT64 = IPv6Network("64:ff9b::/96")
_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
_COMPATIBLE = IPv6Network("::/96")
_HIDING_PLACES = (_LOCAL_NAT64, _COMPATIBLE, IPv6Network("2001::/32"))
"""Networks whose addresses lead to an IPv4 address that no public server is asked for by: local NAT64 (RFC 8215),
IPv4-compatible (RFC 4291 2.5.5.1), Teredo (RFC 4380)."""

_METADATA: tuple[IPv4Network | IPv6Network, ...] = (
    IPv4Network("100.100.100.200"),  # Alibaba Cloud
    IPv4Network("168.63.129.16"),  # Azure, and a public address at that
    IPv4Network("192.0.0.192"),  # Oracle Cloud
    IPv6Network("fd00:ec2::/32"),  # AWS
    IPv6Network("fd20:ce::254"),  # Google Cloud
    IPv6Network("fd00:42::42"),  # Scaleway
)
"""Where clouds keep a machine's credentials other than at a link-local address. Source: their manuals on instance
metadata."""

_PRIVATE_ENDS = frozenset(
    {"localhost", "localdomain", "local", "internal", "lan", "home", "corp", "intranet", "private"}
)
"""Source: RFC 6761 6.3, 6762 3 and G, 8375; ICANN's `.internal`."""


def refused(address: Address, *, allow_private: bool = False) -> str | None:
    """Say why an address must not be connected to, or None.

    `allow_private` lets private and loopback addresses pass, but never link-local ones and others where a cloud keeps
    the machine's credentials, nor multicast; however they are written.
    """
    hidden = _hidden(address)
    if hidden.is_multicast or hidden.is_link_local or any(hidden in network for network in _METADATA):
        return f"{address} is no address of a web server"
    if allow_private or (_is_public(hidden) and not _is_hiding_place(address)):
        return None
    return f"{address} is not a public address - {ALLOWED} would let this feed be fetched from it"


def is_private_name(host: str) -> bool:
    """Say whether a name means something in a private network only: of use where we do not see where it leads.

    An address is no name: where it leads is plain, and `refused` says whether it may be asked for.
    """
    with suppress(ValueError):
        ip_address(host)
        return False
    *above, last = host.rstrip(".").split(".")
    return not above or last in _PRIVATE_ENDS or host.rstrip(".").endswith(".home.arpa")


def _hidden(address: Address) -> Address:
    """Give the IPv4 address that an IPv6 one stands for, where it does.

    v4-mapped, IPv4-compatible, 6to4, Teredo, NAT64 - the local one as far as it is of the usual length of 96 bits.
    """
    if isinstance(address, IPv4Address):
        return address
    if any(address in network for network in (_NAT64, _LOCAL_NAT64, _COMPATIBLE)):
        return IPv4Address(address.packed[-4:])
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


def _is_public(address: Address) -> bool:
    if not address.is_global or address.is_reserved:
        return False
    return isinstance(address, IPv4Address) or not address.is_site_local


def _is_hiding_place(address: Address) -> bool:
    return any(address in network for network in _HIDING_PLACES)


def socket_factory(*, allow_private: bool) -> Callable[[AddressInfo], socket.socket]:
    """Make the function that opens a connector's sockets, each only if its address may be connected to."""

    def guarded(info: AddressInfo) -> socket.socket:
        family, kind, protocol, _, address = info
        reason = refused(ip_address(address[0]), allow_private=allow_private)
        if reason is not None:
            raise OSError(errno.EACCES, reason)
        return socket.socket(family, kind, protocol)

    return guarded

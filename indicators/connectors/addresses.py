"""Which addresses a connector may open: the allow-list, checked on the resolved address."""

import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass

from indicators.connectors.base import AddressRefusedError, UnreachableError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class _Entry:
    """One entry of the list: a network or a name, for one port or for all."""

    port: int | None
    network: Network | None = None
    name: str = ""

    def admits_address(self, address: Address, port: int) -> bool:
        if self.network is None or self.port not in (None, port):
            return False
        return address.version == self.network.version and address in self.network

    def admits_name(self, host: str, port: int) -> bool:
        if not self.name or self.port not in (None, port):
            return False
        if self.name.startswith("*."):
            return host.endswith(self.name[1:])
        return host == self.name


class AllowList:
    """OUTBOUND_ALLOW: `host`, `host:port`, `*.domain`, an address or a CIDR network.

    A name opens public addresses only. An address inside (private, loopback, link-local, …)
    must itself be listed, so that no name can be made to point there.
    """

    def __init__(self, entries: Sequence[str]) -> None:
        self._entries = [_entry(text.strip().lower()) for text in entries if text.strip()]

    def resolve(self, host: str, port: int) -> list[str]:
        """Addresses of `host` that may be opened.

        Raises AddressRefusedError if one of them may not, UnreachableError if there is none.
        """
        name = host.lower().rstrip(".")
        addresses = _look_up(name, port)
        refused = [str(address) for address in addresses if not self._admits(name, address, port)]
        if refused:
            raise AddressRefusedError(f"{host}:{port} ({', '.join(refused)}) is not allowed")
        return [str(address) for address in addresses]

    def _admits(self, name: str, address: Address, port: int) -> bool:
        if any(entry.admits_address(address, port) for entry in self._entries):
            return True
        return is_public(address) and any(e.admits_name(name, port) for e in self._entries)


def is_public(address: Address) -> bool:
    """True for an ordinary address of the internet, whatever its disguise."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None or address.is_site_local:
            return False  # an IPv4 address dressed as IPv6, or an old private one (fec0::/10)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _look_up(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnreachableError(f"{host} has no address: {error}") from error
    texts = dict.fromkeys(str(item[4][0]).partition("%")[0] for item in found)
    return [ipaddress.ip_address(text) for text in texts]


def _entry(text: str) -> _Entry:
    """Raises AddressRefusedError on what is neither a host, host:port, nor a network."""
    network = _network(text)
    if network is not None:
        return _Entry(port=None, network=network)
    host, _, port = text.rpartition(":")
    if not host:
        return _Entry(port=None, name=text)
    if not port.isdecimal():
        raise AddressRefusedError(f"OUTBOUND_ALLOW cannot be read: {text}")
    return _Entry(port=int(port), network=_network(host.strip("[]")), name=host)


def _network(text: str) -> Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None

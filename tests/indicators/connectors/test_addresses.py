import ipaddress
import socket

import pytest

from indicators.connectors.addresses import AllowList, is_public
from indicators.connectors.base import AddressRefusedError, UnreachableError


@pytest.fixture
def names(monkeypatch):
    """Names resolved by a table instead of the network."""
    table = {
        "data.example.org": ["93.184.216.34"],
        "api.data.example.org": ["93.184.216.34"],
        "inside.example.org": ["10.1.2.3"],
        "mixed.example.org": ["93.184.216.34", "127.0.0.1"],
        "localhost": ["127.0.0.1"],
    }

    def look_up(host, port, **options):
        if host in table:
            texts = table[host]
        else:
            try:
                texts = [str(ipaddress.ip_address(host))]
            except ValueError:
                raise socket.gaierror(f"no {host}") from None
        return [(0, 0, 0, "", (text, port)) for text in texts]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.mark.parametrize(
    ("entries", "host", "port"),
    [
        (["data.example.org"], "data.example.org", 443),
        (["data.example.org"], "DATA.example.org.", 443),
        (["data.example.org:443"], "data.example.org", 443),
        (["*.example.org"], "api.data.example.org", 443),
        (["127.0.0.1"], "127.0.0.1", 8100),
        (["127.0.0.1:8100"], "127.0.0.1", 8100),
        (["127.0.0.1"], "localhost", 8100),
        (["10.0.0.0/8"], "inside.example.org", 80),
        (["inside.example.org", "10.1.0.0/16"], "inside.example.org", 80),
        (["[::1]:8100"], "::1", 8100),
    ],
)
def test_a_listed_address_may_be_opened(names, entries, host, port):
    assert AllowList(entries).resolve(host, port)


@pytest.mark.parametrize(
    ("entries", "host", "port"),
    [
        ([], "data.example.org", 443),
        (["data.example.org"], "api.data.example.org", 443),
        (["*.example.org"], "10.1.2.3", 443),
        (["data.example.org:443"], "data.example.org", 80),
        (["127.0.0.1:8100"], "127.0.0.1", 5432),
        (["localhost"], "localhost", 80),  # a name opens no address inside
        (["*.example.org"], "inside.example.org", 80),
        (["*.example.org"], "mixed.example.org", 80),
        (["127.0.0.0/8"], "::ffff:127.0.0.1", 80),
        (["127.0.0.0/8"], "169.254.169.254", 80),
    ],
)
def test_any_other_address_is_refused(names, entries, host, port):
    with pytest.raises(AddressRefusedError):
        AllowList(entries).resolve(host, port)


def test_a_name_without_address_is_unreachable(names):
    with pytest.raises(UnreachableError):
        AllowList(["*.example.org"]).resolve("nowhere.example.org", 80)


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1",
        "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1",
        "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001::1",
        "fec0::1",
    ],
)  # fmt: skip
def test_no_address_inside_is_public_in_any_disguise(text):
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", ["8.8.8.8", "93.184.216.34", "2606:4700::1111"])
def test_an_ordinary_address_is_public(text):
    assert is_public(ipaddress.ip_address(text))

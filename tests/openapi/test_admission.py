"""Which addresses are public, which a caller admits, and which spellings are none."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from callwright.core.errors import ConfigurationError
from callwright.openapi.admission import admission, is_misspelt, kind_of, loopback_origin
from callwright.openapi.source import FetchPolicy

SPECIAL = """
0.0.0.0 unspecified
0.1.2.3 unspecified
10.0.0.1 private
100.64.0.1 carrier-shared
100.100.100.200 carrier-shared
127.0.0.1 loopback
127.255.255.254 loopback
168.63.129.16 cloud-internal
169.254.169.254 link-local
172.16.0.1 private
172.31.255.255 private
192.0.0.192 reserved
192.0.2.1 documentation
192.88.99.1 translated
192.168.1.1 private
198.18.0.1 reserved
198.51.100.7 documentation
203.0.113.9 documentation
224.0.0.1 multicast
239.255.255.250 multicast
240.0.0.1 reserved
255.255.255.255 reserved
:: unspecified
::1 loopback
::7f00:1 translated
::ffff:127.0.0.1 translated
::ffff:8.8.8.8 translated
::ffff:0:7f00:1 translated
64:ff9b::7f00:1 translated
64:ff9b::808:808 translated
64:ff9b:1::a00:1 translated
100::1 reserved
2001::1 translated
2001:2::1 reserved
2001:db8::1 documentation
2002:7f00:1::1 translated
2002:808:808::1 translated
2a00:1450::200:5efe:10.0.0.1 translated
3fff::1 documentation
4000::1 reserved
5f00::1 reserved
fc00::1 private
fd00:ec2::254 private
fe80::1 link-local
fec0::1 link-local
ff02::1 multicast
"""
PUBLIC = "1.1.1.1 8.8.8.8 100.63.255.255 172.15.0.1 172.32.0.1 192.0.1.1 2606:4700::1111 2a00::1"


@pytest.mark.parametrize("line", SPECIAL.strip().splitlines())
def test_what_is_not_public_has_a_kind(line):
    """The special-purpose registries of IANA, and what leads to another address."""
    address, kind = line.rsplit(" ", 1)
    assert kind_of(ip_address(address)) == kind
    assert admission("public").objection("api.test", 443, address) == kind
    assert admission("any").objection("api.test", 443, address) == ""


@pytest.mark.parametrize("address", PUBLIC.split())
def test_what_is_public_is_admitted(address):
    """Without a word from the caller."""
    assert admission("public").objection("api.test", 443, address) == ""


def objection(addresses, host="api.test", port=443, address="10.1.2.3") -> str:
    """What stands against an address under a policy."""
    return FetchPolicy(addresses=addresses).admission.objection(host, port, address)


@pytest.mark.parametrize(
    "entry",
    [
        "10.0.0.0/8",
        "10.1.2.3",
        "10.1.2.3:443",
        "api.test",
        "API.test.",
        "*.test",
        "api.test:443",
        "any",
        ["192.168.0.0/16", "10.0.0.0/8"],
    ],
)
def test_what_the_caller_admits(entry):
    """By address, network, name, names below one, and port."""
    assert objection(entry) == ""


@pytest.mark.parametrize(
    "entry",
    ["public", "10.2.0.0/16", "10.1.2.3:80", "test", "*.api.test", "api.test:80", "pi.test"],
)
def test_what_the_caller_does_not_admit(entry):
    """A neighbour, another port, and a name that only ends alike are something else."""
    assert objection(entry) == "private"


def test_a_translated_address_leads_to_another_that_must_be_admitted_too():
    """Admitting the translator does not admit what lies behind it."""
    assert objection("64:ff9b::/96", address="64:ff9b::808:808") == ""
    assert objection("64:ff9b::/96", address="64:ff9b::a01:203") == "translated"
    assert objection(["64:ff9b::/96", "10.0.0.0/8"], address="64:ff9b::a01:203") == ""
    assert objection("10.0.0.0/8", address="::ffff:10.1.2.3") == ""
    assert objection("::1", address="::1") == ""


@pytest.mark.parametrize("entry", ["http://x/", "10.0.0.0/40", "a b", "", "x:99999999", "0x7f.1"])
def test_what_is_no_entry_is_refused_at_once(entry):
    """A mistake in a policy is told where it is made."""
    with pytest.raises(ConfigurationError, match="is no address that can be admitted"):
        FetchPolicy(addresses=[entry])


@pytest.mark.parametrize("field", ["retries", "redirects", "max_answer_bytes", "call_seconds"])
def test_a_number_below_zero_is_refused(field):
    """So that it is not found out on the first call."""
    with pytest.raises(ConfigurationError, match=f"policy {field}=-1 must not be below 0"):
        FetchPolicy(**{field: -1})


@pytest.mark.parametrize(
    "host",
    "127.1 2130706433 0x7f000001 0x7f.0.0.1 0177.0.0.1 127.0.0.1.5 1 a.1 127.0.0.0x1 [fe80::1%25lo]"
    " fe80::1%eth0 1.2.3.256 [::g]".split(),
)
def test_addresses_that_only_some_read_are_no_names(host):
    """What ends in a number is an address (WHATWG URL), and only the usual spelling is one."""
    assert is_misspelt(host)


@pytest.mark.parametrize("host", "127.0.0.1 [::1] ::ffff:1.2.3.4 a.test a1 1.a 0x.de face".split())
def test_names_and_addresses_in_their_usual_spelling(host):
    """A name may hold numbers, and end in what is none."""
    assert not is_misspelt(host)


@pytest.mark.parametrize(
    ("url", "entry"),
    [
        ("http://127.0.0.1:8765/openapi.json", "127.0.0.1:8765"),
        ("http://LOCALHOST./", "localhost:80"),
        ("https://app.localhost/x", "app.localhost:443"),
        ("http://[::1]:9/x", "[::1]:9"),
        ("http://127.0.0.1.evil.test/", ""),
        ("http://evil.test#127.0.0.1", ""),
        ("http://localhost.evil.test/", ""),
        ("http://127.1/", ""),
        ("file:///etc/hosts", ""),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_what_says_of_itself_to_be_on_this_machine(url, entry):
    """By its spelling alone: what a name resolves to is for others to say."""
    assert loopback_origin(url) == entry


def test_a_policy_admits_one_more():
    """What it admits already stays."""
    policy = FetchPolicy(addresses="10.0.0.0/8").admitting("localhost:80")
    assert policy.addresses == ("10.0.0.0/8", "localhost:80")
    assert FetchPolicy().admitting("a.test").addresses == ("a.test",)
    assert FetchPolicy(addresses="any").admitting("a.test").addresses == "any"
    assert FetchPolicy().admitting("") == FetchPolicy()

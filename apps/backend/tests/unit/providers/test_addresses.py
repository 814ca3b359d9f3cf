import pytest

from infinite_scribe.providers.addresses import DialRules, Origin, is_public

PRIVATE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.127.127.127", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.7",
    "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2001::1", "2001:db8::1",
    "2002:7f00:1::", "3fff::1", "5f00::1", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
    "1000::1", "localhost", "2130706433", "0x7f.1", "",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_pass(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example",
        "http://",
        "https://user:pw@a.example/v1",
        "file:///etc/passwd",
        "https://a.example\\@b",
        " https://a.example",
    ],
)
def test_what_is_not_a_plain_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        Origin.of(url)


def test_local_servers_match_exactly() -> None:
    rules = DialRules.of(["http://127.0.0.1:11434"], [8443])
    assert rules.is_local("http://127.0.0.1:11434/v1")
    assert not rules.is_local("http://127.0.0.1:11435/v1")
    assert not rules.is_local("https://127.0.0.1:11434/v1")
    assert not rules.is_local("http://localhost:11434/v1")
    assert rules.allows(Origin.of("https://api.example.com/v1"))
    assert rules.allows(Origin.of("https://api.example.com:8443/v1"))
    assert not rules.allows(Origin.of("http://api.example.com/v1"))
    assert not rules.allows(Origin.of("https://api.example.com:22/v1"))


@pytest.mark.parametrize(
    ("url", "stored"),
    [
        ("https://api.example.com/some/prefix/v1", True),
        ("https://10.0.0.1/v1", False),
        ("https://[::1]/v1", False),
        ("https://2130706433/v1", False),
        ("http://127.0.0.1:11434", True),
        ("http://127.0.0.1:9999", False),
        ("nonsense", False),
    ],
)
def test_what_may_be_stored(url: str, stored: bool) -> None:
    assert DialRules.of(["http://127.0.0.1:11434"], []).may_be_stored(url) is stored

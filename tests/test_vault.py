"""What is sealed opens in its own place, whole, and nowhere else (D10)."""

import pytest

from store.errors import StoreUnusable
from store.services.contexts import authenticator_place, backup_code_place, reset_code_place
from store.vault import NONCE_BYTES, Vault

KEY = bytes(range(32))
OTHER = bytes(range(1, 33))
VALUE = b"twenty bytes of value"
PLACE = authenticator_place(1)


@pytest.fixture
def vault() -> Vault:
    return Vault({1: KEY})


def refused(vault: Vault, sealed: bytes, context: str = PLACE) -> str:
    with pytest.raises(StoreUnusable) as error:
        vault.open(sealed, context)
    return error.value.cause


def test_it_opens_what_it_sealed(vault: Vault) -> None:
    for value in (b"", b"\0", VALUE, bytes(100_000)):
        assert vault.open(vault.seal(value, PLACE), PLACE) == value
    assert VALUE not in vault.seal(VALUE, PLACE)


def test_any_flipped_bit_is_seen(vault: Vault) -> None:
    sealed = vault.seal(VALUE, PLACE)
    for bit in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        assert refused(vault, bytes(changed)) in {"sealed value damaged", "sealed value unknown"}


def test_any_cut_and_any_addition_is_seen(vault: Vault) -> None:
    sealed = vault.seal(VALUE, PLACE)
    for length in range(len(sealed)):
        refused(vault, sealed[:length])
    refused(vault, sealed + b"\0")
    refused(vault, b"\0" + sealed)


def test_a_value_opens_in_no_other_place(vault: Vault) -> None:
    places = [
        authenticator_place(1),
        authenticator_place(11),
        reset_code_place(1),
        backup_code_place(1, 111, 1),
        backup_code_place(1, 111, 10),
        backup_code_place(1, 112, 1),
        backup_code_place(11, 111, 1),
        "",
    ]
    assert len(set(places)) == len(places)
    for place in places:
        sealed = vault.seal(VALUE, place)
        for other in places:
            if other != place:
                assert refused(vault, sealed, other) == "sealed value damaged"


def test_another_key_opens_nothing(vault: Vault) -> None:
    assert refused(Vault({1: OTHER}), vault.seal(VALUE, PLACE)) == "sealed value damaged"
    assert refused(Vault({2: KEY}), vault.seal(VALUE, PLACE)) == "sealed value unknown"


def test_an_older_key_still_opens_and_the_newest_seals(vault: Vault) -> None:
    old = vault.seal(VALUE, PLACE)
    both = Vault({1: KEY, 2: OTHER})
    assert both.open(old, PLACE) == VALUE
    new = both.seal(VALUE, PLACE)
    assert new[1] == both.key_id == 2
    assert refused(vault, new) == "sealed value unknown"
    relabelled = bytes((new[0], 1)) + new[2:]
    assert refused(both, relabelled) == "sealed value damaged"


def test_no_nonce_is_used_twice(vault: Vault) -> None:
    nonces = {vault.seal(b"", PLACE)[2 : 2 + NONCE_BYTES] for _ in range(10_000)}
    assert len(nonces) == 10_000


def test_a_mac_is_of_its_purpose_its_message_and_its_key(vault: Vault) -> None:
    macs = [
        vault.mac("name", b"alice"),
        vault.mac("audit", b"alice"),
        vault.mac("name", b"alicf"),
        Vault({1: OTHER}).mac("name", b"alice"),
    ]
    assert len(set(macs)) == len(macs)
    assert {len(mac) for mac in macs} == {32}
    both = Vault({1: KEY, 2: OTHER})
    assert both.mac("name", b"alice", 1) == macs[0]
    assert both.mac("name", b"alice") not in macs[:3]
    assert vault.mac("name", b"alice") == macs[0]


def test_it_knows_which_keys_it_has() -> None:
    both = Vault({1: KEY, 2: OTHER})
    assert [key_id for key_id in range(-1, 5) if both.has_key(key_id)] == [1, 2]


def test_nothing_shows_a_key(vault: Vault) -> None:
    shown = f"{vault!r} {vault} {[vault]!r} {vault.seal(VALUE, PLACE)!r}"
    for form in (KEY.hex(), repr(KEY), str(KEY)):
        assert form not in shown
    assert repr(vault) == "Vault(key_id=1)"


def test_each_value_is_sealed_with_96_random_bits_of_its_own_and_a_whole_tag(vault: Vault) -> None:
    sealed = [vault.seal(VALUE, PLACE) for _ in range(200)]
    assert {len(each) for each in sealed} == {2 + 12 + len(VALUE) + 16}
    assert len({each[2:14] for each in sealed}) == len(sealed)
    assert all(len({each[at] for each in sealed}) > 50 for at in range(2, 14))

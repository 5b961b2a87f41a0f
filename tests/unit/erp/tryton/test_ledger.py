"""The ledger in an order's reference tells which movements belong to which key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.erp.tryton.ledger import Ledger

KEYS = st.lists(
    st.text("ABCDEFGHJKMNPQRSTVWXYZ0123456789", min_size=24, max_size=24), unique=True, max_size=8
)
WORDS = st.lists(st.text("abcdefg-/.", min_size=1, max_size=6), max_size=3)
COUNTS = st.lists(st.integers(1, 4), min_size=8, max_size=8)


def test_an_empty_reference_has_no_keys() -> None:
    assert Ledger.read(None).entries() == ()
    assert Ledger.read(None).reference is None


def test_the_words_of_others_are_kept_and_are_no_keys() -> None:
    ledger = Ledger.read("customer 4711 a@b").with_key("K1", 12)
    assert ledger.reference == "customer 4711 a@b K1@12"
    assert [entry.key for entry in ledger.entries()] == ["K1"]
    assert ledger.without_key("K1").reference == "customer 4711 a@b"


@pytest.mark.parametrize(
    ("move_id", "owner"), [(10, None), (11, "K1"), (15, "K1"), (16, "K2"), (99, "K2")]
)
def test_a_movement_belongs_to_the_key_whose_window_covers_it(
    move_id: int, owner: str | None
) -> None:
    entry = Ledger.read("K1@10 K2@15").owner(move_id)
    assert (entry.key if entry else None) == owner


def test_taking_a_key_away_takes_no_other_that_begins_alike() -> None:
    assert Ledger.read("K1@1 K11@2 K1").without_key("K1").reference == "K11@2 K1"


@given(WORDS, KEYS, COUNTS)
def test_every_movement_has_the_key_it_was_created_under(
    words: list[str], keys: list[str], counts: list[int]
) -> None:
    ledger, mark, created = Ledger(tuple(words)), 100, {}
    for key, count in zip(keys, counts, strict=False):
        ledger = Ledger.read(ledger.with_key(key, mark).reference)
        for _ in range(count):
            mark += 3
            created[mark] = key
    owners = {move_id: ledger.owner(move_id) for move_id in created}
    assert {move_id: entry.key for move_id, entry in owners.items() if entry} == created


@given(WORDS, KEYS)
def test_taking_all_keys_away_leaves_the_words_of_others(words: list[str], keys: list[str]) -> None:
    ledger = Ledger(tuple(words))
    for key in keys:
        ledger = ledger.with_key(key, 7)
    for key in keys:
        ledger = ledger.without_key(key)
    assert ledger.words == tuple(words)

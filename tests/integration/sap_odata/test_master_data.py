"""Materials as SAP describes them: what they cost, how units convert, what they are called."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from integration.sap_odata.subject import SITE, SapSubject

PRICES: dict[str, tuple[dict[str, Any], Decimal | None]] = {
    "standard price of one": ({"price": "12.50"}, Decimal("12.50")),
    "standard price of a thousand": ({"price": "37.00", "price_unit": 1000}, Decimal("0.037")),
    "moving average": ({"price": "8.125", "price_control": "V"}, Decimal("8.125")),
    "no price": ({}, None),
}


@pytest.mark.parametrize("name", PRICES)
def test_a_price_is_that_of_one_base_unit(subject: SapSubject, name: str) -> None:
    given, price = PRICES[name]
    row = {"material": "PRICED-1", "base_unit": "KG", "plants": [SITE], **given}
    subject.sandbox.seed({"materials": [row]})
    (material,) = [row for row in subject.connector.materials() if row.material_id == "PRICED-1"]
    assert material.price == price


def test_only_the_connected_plants_set_the_price(subject: SapSubject) -> None:
    row = {"material": "PRICED-2", "plants": ["1710"], "price": "5"}
    subject.sandbox.seed({"materials": [row]})
    connector = subject.connect(options=f"&sites={SITE}")
    (material,) = [row for row in connector.materials() if row.material_id == "PRICED-2"]
    connector.close()
    assert material.price is None


def test_a_material_has_its_name_and_its_other_units(subject: SapSubject) -> None:
    row = {"material": "CHAIN-1", "text": "Chain 1/2", "base_unit": "M", "units": {"BOX": "2.5"}}
    subject.sandbox.seed({"materials": [row]})
    (material,) = [row for row in subject.connector.materials() if row.material_id == "CHAIN-1"]
    assert (material.description, material.unit) == ("Chain 1/2", "MTR")
    assert material.conversions == (("BX", Decimal("2.5")),)

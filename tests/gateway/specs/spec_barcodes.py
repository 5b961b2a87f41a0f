"""What labels say, in the forms in which scanners hand them over."""

from __future__ import absolute_import, unicode_literals

from fakes import raises
from gatewaylibrary import module

barcodes = module("barcodes")


configuration = module("configuration")

PLANT = configuration.Configuration(
    {
        "service_url": "http://127.0.0.1:1",
        "api_key_file": "key",
        "journal_folder": "journal",
        "source": "/gw1",
        "site_id": "1000",
        "barcode_prefixes": {
            "M-": "material_id",
            "L-": "material_lot_id",
            "LOT-": "material_lot_id",
            "L-O-": "order_id",
            "O-": "order_id",
        },
        "materials_by_gtin": {"4012345678901": "STEEL-4", "09501101530003": "SEAL-01"},
    }
)


def kilograms(number):
    return {"quantity_string": number, "unit_of_measure": "KGM"}


def pieces(number):
    return {"quantity_string": number, "unit_of_measure": "C62"}


def test_a_label_is_read_in_every_form_of_scanners():
    steel = {"material_id": "STEEL-4", "material_lot_id": "L77"}
    for text, said in (
        ("(01)04012345678901(10)L77", steel),
        ("]C101040123456789011" + "0L77", steel),
        ("]d2\x1d010401234567890110L77\x1d", steel),
        ("010401234567890110L77", steel),
        ("0109501101530003", {"material_id": "SEAL-01"}),
        ("]C110L77\x1d37250", {"material_lot_id": "L77", "quantity": pieces("250")}),
        ("]C1370250\x1d10L77", {"material_lot_id": "L77", "quantity": pieces("250")}),
        ("]C13103001250\x1d10A", {"material_lot_id": "A", "quantity": kilograms("1.25")}),
        ("]C13100000012", {"quantity": kilograms("12")}),
        ("(3106)000125", {"quantity": kilograms("0.000125")}),
        ("(17)271231(10)A(21)S-9(241)SEAL-01", {"material_lot_id": "A", "material_id": "SEAL-01"}),
        ("]C140010023\x1d91intern", {"order_id": "10023"}),
        ("M-STEEL;L-4711", {"material_id": "STEEL", "material_lot_id": "4711"}),
        ("  O-100200 ", {"order_id": "100200"}),
    ):
        assert barcodes.read(text, PLANT) == said, (text, barcodes.read(text, PLANT))


def test_the_longest_prefix_counts():
    assert barcodes.read("L-O-7", PLANT) == {"order_id": "7"}


def test_what_says_nothing_is_refused_with_what_is_wanted():
    for text, why in (
        ("", "begins with no prefix (L-, L-O-, LOT-, M-, O-)"),
        ("4711", "begins with no prefix (L-, L-O-, LOT-, M-, O-)"),
        ("M-STEEL;4711", '"4711" is no GS1 label'),
        ("0112345678901234", "begins with no prefix"),
        ("(21)S9", "names no material, lot, order or quantity"),
        ("(01)00000000000000", "names no material, lot, order or quantity"),
        ("]C1888", "goes on with 888, which is no known identifier"),
        ("(37)many", "the quantity of the label"),
        ("(310x)000125", "310x is no weight of a label"),
    ):
        with raises(barcodes.BarcodeError) as caught:
            barcodes.read(text, PLANT)
        assert why in caught.text, (text, caught.text)

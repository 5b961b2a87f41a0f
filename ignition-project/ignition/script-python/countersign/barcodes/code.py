"""Barcodes: what a scanned label says, GS1 or the plant's own, by the names of the contract.

GS1 element strings are known by their symbology identifier, by the separator within, by
parentheses, or by a GTIN with a right check digit in front. Everything else has to begin with one
of the plant's prefixes; several fields of one label are kept apart by semicolons:
``M-STEEL;L-4711``.
"""

from __future__ import absolute_import, unicode_literals

import countersign.quantities as quantities

SYMBOLOGIES = ("]C1", "]e0", "]d2", "]Q3", "]J1")
SEPARATOR = "\x1d"
FIELD_SEPARATOR = ";"
KILOGRAM = "KGM"
PIECE = "C62"

FIXED_LENGTHS = {
    "00": 18,
    "01": 14,
    "02": 14,
    "11": 6,
    "12": 6,
    "13": 6,
    "15": 6,
    "16": 6,
    "17": 6,
    "20": 2,
}
"""Digits of the application identifiers that end without a separator."""

WEIGHT = "310"
WEIGHT_DIGITS = 6
GTIN = ("01", "02")
FIELDS = {"10": "material_lot_id", "241": "material_id", "400": "order_id"}
COUNTS = ("30", "37")
LONGEST_IDENTIFIER = 4
IDENTIFIERS = ("10", "21", "22", "30", "37", "240", "241", "242", "250", "400", "401", "410")
"""Further identifiers that end with a separator; what is not used is passed over."""


class BarcodeError(ValueError):
    """The label says nothing that can be used; the text says what is wanted."""


def read(text, configuration):
    """Return what a label says: material_id, material_lot_id, order_id, quantity.

    ``configuration`` maps prefixes (``barcode_prefixes``) and GTINs (``materials_by_gtin``). Raises
    BarcodeError.
    """
    text = text.strip()
    if _is_gs1(text):
        return _read_gs1(_elements(text), configuration.materials_by_gtin)
    return _read_fields(text, configuration.barcode_prefixes)


def _is_gs1(text):
    if text.startswith(SYMBOLOGIES) or SEPARATOR in text or text.startswith("("):
        return True
    return text.startswith("01") and _has_check_digit(text[2:16])


def _has_check_digit(gtin):
    if len(gtin) != FIXED_LENGTHS["01"] or not gtin.isdigit():
        return False
    weighted = sum(int(digit) * (3 - 2 * (place % 2)) for place, digit in enumerate(gtin[:-1]))
    return (weighted + int(gtin[-1])) % 10 == 0


def _elements(text):
    """Yield (identifier, value) of a GS1 element string."""
    if text.startswith("("):
        for part in text[1:].split("("):
            identifier, _, value = part.partition(")")
            yield identifier, value
        return
    rest = text[3:] if text.startswith(SYMBOLOGIES) else text
    rest = rest.lstrip(SEPARATOR)
    while rest:
        identifier, length = _identifier_of(rest)
        rest = rest[len(identifier) :]
        end = length if length is not None else (rest + SEPARATOR).index(SEPARATOR)
        yield identifier, rest[:end]
        rest = rest[end:].lstrip(SEPARATOR)


def _identifier_of(text):
    """Return the identifier in front and the length of its value, None up to the separator."""
    if text[:2] in FIXED_LENGTHS:
        return text[:2], FIXED_LENGTHS[text[:2]]
    if text[:3] == WEIGHT:
        return text[:LONGEST_IDENTIFIER], WEIGHT_DIGITS
    if text[:1] == "9" and text[1:2].isdigit():
        return text[:2], None
    for identifier in IDENTIFIERS:
        if text.startswith(identifier):
            return identifier, None
    raise BarcodeError("the label goes on with %s, which is no known identifier" % text[:4])


def _read_gs1(elements, materials_by_gtin):
    found = {}
    for identifier, value in elements:
        if identifier in GTIN:
            found.setdefault("material_id", _material_of(value, materials_by_gtin))
        elif identifier in FIELDS:
            found[FIELDS[identifier]] = value
        elif identifier in COUNTS:
            found["quantity"] = _quantity(value, PIECE)
        elif identifier.startswith(WEIGHT):
            found["quantity"] = _weight(identifier, value)
    if found.get("material_id") is None:
        found.pop("material_id", None)
    return _something(found)


def _material_of(gtin, materials_by_gtin):
    """Return the material of a GTIN, with and without its leading zeros."""
    for name in (gtin, gtin.lstrip("0")):
        if name in materials_by_gtin:
            return materials_by_gtin[name]
    return None


def _weight(identifier, value):
    decimals = identifier[len(WEIGHT) :]
    if not decimals.isdigit() or int(decimals) > WEIGHT_DIGITS:
        raise BarcodeError("%s is no weight of a label" % identifier)
    padded = value.zfill(WEIGHT_DIGITS + 1)
    point = len(padded) - int(decimals)
    return _quantity(padded[:point] + "." + (padded[point:] or "0"), KILOGRAM)


def _quantity(text, unit):
    try:
        number = quantities.decimal_text(text)
    except quantities.QuantityError as problem:
        raise BarcodeError("the quantity of the label: %s" % problem)
    return {"quantity_string": number, "unit_of_measure": unit}


def _read_fields(text, prefixes):
    found = {}
    for part in text.split(FIELD_SEPARATOR):
        for prefix in sorted(prefixes, key=len, reverse=True):
            if prefix and part.startswith(prefix):
                found[prefixes[prefix]] = part[len(prefix) :]
                break
        else:
            wanted = ", ".join(sorted(prefixes)) or "none is set up"
            raise BarcodeError(
                '"%s" is no GS1 label and begins with no prefix (%s)' % (part, wanted)
            )
    return _something(found)


def _something(found):
    if not found:
        raise BarcodeError("the label names no material, lot, order or quantity")
    return found

"""Numbers of tags as decimal text."""

from __future__ import absolute_import, unicode_literals

import random
import struct
from decimal import Decimal

from fakes import raises
from gatewaylibrary import module

quantities = module("quantities")


def float4(value):
    return struct.unpack(str("<f"), struct.pack(str("<f"), value))[0]


class BigDecimal(object):
    """What a SQL column or a Java device gives: text without exponent on request."""

    def __init__(self, text):
        self._text = text

    def toPlainString(self):  # noqa: N802
        return self._text


def test_numbers_are_written_without_exponent_and_trailing_zeros():
    for value, text in (
        (0, "0"),
        (480, "480"),
        (2**53 + 1, "9007199254740993"),
        (-3, "-3"),
        (0.0, "0"),
        (-0.0, "0"),
        (12.5, "12.5"),
        (0.1, "0.1"),
        (100.0, "100"),
        (1e6, "1000000"),
        (123456789.0, "123456789"),
        (123456789.25, "123456789.25"),
        (1234567.25, "1234567.25"),
        (100000.0625, "100000.0625"),
        (16777216.0, "16777216"),
        (123456792.0, "123456792"),
        (0.000001, "0.000001"),
        (1.0 / 3, "0.333333"),
        (2.0 / 3, "0.666667"),
        (0.0000001, "0"),
        (0.0000123, "0.000012"),
        (1.0625, "1.0625"),
        (0.00390625, "0.003906"),
        (1e300, "1" + "0" * 300),
        (2**70, "1180591620717411303424"),
        ("12.50", "12.5"),
        (" 7 ", "7"),
        ("1E+2", "100"),
        (Decimal("4.700"), "4.7"),
        (BigDecimal("1200.10"), "1200.1"),
    ):
        assert quantities.decimal_text(value) == text, (value, text)


def test_the_noise_of_a_float4_tag_is_taken_off():
    for shown in (
        "12.3",
        "0.1",
        "0.7",
        "99.99",
        "452.6",
        "1234.567",
        "16777.2",
        "96353.7",
        "0.000123",
    ):
        held = float4(float(shown))
        assert repr(held) != shown
        assert quantities.decimal_text(held) == shown


def test_every_number_a_float4_display_can_show_comes_back():
    numbers = random.Random(20260301)
    for _ in range(3000):
        decimals = numbers.randrange(5)
        digits = numbers.randrange(1, 10 ** numbers.randrange(1, 7))
        shown = quantities.plain(Decimal(digits).scaleb(-decimals))
        assert quantities.decimal_text(float4(float(shown))) == shown


def test_every_number_a_float8_display_can_show_comes_back():
    numbers = random.Random(20260302)
    for _ in range(3000):
        decimals = numbers.randrange(7)
        digits = numbers.randrange(1, 10 ** numbers.randrange(1, 16))
        shown = quantities.plain(Decimal(digits).scaleb(-decimals))
        assert quantities.decimal_text(float(shown)) == shown


def test_what_is_no_number_is_refused_with_what_it_is():
    for value, part in (
        ("12,5", "12,5"),
        ("", "not a number"),
        ("NaN", "not a finite number"),
        (float("nan"), "not a finite number"),
        (float("inf"), "not a finite number"),
        (True, "True"),
        (None, "None"),
        ([1], "[1]"),
    ):
        with raises(quantities.QuantityError) as caught:
            quantities.decimal_text(value)
        assert part in caught.text, caught.text

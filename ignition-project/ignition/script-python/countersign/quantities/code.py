"""Quantities: numbers of tags as decimal text, without the noise of binary fractions."""

from __future__ import absolute_import, division, unicode_literals

import struct
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

DECIMALS = 6
"""Decimal places of the contract; what is finer is rounded."""

FLOAT4_DIGITS = 9
FLOAT8_DIGITS = 17
"""Significant digits that always bring the same binary number back."""

SHORT_DIGITS = 8
"""A number of so many significant digits at most has no noise to take off."""

_SHORT_WHOLE = 10**SHORT_DIGITS

NOISE_DIGITS = 3
"""So many digits more than its Float4 needs make a number the noise of a Float4.

A script is not told whether a tag is Float4 or Float8: 96353.703125 is taken for the Float4
96353.7, but 1234567.25 for a Float8, although a Float4 would show 1234567.2.
"""

_SMALLEST = Decimal(1).scaleb(-DECIMALS)

try:
    _WHOLE_NUMBERS = (int, long)
    _TEXTS = (str, unicode)
except NameError:
    _WHOLE_NUMBERS = (int,)
    _TEXTS = (str,)


class QuantityError(ValueError):
    """A value that is no number at all; the text says which."""


def decimal_text(value):
    """Return a number as plain decimal text: no exponent, no trailing zeros.

    A Float4 tag that shows 12.3 holds 12.300000190734863; the text is the shortest that stands
    for the same Float4, ``12.3``. Text and java.math.BigDecimal are taken digit by digit. Raises
    QuantityError for what is no finite number.
    """
    if isinstance(value, float):
        if -_SHORT_WHOLE < value < _SHORT_WHOLE and value == int(value):
            return "%d" % value
        value = _text_of_float(value)
        if _is_plain(value):
            return value
    elif isinstance(value, _WHOLE_NUMBERS) and not isinstance(value, bool):
        return "%d" % value
    number = _decimal(value)
    if not number.is_finite():
        raise QuantityError("%s is not a finite number" % (value,))
    try:
        if -number.as_tuple().exponent > DECIMALS:
            number = number.quantize(_SMALLEST, rounding=ROUND_HALF_EVEN)
    except InvalidOperation:
        raise QuantityError("%s has too many digits" % (value,))
    return plain(number)


def plain(number):
    """Return a Decimal without exponent and without trailing zeros: ``1E+2`` is ``100``."""
    text = "{0:f}".format(number)
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _decimal(value):
    if isinstance(value, bool) or value is None:
        raise QuantityError("%s is not a number" % (value,))
    if isinstance(value, Decimal):
        return value
    if hasattr(value, "toPlainString"):
        value = value.toPlainString()
    if not isinstance(value, _TEXTS):
        raise QuantityError("%r is not a number" % (value,))
    try:
        return Decimal(value.strip())
    except InvalidOperation:
        raise QuantityError('"%s" is not a number' % value)


def _text_of_float(value):
    """Return the shortest text that stands for the number a tag holds."""
    short = "%.*g" % (SHORT_DIGITS, value)
    if float(short) == value:
        return short
    as_float8 = _shortest(value, FLOAT8_DIGITS, float)
    if not _fits_float4(value):
        return as_float8
    as_float4 = _shortest(value, FLOAT4_DIGITS, _as_float4)
    is_noise = _digits(as_float8) - _digits(as_float4) >= NOISE_DIGITS
    return as_float4 if is_noise else as_float8


def _shortest(value, most_digits, read_back):
    for digits in range(most_digits - 3, most_digits):
        text = "%.*g" % (digits, value)
        if read_back(float(text)) == value:
            return text
    return "%.*g" % (most_digits, value)


def _digits(text):
    """Return how many significant digits a number has that is written without useless zeros."""
    return len(text.partition("e")[0].replace(".", "").lstrip("-0"))


def _is_plain(text):
    """Tell whether a text is digits within the contract as it is; Decimal is slow on Jython."""
    whole, _, decimals = text.partition(".")
    return whole.isdigit() and len(decimals) <= DECIMALS and (decimals.isdigit() or not decimals)


def _as_float4(value):
    return struct.unpack("<f", struct.pack("<f", value))[0]


def _fits_float4(value):
    try:
        return _as_float4(value) == value
    except (OverflowError, struct.error):
        return False

"""Limits: what fits into SAP's fields; what does not is refused before anything is sent.

Nothing is rounded or cut but free text: a lot number that was shortened is another lot.
"""

from __future__ import annotations

from decimal import Decimal

from countersign.erp.sap.subject import FIELD_WORDS
from countersign.erp.sap.triage import Triage
from countersign.erp.sap.values import one_line, short_id, width
from countersign.nouns.quantity import plain

QUANTITY_DIGITS = 10
QUANTITY_DECIMALS = 3


class Limits:
    """Checks values against the room that SAP has for them."""

    def __init__(self, triage: Triage) -> None:
        self._triage = triage

    def identifier(self, value: str | None, field: str, limit: int) -> str:
        """Return an identifier as OData writes it; nothing stays nothing.

        Raises:
            BusinessRejection: it is longer than SAP's field.
        """
        return self.text(short_id(value) if value else "", field, limit)

    def text(self, value: str | None, field: str, limit: int) -> str:
        """Return a value that may not be cut.

        Raises:
            BusinessRejection: it is longer than SAP's field.
        """
        value = one_line(value or "")
        if width(value) > limit:
            raise self._triage.refusal(
                "TOO_LONG",
                field=field,
                what=FIELD_WORDS.get(field, field.replace("_", " ")),
                value=value,
                length=width(value),
                limit=limit,
            )
        return value

    def operation(self, value: str | None) -> str:
        """Return an operation number with its four digits."""
        number = self.text(value, "operation_id", 4)
        return number.zfill(4) if number.isdigit() else number

    def quantity(
        self,
        value: Decimal,
        field: str = "quantity",
        digits: int = QUANTITY_DIGITS,
        decimals: int = QUANTITY_DECIMALS,
    ) -> str:
        """Return a number as SAP's text for it.

        Raises:
            BusinessRejection: it has more digits than SAP's field.
        """
        text = plain(value)
        whole, _, fraction = text.lstrip("-").partition(".")
        if len(fraction) > decimals:
            raise self._triage.refusal("TOO_MANY_DECIMALS", field=field, value=text, limit=decimals)
        if len(whole) > digits:
            raise self._triage.refusal("TOO_LARGE", field=field, value=text, limit=digits)
        return text

"""Calling an ERP: documents that it does not take never reach it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast

import pytest

from countersign.erp.documents import (
    Document,
    GoodsIssueLine,
    OrderStatusChange,
    ProductionConfirmation,
    to_data,
)
from countersign.erp.port import Capabilities, ErpPort, PostResult
from countersign.nouns.quantity import Quantity
from countersign.post.calling import Call, Caller
from countersign.store.database import canonical_json

PIECE = Quantity(Decimal(1), "H87")
CONFIRMATION = ProductionConfirmation(
    "1010", "1000023", "0010", "FG", PIECE, date(2026, 3, 2), final=False
)
CARRYING = replace(CONFIRMATION, consumed=(GoodsIssueLine("RM", PIECE),))
RELEASE = OrderStatusChange("1010", "1000023", "release")


@dataclass(frozen=True)
class _Record:
    """As much of a posting as a call needs."""

    document: str
    posting_id: str = "CS1"
    approved_warnings: str = "[]"


class _Erp:
    """Posts whatever it is given."""

    def __init__(self, **capabilities: Any) -> None:
        kinds = frozenset({"production_confirmation"})
        self._capabilities = Capabilities("small", kinds, **capabilities)

    def capabilities(self) -> Capabilities:
        return self._capabilities

    def post(self, document: Document, key: str, approved: object) -> PostResult:
        return PostResult("posted", document_id="1")


@pytest.mark.parametrize(
    ("document", "carries", "kind", "code"),
    [
        (CONFIRMATION, False, "posted", ""),
        (CARRYING, True, "posted", ""),
        (CARRYING, False, "rejected", "consumed_unsupported"),
        (RELEASE, True, "rejected", "kind_unsupported"),
    ],
)
def test_only_what_the_erp_takes_is_posted(
    document: Document, carries: bool, kind: str, code: str
) -> None:
    port = cast(ErpPort, _Erp(consumes_with_confirmation=carries))
    record = _Record(canonical_json(to_data(document)))
    call = Call("post", cast(Any, record), cast(Any, None))
    reply = Caller(port, lambda: datetime(2026, 3, 2, tzinfo=UTC))(call).reply
    assert (reply.kind, reply.code) == (kind, code)

"""The connector of Tryton keeps the rules that all connectors keep."""

from __future__ import annotations

from integration.erp_conformance import ErpConformance


class TestTryton(ErpConformance):
    """Every rule of the suite, against a running Tryton."""

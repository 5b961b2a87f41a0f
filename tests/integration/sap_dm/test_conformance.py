"""The connector of Digital Manufacturing keeps the rules of every connector."""

from __future__ import annotations

from integration.erp_conformance import ErpConformance


class TestSapDm(ErpConformance):
    """Every rule of the suite."""

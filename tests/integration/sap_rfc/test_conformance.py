"""The RFC connector keeps the rules of every connector."""

from __future__ import annotations

from integration.erp_conformance import ErpConformance


class TestSapRfc(ErpConformance):
    """Every rule of the suite."""

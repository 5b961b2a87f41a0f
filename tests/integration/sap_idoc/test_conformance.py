"""The IDoc connector keeps the rules of every connector, once SAP has processed its IDocs."""

from __future__ import annotations

from integration.erp_conformance import ErpConformance


class TestSapIdoc(ErpConformance):
    """Every rule of the suite."""

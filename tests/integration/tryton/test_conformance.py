"""The connector of Tryton keeps the rules that all connectors keep."""

from __future__ import annotations

import pytest
from integration.erp_conformance import ErpConformance

pytestmark = pytest.mark.timeout(300, func_only=True)  # the plant may have to be built first


class TestTryton(ErpConformance):
    """Every rule of the suite, against a running Tryton."""

"""An order that documents of these tests are about."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from integration.erp_subject import OrderFacts

ORDER = OrderFacts(
    site_id="1010",
    order_id="1000023",
    operation_id="0010",
    material_id="GEAR-12",
    unit="H87",
    quantity=Decimal(100),
    most=Decimal(110),
    component_id="RM-100",
    component_unit="KGM",
    second_component_id="RM-200",
    second_component_unit="KGM",
    lot_component_id="RM-300",
    lot_id="B1",
    wrong_unit="LTR",
    open_date=date(2026, 3, 2),
    closed_date=date(2025, 3, 2),
)

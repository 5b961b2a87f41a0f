"""Facts about the order: every use case finds them, with the place in the event they rest on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from shop_floor import (
    MATERIALS,
    NOW,
    confirmation,
    consumption,
    line,
    make_context,
    make_order,
    scrap,
)

from countersign.assess.use_case import USE_CASES
from countersign.nouns.event import Event
from countersign.nouns.order import OrderState
from countersign.plant.context import Context

EVENTS: list[Callable[[], Event]] = [
    lambda: confirmation(),
    lambda: consumption(line("STEEL", "456", "KGM")),
    lambda: scrap(),
]


def found(event: Event, context: Context) -> dict[str, tuple[str, str]]:
    """Return severity and pointer of the findings by code."""
    examined = USE_CASES[event.use_case].examine(event, context)
    return {finding.code: (finding.severity, finding.pointer) for finding in examined.findings}


@pytest.mark.parametrize("make", EVENTS, ids=list(USE_CASES))
class TestEveryUseCase:
    def test_holds_an_event_of_an_unknown_order(self, make: Callable[[], Event]) -> None:
        findings = found(make(), make_context(no_order=True))
        assert findings["order_unknown"] == ("hold", "/data/order_id")

    @pytest.mark.parametrize(
        ("state", "code", "severity"),
        [
            ("created", "order_created", "hold"),
            ("closed", "order_closed", "hold"),
            ("cancelled", "order_cancelled", "hold"),
            ("completed", "order_completed", "review"),
        ],
    )
    def test_looks_at_the_state_of_the_order(
        self, make: Callable[[], Event], state: OrderState, code: str, severity: str
    ) -> None:
        findings = found(make(), make_context(order=make_order(state=state)))
        assert findings[code] == (severity, "/data/order_id")

    def test_asks_about_an_unknown_operation(self, make: Callable[[], Event]) -> None:
        event = replace(make(), operation_id="0099")
        assert found(event, make_context())["operation_unknown"][0] == "review"

    def test_accepts_any_operation_of_an_order_without_operations(
        self, make: Callable[[], Event]
    ) -> None:
        order = replace(make_order(), operations=())
        assert "operation_unknown" not in found(make(), make_context(order=order))

    def test_asks_about_another_site(self, make: Callable[[], Event]) -> None:
        order = replace(make_order(), site_id="2000")
        assert found(make(), make_context(order=order))["site_differs"][0] == "review"

    def test_asks_about_the_future(self, make: Callable[[], Event]) -> None:
        late = replace(make(), occurred_at=NOW + timedelta(minutes=6))
        early = replace(make(), occurred_at=NOW + timedelta(minutes=4))
        assert found(late, make_context())["time_in_future"] == ("review", "/time")
        assert "time_in_future" not in found(early, make_context())

    def test_holds_an_order_on_quality_hold(self, make: Callable[[], Event]) -> None:
        findings = found(make(), make_context(holds=frozenset({"order/4711"})))
        assert findings["quality_hold"][0] == "hold"

    def test_finds_nothing_wrong_with_a_good_event(self, make: Callable[[], Event]) -> None:
        context = make_context()
        USE_CASES["production_confirmation"].apply(confirmation("480"), context, 1)
        event = make()
        if event.use_case == "production_confirmation":
            context = make_context()
        assert found(event, context) == {}


@pytest.mark.parametrize(
    ("event", "material_id", "pointer"),
    [
        (confirmation(), "PUMP", "/data"),
        (consumption(line("STEEL", "456", "KGM")), "STEEL", "/data/material_actual/0"),
        (scrap(), "PUMP", "/data"),
    ],
    ids=list(USE_CASES),
)
class TestMaterials:
    def test_an_unknown_material_is_held(
        self, event: Event, material_id: str, pointer: str
    ) -> None:
        known = {key: value for key, value in MATERIALS.items() if key != material_id}
        findings = found(event, make_context(materials=known))
        assert findings["material_unknown"] == ("hold", f"{pointer}/material_id")

    def test_a_blocked_material_is_held(self, event: Event, material_id: str, pointer: str) -> None:
        blocked = replace(MATERIALS[material_id], blocked=True)
        findings = found(event, make_context(materials={**MATERIALS, material_id: blocked}))
        assert findings["material_blocked"][0] == "hold"

    def test_a_material_on_quality_hold_is_held(
        self, event: Event, material_id: str, pointer: str
    ) -> None:
        findings = found(event, make_context(holds=frozenset({f"material/{material_id}"})))
        assert findings["quality_hold"] == ("hold", pointer)

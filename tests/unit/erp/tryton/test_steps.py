"""What comes next for a key follows from the state that was read back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from countersign.erp.tryton.ledger import Ledger
from countersign.erp.tryton.steps import (
    next_step_of_confirmation,
    next_step_of_issue,
    next_step_to_start,
)
from countersign.erp.tryton.work_order import Move, Side, WorkOrder

KEY = "K1"


def order_in(state: str, side: Side, *move_states: str) -> WorkOrder:
    moves = tuple(
        Move(
            move_id=number,
            side=side,
            state=move_state,
            product_id=1,
            product="P",
            quantity=Decimal(1),
            unit="u",
            to_location_id=1,
            is_ours=True,
        )
        for number, move_state in enumerate(move_states, start=11)
    )
    return WorkOrder(
        production_id=1,
        number="PO-1",
        state=state,
        product="P",
        ledger=Ledger.read(f"{KEY}@10"),
        location_id=9,
        warehouse="WH",
        picking_location_id=3,
        output_location_id=3,
        waste_location_id=4,
        timestamp="1.0",
        moves=moves,
    )


@pytest.mark.parametrize(
    ("state", "move_states", "step"),
    [
        ("running", ("draft",), "wait"),
        ("waiting", ("draft",), "assign_try"),
        ("waiting", ("assigned", "draft"), "assign_try"),
        ("assigned", ("assigned", "assigned"), "run"),
        ("assigned", ("assigned", "draft"), "wait"),
        ("running", ("done", "done"), None),
        ("assigned", ("done",), None),
        ("done", ("done",), None),
        ("running", ("cancelled",), None),
    ],
)
def test_an_issue(state: str, move_states: tuple[str, ...], step: str | None) -> None:
    assert next_step_of_issue(order_in(state, "inputs", *move_states), KEY) == step


@pytest.mark.parametrize(
    ("state", "move_states", "final", "step"),
    [
        ("waiting", ("draft",), False, "assign_try"),
        ("assigned", ("draft",), False, "run"),
        ("running", ("draft", "draft"), False, "do_moves"),
        ("running", ("done",), False, None),
        ("waiting", ("done",), False, None),
        ("running", ("draft",), True, "do"),
        ("running", ("done",), True, "do"),
        ("assigned", ("draft",), True, "run"),
        ("done", ("done",), True, None),
    ],
)
def test_a_confirmation(
    state: str, move_states: tuple[str, ...], final: bool, step: str | None
) -> None:
    order = order_in(state, "outputs", *move_states)
    assert next_step_of_confirmation(order, KEY, final=final) == step


@pytest.mark.parametrize(
    ("state", "step"), [("waiting", "assign_try"), ("assigned", "run"), ("running", None)]
)
def test_the_start_of_an_order(state: str, step: str | None) -> None:
    assert next_step_to_start(order_in(state, "inputs")) == step


def test_another_keys_movements_are_no_business_of_ours() -> None:
    order = order_in("running", "inputs", "draft")
    assert next_step_of_issue(order, "K2") is None
    assert order.moves_of("K2") == ()

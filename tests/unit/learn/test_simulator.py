"""The simulated plant: deterministic, lawful, within the contract, and silent about its causes."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict, fields
from decimal import Decimal
from itertools import pairwise

import pytest
from shop_floor import MATERIALS, make_order

from countersign.contracts.validators import event_errors
from countersign.learn.simulator.habits import Habits, shift_habits
from countersign.learn.simulator.history import History, simulate_plant
from countersign.learn.simulator.plant import PlantDescription, draw_plant
from countersign.learn.simulator.truth import Truth

PLANT = PlantDescription(
    site_id="1000",
    products=(),
    materials=MATERIALS,
    persons=("anna", "ben"),
    machines={"WC1": ("WC1-1",), "WC2": ("WC2-1", "WC2-2")},
    scrap_reasons=("DIM", "SURF", "LEAK"),
)


@pytest.fixture(scope="module")
def history() -> History:
    return simulate_plant(3, 40)


def faultless() -> Habits:
    """Return habits of a plant where nothing goes wrong at all."""
    rates = {field.name: 0.0 for field in fields(Habits)}
    return Habits(**{**rates, "stretch_median_minutes": 60.0, "wait_median_h": 0.1, "caught": 1.0})


def test_the_same_seed_gives_the_same_history_and_another_does_not(history: History) -> None:
    again, other = simulate_plant(3, 40), simulate_plant(4, 40)
    assert again.events == history.events
    assert again.truth == history.truth
    assert again.orders == history.orders
    assert other.events != history.events


def test_every_event_passes_the_contract(history: History) -> None:
    assert [errors for body in history.events if (errors := event_errors(body))] == []


def test_events_stand_in_the_order_in_which_they_were_recorded(history: History) -> None:
    times = [body["recordedtime"] for body in history.events]
    assert times == sorted(times)


def test_every_event_has_a_truth_and_its_correct_data_passes_the_contract(
    history: History,
) -> None:
    assert set(history.truth) == {body["id"] for body in history.events}
    for body in history.events:
        correct = history.truth[body["id"]].correct
        if correct is not None:
            assert event_errors({**body, "data": correct}) == []


def test_the_truth_is_nowhere_in_the_events(history: History) -> None:
    names = {field.name for field in fields(Truth)}
    causes = {truth.cause for truth in history.truth.values()}
    for body in history.events:
        text = json.dumps(body)
        assert not names & set(body["data"])
        assert not any(f': "{cause}"' in text for cause in causes)


def test_no_operation_passes_on_more_than_it_received() -> None:
    history = simulate_plant(5, 30)
    made: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for body in history.events:
        truth = history.truth[body["id"]]
        if "confirmation" in body["type"] and truth.correct is not None:
            data = truth.correct
            good = int(data["yield_quantity"]["quantity_string"])
            made[data["order_id"]][data["operation_id"]] += good
    for order in history.orders:
        passed = [made[order.order_id][operation.operation_id] for operation in order.operations]
        assert all(after <= before for before, after in pairwise(passed))


def test_where_nothing_goes_wrong_everything_is_as_planned() -> None:
    orders = [make_order("48", order_id=f"PO-{number}") for number in range(5)]
    history = simulate_plant(1, orders, plant=PLANT, habits=faultless(), days=1.0)

    assert {truth.cause for truth in history.truth.values()} == {"normal"}
    used: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    made: dict[tuple[str, str], int] = defaultdict(int)
    for body in history.events:
        data = body["data"]
        assert history.truth[body["id"]].correct == data
        for line in data.get("material_actual", ()):
            key = (data["order_id"], line["material_id"])
            used[key] += Decimal(line["quantity"]["quantity_string"])
        if "yield_quantity" in data:
            key = (data["order_id"], data["operation_id"])
            made[key] += int(data["yield_quantity"]["quantity_string"])
    for order in orders:
        for component in order.components:
            need, got = component.quantity.value, used[order.order_id, component.material_id]
            assert abs(got - need) <= need * Decimal("0.005")
        for operation in order.operations:
            assert made[order.order_id, operation.operation_id] == 48


def test_a_shift_over_given_orders_is_long_enough_and_of_three_kinds() -> None:
    orders = [make_order("50", order_id=f"PO-{number}") for number in range(24)]
    history = simulate_plant(2, orders, plant=PLANT, habits=shift_habits(), days=0.2)

    assert len(history.events) >= 200
    assert len({body["type"] for body in history.events}) == 3
    assert history.orders == tuple(orders)
    wrong = [truth for truth in history.truth.values() if "error" in truth.cause]
    assert 0.01 < len(wrong) / len(history.events) < 0.2


def test_the_months_before_a_shift_are_of_the_same_plant() -> None:
    orders = [make_order("50", order_id=f"PO-{number}") for number in range(40)]
    quiet = Habits(**{**asdict(faultless()), "minutes_spread": 0.6})
    pace = []
    for part in (orders[:15], orders[15:]):
        history = simulate_plant(9, part, plant=PLANT, habits=quiet)
        minutes = pieces = 0.0
        for body in history.events:
            data = body["data"]
            if data["operation_id"] == "0010" and "machine_time" in data:
                minutes += float(data["machine_time"]["quantity_string"])
                pieces += float(data["yield_quantity"]["quantity_string"])
        pace.append(minutes / pieces)
    assert pace[0] == pytest.approx(pace[1], rel=0.25)


def test_an_order_without_operations_is_refused_by_name() -> None:
    order = make_order(order_id="PO-7")
    bare = type(order)(order.order_id, order.site_id, "PUMP", order.quantity, "released")
    with pytest.raises(ValueError, match="PO-7 has no operations"):
        simulate_plant(1, [bare], plant=PLANT)


def test_plants_differ_and_are_complete() -> None:
    one, other = draw_plant(1), draw_plant(2)
    assert one != other
    for plant in (one, other):
        for product in plant.products:
            assert product.material_id in plant.materials
            assert {step.work_center_id for step in product.operations} <= set(plant.machines)
            assert all(part.material_id in plant.materials for part in product.components)

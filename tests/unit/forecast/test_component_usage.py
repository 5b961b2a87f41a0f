"""Usage of components: as it stands while work is under way, as it came to when it is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from evaluation.ahead.usage import BEGIN, UsageMonths, simulate_usage
from forecast_stores import Stores, assert_same_rows, rows_of
from hypothesis import given, settings
from hypothesis import strategies as st
from integration.service.desk import order, quantity

from countersign.forecast.component_usage import QUESTION, RECORDED_WITHIN, read
from countersign.learn import read_spec
from countersign.learn.table import spec_columns
from countersign.nouns.order import Component, Material, ProductionOrder
from countersign.nouns.quantity import Quantity
from countersign.store.database import Database, canonical_json

DAYS = 20
HOUR = timedelta(hours=1)
SEALS = "100234/SEAL-01"
BODIES = "100234/BODY-01"


@pytest.fixture(scope="module")
def months() -> UsageMonths:
    return simulate_usage(2, orders=40, days=DAYS - 5)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Stores:
    return Stores(tmp_path_factory.mktemp("stores"))


@pytest.fixture(scope="module")
def later(stores: Stores, months: UsageMonths) -> Iterator[Database]:
    """The store when everything is over."""
    with stores.open(months, name="later") as database:
        yield database


@settings(max_examples=15, deadline=None)
@given(minutes=st.integers(0, DAYS * 24 * 60))
def test_what_becomes_known_later_changes_no_row(
    stores: Stores, later: Database, months: UsageMonths, minutes: int
) -> None:
    now = BEGIN + timedelta(minutes=minutes)
    with stores.open(months.until(now)) as then:
        served = rows_of(then, read, now)
    assert_same_rows(served, rows_of(later, read, now))


def test_a_row_asked_at_its_moment_is_the_row_that_is_learned_from(later: Database) -> None:
    learned = rows_of(later, read, BEGIN + timedelta(days=60))
    learned = learned[learned["used_quantity"].notna()]
    assert len(learned) > 40
    for subject, row in learned.iloc[::7].iterrows():
        asked = rows_of(later, read, row["confirmed_at"].to_pydatetime()).loc[subject]
        assert pd.isna(asked["used_quantity"])
        told = [name for name in learned.columns if name != "used_quantity"]
        pd.testing.assert_series_equal(asked[told], row[told], check_names=False)


def test_the_rows_have_the_columns_of_the_spec(later: Database) -> None:
    rows = rows_of(later, read, BEGIN + timedelta(days=DAYS))
    assert set(spec_columns(read_spec(QUESTION.task))) <= set(rows.columns)


class Floor:
    """One order for 500 valves of two seals and a body each, and what the floor says of it."""

    def __init__(self, made: ProductionOrder | None = None) -> None:
        self.order = made or order()
        self.rows = UsageMonths(
            {
                name: Material(name, "C62", conversions=(("BX", Decimal(25)),)).to_data()
                for name in ("SEAL-01", "BODY-01", "VALVE-01")
            }
        )
        release = {"order_id": self.order.order_id, "released_at": BEGIN, "is_backlog": True}
        load = {"open_orders": 0, "queued_hours": 0.0, "busiest_hours": 0.0}
        body = canonical_json(self.order.to_data())
        self.rows.releases.append({**release, **load, "body": body})

    def confirm(self, at: float, good: str, *, final: bool = False, scrap: str = "0") -> None:
        self._tell(
            at,
            "production_confirmation",
            yield_quantity=quantity(good),
            scrap_quantity=quantity(scrap),
            confirmation="final" if final else "partial",
        )

    def use(self, at: float, seals: str, unit: str = "C62") -> dict[str, Any]:
        line = {"material_id": "SEAL-01", "quantity": quantity(seals, unit)}
        return self._tell(at, "material_consumption", material_actual=[line])

    def decide(self, event: dict[str, Any], at: float, seals: str | None) -> None:
        """Let a person correct what was used, or reject it."""
        line = {"material_id": "SEAL-01", "quantity": quantity(seals or "0")}
        place = {"site_id": "1000", "order_id": self.order.order_id, "operation_id": "0010"}
        correction = canonical_json({**place, "material_actual": [line]})
        times = dict.fromkeys(("requested_at", "due_at", "decided_at"), BEGIN + at * HOUR)
        self.rows.approvals.append(
            {
                **{name: event[name] for name in ("event_id", "use_case", "site_id", "order_id")},
                **times,
                "approval_id": f"A{event['seq']}",
                "seq": 1000 + event["seq"],
                "state": "rejected" if seals is None else "corrected",
                "cause": "test",
                "title": "",
                "four_eyes": False,
                "correction": None if seals is None else correction,
                "version": 1,
            }
        )
        if seals is None:
            event["state"] = "rejected"

    def _tell(self, at: float, use_case: str, **data: Any) -> dict[str, Any]:
        number = len(self.rows.events) + 1
        place = {"site_id": "1000", "order_id": self.order.order_id, "operation_id": "0010"}
        times = dict.fromkeys(("occurred_at", "received_at"), BEGIN + at * HOUR)
        row = {
            **place,
            **times,
            "event_id": str(number),
            "seq": number,
            "source": "/test",
            "event_key": str(number),
            "type": "test",
            "use_case": use_case,
            "digest": "",
            "state": "posted",
            "body": canonical_json({"data": {**place, **data}}),
        }
        self.rows.events.append(row)
        return row

    def at(self, stores: Stores, hours: float) -> pd.DataFrame:
        with stores.open(self.rows) as database:
            return rows_of(database, read, _time(hours))


def _time(hours: float) -> datetime:
    return BEGIN + hours * HOUR


OVER = RECORDED_WITHIN / HOUR


def test_an_operation_is_asked_while_it_is_under_way_and_told_a_day_after_its_end(
    stores: Stores,
) -> None:
    floor = Floor()
    floor.confirm(1, "200", scrap="50")
    floor.use(2, "440")
    floor.confirm(5, "280", final=True)
    floor.use(6, "620")
    assert not len(floor.at(stores, 0.5))
    under_way = floor.at(stores, 3).loc[SEALS]
    assert under_way[["standard_quantity", "usual_quantity"]].tolist() == [1000, 1000]
    assert under_way[["done_share", "scrap_share", "used_share"]].tolist() == [0.5, 0.2, 0.44]
    assert under_way["ratio_so_far"] == 1.1
    over = floor.at(stores, 5.5).loc[SEALS]
    assert over[["standard_quantity", "is_over"]].tolist() == [960, 1]
    assert pd.isna(over["used_quantity"])
    assert floor.at(stores, 5 + OVER).loc[SEALS, "used_quantity"] == 1060


def test_what_a_person_corrects_counts_from_that_moment_on(stores: Stores) -> None:
    floor = Floor()
    wrong = floor.use(1, "9000")
    twice = floor.use(2, "900")
    floor.confirm(3, "500", final=True)
    floor.decide(wrong, 8, "900")
    floor.decide(twice, 9, None)
    for hours, used in ((4, 9.9), (8.5, 1.8), (9.5, 0.9)):
        assert floor.at(stores, hours).loc[SEALS, "used_share"] == used
    assert floor.at(stores, 3 + OVER).loc[SEALS, "used_quantity"] == 900


@pytest.mark.parametrize(
    ("used", "unit", "told"),
    [("1040", "C62", 1040), ("42", "BX", 1050), ("42", "C62", None), ("4200", "C62", None)],
)
def test_a_record_that_is_plainly_mistaken_tells_nothing(
    stores: Stores, used: str, unit: str, told: float | None
) -> None:
    floor = Floor()
    floor.confirm(1, "500", final=True)
    floor.use(2, used, unit)
    rows = floor.at(stores, 1 + OVER)
    found = rows["used_quantity"].get(SEALS)
    assert found == told
    assert BODIES not in rows.index  # nobody recorded any


def test_what_is_usual_is_the_middle_of_what_is_known_by_then(stores: Stores) -> None:
    floor = Floor()
    floor.confirm(1, "500", final=True)
    floor.use(2, "1100")
    second = Floor(order(order_id="2"))
    for hours, used in ((3.0, "500"), (40.0, "550")):
        second.confirm(hours, "250")
        second.use(hours, used)
    for name in ("releases", "events"):
        getattr(floor.rows, name).extend(getattr(second.rows, name))
    for number, row in enumerate(floor.rows.events, start=1):
        row["event_id"], row["seq"], row["event_key"] = str(number), number, str(number)
    assert pd.isna(floor.at(stores, 10).loc["2/SEAL-01", "usual_ratio"])
    known = floor.at(stores, 1 + OVER + 1).loc["2/SEAL-01"]
    assert known[["usual_ratio", "usual_quantity"]].tolist() == [1.1, 1100]


def test_what_the_erp_backflushes_and_what_has_no_operation_is_not_asked(stores: Stores) -> None:
    seals = Component("SEAL-01", Quantity(Decimal(1000), "C62"), "0010", backflushed=True)
    bodies = Component("BODY-01", Quantity(Decimal(500), "C62"), "0010")
    unknown = Component("GLUE", Quantity(Decimal(5), "KGM"), "0010")
    floor = Floor(
        ProductionOrder(
            order_id="100234",
            site_id="1000",
            material_id="VALVE-01",
            quantity=Quantity(Decimal(500), "C62"),
            state="released",
            components=(seals, bodies, unknown),
            operations=order().operations,
        )
    )
    floor.confirm(1, "100")
    assert floor.at(stores, 2).index.tolist() == [BODIES]

"""A running Tryton with the demo plant, as the subject of tests."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import psycopg
import yaml
from integration.erp_conformance import Fault, OrderFacts
from tryton_proxy import Loss, Plan, TrytonProxy

import countersign.erp.tryton
from countersign.erp.registry import connect
from countersign.erp.tryton import Tryton
from countersign.erp.tryton.client import Client
from environment.tryton import DATABASE, Order, Plant

CALL_TIMEOUT_S = 30
WAITING_ORDERS = 4
ASSIGNED_ORDERS = 16
RUNNING_ORDERS = 160
TOLERANT_ORDERS = 12
DRAFT_ORDERS = 4

LOSSES: Mapping[Fault, Loss] = {
    "lock": "lock",
    "unavailable": "lock",
    "rate_limit": "rate_limit",
    "lost_before_booking": "call",
    "lost_after_booking": "answer",
    "lost_in_answer": "half_answer",
    "late_booking": "late_call",
    "html_answer": "html",
    "lost_after_reversal": "answer",
}


def exemptions() -> dict[str, str]:
    """Read which rules of the conformance suite this connector does not keep, and why."""
    package = countersign.erp.tryton.__path__[0]
    with open(f"{package}/quality.yaml", encoding="utf-8") as stream:
        answers = yaml.safe_load(stream)["rules"]
    return {rule: answer["comment"] for rule, answer in answers.items() if answer != "done"}


class TrytonSubject:
    """The connector with its ERP behind a proxy, and orders made in advance.

    ``connector`` closes orders with their final confirmation, ``lenient_connector`` does not.

    ``GEAR-12`` orders run and have no tolerance; ``VALVE-55`` orders have one of 20 %.
    """

    exempt = exemptions()

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.proxy = TrytonProxy(plant.url).start()
        self.connector = self.connect(plant.password, "&closes_orders=1")
        self.lenient_connector = self.connect(plant.password)
        self.today = datetime.now(UTC).date()
        self.closed_until = self.today.replace(day=1) - timedelta(days=1)
        self._orders = _orders()
        plant.create_orders([order for orders in self._orders.values() for order in orders])
        self._close_stock_period()

    def connect(self, password: str, options: str = "") -> Tryton:
        """Return a connector that reaches Tryton through the proxy."""
        login = f"{quote(self.plant.user, safe='')}:{quote(password, safe='')}"
        connector = connect(
            f"tryton+http://{login}@127.0.0.1:{self.proxy.port}/{DATABASE}"
            f"?call_timeout_s={CALL_TIMEOUT_S}&settle_s=10{options}"
        )
        assert isinstance(connector, Tryton)
        return connector

    def take_order(self, kind: str = "running") -> Order:
        """Return an order that no other test uses."""
        return self._orders[kind].pop()

    def new_order(self, *, released: bool = True) -> OrderFacts:
        """Return a fresh order of the gear unit."""
        return self.facts_of(self.take_order("running" if released else "draft"))

    def facts_of(self, order: Order) -> OrderFacts:
        """Return what tests know of an order of the gear unit."""
        return OrderFacts(
            site_id="WH",
            order_id=order.number,
            operation_id="0010",
            material_id="GEAR-12",
            unit="C62",
            quantity=Decimal(order.quantity),
            most=Decimal(order.quantity),
            component_id="GREASE-01",
            component_unit="KGM",
            second_component_id="SHAFT-08",
            second_component_unit="C62",
            lot_component_id="PAINT-9005",
            lot_id="P-0457",
            wrong_unit="LTR",
            open_date=self.today,
            closed_date=self.closed_until,
        )

    def inject(self, fault: Fault) -> None:
        """Let the next writing call go wrong, or all calls until ``clear``."""
        if fault == "connection_refused":
            self.proxy.stop()
        elif fault == "expired_session":
            self.plant.cluster.sql("DELETE FROM ir_session", DATABASE)
        else:
            self.proxy.plan = Plan(LOSSES[fault])

    def clear(self) -> None:
        """Let everything work again."""
        self.proxy.clear()

    def standing(self, key: str) -> int:
        """Count the documents that stand under a key, straight from the tables."""
        shipments = self._rows(
            "SELECT id FROM stock_shipment_internal"
            f" WHERE state = 'done' AND reference LIKE '{key} %'"
        )
        orders = self._rows(f"SELECT id, reference FROM production WHERE reference LIKE '%{key}@%'")
        return len(shipments) + sum(
            self._stands(order_id, reference, key) for order_id, reference in orders
        )

    def movements(self, order_id: str) -> dict[tuple[str, str, str], Decimal]:
        """Add up what is done for an order: by side, material and type of target."""
        rows = self._rows(
            "SELECT CASE WHEN m.production_input IS NULL THEN 'output' ELSE 'input' END,"
            " p.code, l.type, SUM(m.quantity::numeric)"
            " FROM stock_move m JOIN product_product p ON p.id = m.product"
            " JOIN stock_location l ON l.id = m.to_location"
            " JOIN production o ON o.id IN (m.production_input, m.production_output)"
            f" WHERE o.number = '{order_id}' AND m.state = 'done' AND m.quantity > 0"
            " GROUP BY 1, 2, 3"
        )
        return {(side, code, kind): Decimal(total) for side, code, kind, total in rows}

    def open_movements(self, order_id: str) -> int:
        """Count movements of an order that are neither done nor cancelled."""
        rows = self._rows(
            "SELECT m.id FROM stock_move m"
            " JOIN production o ON o.id IN (m.production_input, m.production_output)"
            f" WHERE o.number = '{order_id}' AND m.state NOT IN ('done', 'cancelled')"
        )
        return len(rows)

    def order_state(self, order_id: str) -> str:
        """Return the state of an order."""
        ((state,),) = self._rows(f"SELECT state FROM production WHERE number = '{order_id}'")
        return state

    def with_wrong_password(self) -> Tryton:
        """Return a connector whose login Tryton refuses."""
        return self.connect("wrong-password")

    def administrator(self) -> Client:
        """Return a client that may do everything, past the proxy."""
        password = self.plant.password
        url = f"{self.plant.url}rpc/"
        return Client(url, "admin", password, connect_timeout_s=3, call_timeout_s=CALL_TIMEOUT_S)

    def connection(self) -> psycopg.Connection[Any]:
        """Open a transaction of someone else in Tryton's database."""
        return psycopg.connect(self.plant.cluster.url(DATABASE, driver="postgresql"))

    def close(self) -> None:
        """Stop the proxy."""
        self.connector.close()
        self.lenient_connector.close()
        self.proxy.close()

    def _stands(self, order_id: str, reference: str, key: str) -> int:
        words = [word.partition("@") for word in reference.split() if "@" in word]
        marks = [(one, int(mark)) for one, _, mark in words]
        count = 0
        for number, (one, after) in enumerate(marks):
            up_to = marks[number + 1][1] if number + 1 < len(marks) else 2**31
            done = self._rows(
                "SELECT id FROM stock_move WHERE state = 'done'"
                f" AND {order_id} IN (production_input, production_output)"
                f" AND id > {after} AND id <= {up_to}"
            )
            count += one == key and bool(done)
        return count

    def _rows(self, statement: str) -> list[Sequence[Any]]:
        return [
            line.split("|") for line in self.plant.cluster.sql(statement, DATABASE).splitlines()
        ]

    def _close_stock_period(self) -> None:
        client = self.administrator()
        period = {"company": client.company_id, "date": self.closed_until}
        (period_id,) = client.call("stock.period.create", [period])
        client.call("stock.period.close", [period_id])


def _orders() -> dict[str, list[Order]]:
    def some(letter: str, count: int, material: str, state: Any) -> list[Order]:
        return [
            Order(f"{letter}-{number}", material, "100", state) for number in range(1, count + 1)
        ]

    return {
        "running": some("RUN", RUNNING_ORDERS, "GEAR-12", "running"),
        "waiting": some("WAIT", WAITING_ORDERS, "GEAR-12", "waiting"),
        "assigned": some("ASSIGN", ASSIGNED_ORDERS, "GEAR-12", "assigned"),
        "draft": some("DRAFT", DRAFT_ORDERS, "GEAR-12", "draft"),
        "tolerant": some("TOL", TOLERANT_ORDERS, "VALVE-55", "running"),
    }


KEY_IN_TEXT = re.compile(r"CS[0-9A-F]{22}")
"""What a person must not see in a text: the key of a document."""

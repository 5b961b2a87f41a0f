"""Reading: what Tryton knows of orders, materials, stock, periods and bookings, in our nouns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from countersign.erp.port import Period, StockLevel
from countersign.erp.tryton import values
from countersign.erp.tryton.catalogue import Catalogue
from countersign.erp.tryton.client import Client
from countersign.nouns.order import Component, Material, Operation, OrderState, ProductionOrder
from countersign.nouns.quantity import Quantity

ORDERS_PER_CALL = 200

ORDER_FIELDS = (
    "number",
    "state",
    "product.code",
    "quantity",
    "unit.symbol",
    "bom",
    "warehouse.code",
    "planned_date",
    "create_date",
    "write_date",
)
BOM_FIELDS = (
    "inputs.product.code",
    "inputs.quantity",
    "inputs.unit.symbol",
    "outputs.product.code",
    "outputs.quantity",
    "outputs.unit.symbol",
)
MATERIAL_FIELDS = (
    "code",
    "name",
    "default_uom.symbol",
    "default_uom.category",
    "cost_price",
    "lot_required",
    "active",
)
STATES: Mapping[str, OrderState] = {
    "request": "created",
    "draft": "created",
    "waiting": "released",
    "assigned": "released",
    "running": "released",
    "done": "completed",
    "cancelled": "cancelled",
}


class Reading:
    """Reads master data and orders."""

    def __init__(self, client: Client, catalogue: Catalogue) -> None:
        self._client = client
        self._catalogue = catalogue

    def orders(self, changed_since: datetime | None) -> Iterator[ProductionOrder]:
        """Read numbered orders with the components of their BOM and the steps of its routing."""
        boms = {row["id"]: row for row in self._all("production.bom", [], BOM_FIELDS)}
        operations = self._operations()
        domain: list[Any] = [["number", "!=", None]]
        if changed_since is not None:
            since = [
                "OR",
                ["write_date", ">=", changed_since],
                ["create_date", ">=", changed_since],
            ]
            domain.append(since)
        for row in self._all("production", domain, ORDER_FIELDS):
            yield self._order(row, boms.get(row["bom"]), operations.get(row["bom"], ()))

    def materials(self) -> Iterator[Material]:
        """Read goods with the units that Tryton can convert to their base unit."""
        units = self._all("product.uom", [], ("symbol", "category", "factor"))
        domain = [["type", "=", "goods"], ["code", "!=", None]]
        context = {"active_test": False}
        for row in self._all("product.product", domain, MATERIAL_FIELDS, context):
            yield Material(
                material_id=row["code"],
                unit=self._catalogue.unit_code(row["default_uom."]["symbol"]),
                description=row["name"],
                price=row["cost_price"],
                lot_managed=bool(row["lot_required"]),
                conversions=self._conversions(row["default_uom."], units),
                blocked=not row["active"],
            )

    def stock(self, material_ids: Sequence[str]) -> Iterator[StockLevel]:
        """Read what lies at each storage location that has a code."""
        units = ("code", "default_uom.symbol")
        domain = [["code", "in", list(material_ids)]]
        rows = {row["id"]: row for row in self._all("product.product", domain, units)}
        locations = self._all(
            "stock.location", [["type", "=", "storage"], ["code", "!=", None]], ("code",)
        )
        for location in locations:
            context = {"locations": [location["id"]], "with_childs": False}
            held = self._client.read("product.product.read", [*rows], ["quantity"], context=context)
            for row in held:
                product = rows[row["id"]]
                if row["quantity"]:
                    yield StockLevel(
                        product["code"],
                        location["code"],
                        values.decimal(row["quantity"]),
                        self._catalogue.unit_code(product["default_uom."]["symbol"]),
                    )

    def periods(self) -> Iterator[Period]:
        """Read accounting periods; a closed stock period closes all before its end."""
        company = [["company", "=", self._client.company_id]]
        closed = self._all("stock.period", [*company, ["state", "=", "closed"]], ("date",))
        closed_until = max((row["date"] for row in closed), default=date.min)
        domain = [*company, ["type", "=", "standard"]]
        for row in self._all("account.period", domain, ("start_date", "end_date", "state")):
            is_open = row["state"] == "open" and row["end_date"] > closed_until
            yield Period(row["start_date"], row["end_date"], is_open)

    def _order(
        self,
        row: Mapping[str, Any],
        bom: Mapping[str, Any] | None,
        operations: tuple[Operation, ...],
    ) -> ProductionOrder:
        quantity = values.decimal(row["quantity"] or 0)
        product = row["product."]["code"] if row["product."] else ""
        unit = row["unit."]["symbol"] if row["unit."] else ""
        return ProductionOrder(
            order_id=row["number"],
            site_id=row["warehouse."]["code"] or "",
            material_id=product,
            quantity=Quantity(quantity, self._catalogue.unit_code(unit)),
            state=STATES[row["state"]],
            components=self._components(bom, product, quantity) if bom else (),
            operations=operations,
            changed_at=row["write_date"] or row["create_date"],
        )

    def _components(
        self, bom: Mapping[str, Any], product: str, quantity: Decimal
    ) -> tuple[Component, ...]:
        """Scale the BOM to the order; a BOM is stated in the unit of its order's material."""
        makes = sum(
            (line["quantity"] for line in bom["outputs."] if line["product."]["code"] == product),
            Decimal(),
        )
        if not makes:
            return ()
        return tuple(
            Component(
                line["product."]["code"],
                Quantity(
                    values.decimal(line["quantity"] * quantity / makes),
                    self._catalogue.unit_code(line["unit."]["symbol"]),
                ),
            )
            for line in bom["inputs."]
        )

    def _operations(self) -> dict[int, tuple[Operation, ...]]:
        """Read the routing of each BOM; a step is named with its number first, ``0010 Cut``."""
        centers = self._all(
            "production.work.center", [["category", "!=", None]], ("name", "category")
        )
        center_of = {row["category"]: row["name"] for row in reversed(centers)}
        fields = ("boms", "steps.operation.name", "steps.operation.work_center_category")
        operations: dict[int, tuple[Operation, ...]] = {}
        for routing in self._all("production.routing", [], fields):
            steps = sorted(routing["steps."], key=lambda step: str(step["operation."]["name"]))
            found = tuple(
                Operation(
                    operation_id=step["operation."]["name"].split()[0],
                    work_center_id=center_of.get(step["operation."]["work_center_category"], ""),
                )
                for step in steps
            )
            operations |= dict.fromkeys(routing["boms"], found)
        return operations

    def _conversions(
        self, base: Mapping[str, Any], units: Iterable[Mapping[str, Any]]
    ) -> tuple[tuple[str, Decimal], ...]:
        """Return how many base units one of another unit is, for units of the same category."""
        same = [unit for unit in units if unit["category"] == base["category"]]
        factor = next(unit["factor"] for unit in same if unit["symbol"] == base["symbol"])
        return tuple(
            (code, values.decimal(unit["factor"] / factor))
            for unit in same
            if unit["symbol"] != base["symbol"]
            and (code := self._catalogue.unit_code(unit["symbol"])) != unit["symbol"]
        )

    def _all(
        self,
        model: str,
        domain: Sequence[Any],
        fields: Sequence[str],
        context: Mapping[str, Any] | None = None,
    ) -> list[dict[str, Any]]:
        """Read every record of a domain, page after page in the order of their numbers."""
        rows: list[dict[str, Any]] = []
        last = 0
        while True:
            page = self._client.read(
                f"{model}.search_read",
                [*domain, ["id", ">", last]],
                0,
                ORDERS_PER_CALL,
                [["id", "ASC"]],
                fields,
                context=context,
            )
            rows.extend(page)
            if len(page) < ORDERS_PER_CALL:
                return rows
            last = page[-1]["id"]

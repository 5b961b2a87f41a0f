"""Fill a Tryton database with a plant: run inside Tryton's own virtual environment.

This file speaks proteus, the client library of Tryton, and is the only one that does; it is started
as a process of its own by ``environment.tryton`` and never imported by the service.

    python tryton_plant.py CONFIG DATABASE plant  < {"plant": ..., "user": ..., "password": ...}
    python tryton_plant.py CONFIG DATABASE orders < [{"number": ..., "material": ..., ...}]
"""

# ruff: noqa: N806 - proteus makes classes at run time, and they are named as classes

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import proteus
from proteus import Model, Wizard

CHART_OF_ACCOUNTS = "account.account_template_root_en"
STOCK_ACCOUNT_CODE = "1.3.1"
STOCK_EXPENSE_ACCOUNT_CODE = "5.1.5"
FIRST_DAY_OF_RATES = dt.date(2020, 1, 1)
SERVICE_GROUPS = (
    "Production",
    "Stock",
    "Stock Force Assignment",
    "Stock Cancellation",
    "Accounting",
)
"""What the service may do: read and report, cancel its own movements; no administration."""


def seed_plant(config: Any, order: dict[str, Any]) -> None:
    """Create company, accounts, materials, stock and the service user."""
    plant = order["plant"]
    _close_setup_wizards()
    company = _company(config, plant["company"])
    accounts = _accounts(config, company)
    _fiscal_years(company)
    units = _units(plant["units"])
    _locations(plant["storage_locations"])
    materials = _materials(plant["materials"], units, _category(accounts))
    _work_centers(plant["work_centers"])
    boms = _boms(plant["boms"], materials, units)
    _routings(plant["routings"], materials, boms)
    _stock(plant["materials"], materials)
    _service_user(company, order["user"], order["password"])


def seed_orders(config: Any, orders: list[dict[str, Any]]) -> None:
    """Create production orders in the state asked for: draft, waiting, assigned or running.

    A running order has no planned inputs and outputs: what is used and made is reported.
    Tryton gives orders their numbers itself; here they are given, hence without its access check.
    """
    server = Model.get("production")._proxy
    unchecked = {**config.context, "_check_access": False}
    products = _products({order["material"] for order in orders})
    planned = [order for order in orders if order["state"] != "running"]
    ids = [_planned_order(order, products[order["material"]]) for order in planned]
    for order_id, order in zip(ids, planned, strict=True):
        server.write([order_id], {"number": order["number"]}, unchecked)
    running = server.create(
        [
            _running_order(order, products[order["material"]])
            for order in orders
            if order["state"] == "running"
        ],
        unchecked,
    )
    released = [
        order_id for order_id, order in zip(ids, planned, strict=True) if order["state"] != "draft"
    ]
    server.wait(released + running, config.context)
    assigned = [
        order_id
        for order_id, order in zip(ids, planned, strict=True)
        if order["state"] == "assigned"
    ]
    server.assign_try(assigned + running, config.context)
    config.skip_warning = True
    server.run(running, config.context)


def _products(codes: set[str]) -> dict[str, Any]:
    found = Model.get("product.product").find([("code", "in", sorted(codes))])
    return {product.code: product for product in found}


def _planned_order(order: dict[str, Any], product: Any) -> int:
    """Create an order as a planner does: choosing the BOM fills in the planned movements."""
    production = Model.get("production")(planned_date=dt.date.today())
    production.product = product
    production.bom = product.boms[0].bom
    production.quantity = float(Decimal(order["quantity"]))
    production.save()
    return int(production.id)


def _running_order(order: dict[str, Any], product: Any) -> dict[str, Any]:
    return {
        "number": order["number"],
        "planned_date": dt.date.today(),
        "planned_start_date": dt.date.today(),
        "product": product.id,
        "bom": product.boms[0].bom.id,
        "unit": product.default_uom.id,
        "quantity": float(Decimal(order["quantity"])),
    }


def _close_setup_wizards() -> None:
    Item = Model.get("ir.module.config_wizard.item")
    for item in Item.find([("state", "=", "open")]):
        item.state = "done"
        item.save()


def _company(config: Any, name: str) -> Any:
    Currency = Model.get("currency.currency")
    euro = Currency(name="Euro", code="EUR", numeric_code="978", symbol="€")
    euro.rounding = Decimal("0.01")
    euro.digits = 2
    rate = euro.rates.new()
    rate.date = FIRST_DAY_OF_RATES
    rate.rate = Decimal(1)
    euro.save()
    party = Model.get("party.party")(name=name)
    party.save()
    wizard = Wizard("company.company.config")
    wizard.execute("company")
    wizard.form.party = party
    wizard.form.currency = euro
    wizard.execute("add")
    config._context = Model.get("res.user").get_preferences(True, {})
    (company,) = Model.get("company.company").find()
    return company


def _accounts(config: Any, company: Any) -> dict[str, Any]:
    Template = Model.get("account.account.template")
    Account = Model.get("account.account")
    root = Model.get("ir.model.data").get_id(CHART_OF_ACCOUNTS, config.context)
    wizard = Wizard("account.create_chart")
    wizard.execute("account")
    wizard.form.account_template = Template(root)
    wizard.form.company = company
    wizard.execute("create_account")

    def account(*domain: Any) -> Any:
        return Account.find([("company", "=", company.id), *domain], limit=1)[0]

    expense = account(("type.expense", "=", True), ("closed", "!=", True))
    revenue = account(("type.revenue", "=", True), ("closed", "!=", True))
    form = wizard.form
    form.account_receivable = account(("type.receivable", "=", True), ("party_required", "=", True))
    form.account_payable = account(("type.payable", "=", True), ("party_required", "=", True))
    form.category_account_expense = expense
    form.category_account_revenue = revenue
    wizard.execute("create_properties")
    return {
        "expense": expense,
        "revenue": revenue,
        "stock": account(("code", "=", STOCK_ACCOUNT_CODE)),
        "stock_expense": account(("code", "=", STOCK_EXPENSE_ACCOUNT_CODE)),
    }


def _fiscal_years(company: Any) -> None:
    """Open last year and this one, so that a shift of yesterday can be booked on 1 January."""
    Year = Model.get("account.fiscalyear")
    Sequence = Model.get("ir.sequence.strict")
    (kind,) = Model.get("ir.sequence.type").find([("name", "=", "Account Move")], limit=1)
    for year in (dt.date.today().year - 1, dt.date.today().year):
        sequence = Sequence(name=f"Journal {year}", sequence_type=kind, company=company)
        sequence.save()
        fiscal_year = Year(name=str(year), company=company, move_sequence=sequence)
        fiscal_year.start_date = dt.date(year, 1, 1)
        fiscal_year.end_date = dt.date(year, 12, 31)
        fiscal_year.account_stock_method = "continental"
        fiscal_year.save()
        fiscal_year.click("create_period")


def _units(wanted: list[dict[str, Any]]) -> dict[str, Any]:
    Unit = Model.get("product.uom")
    units = {unit.symbol: unit for unit in Unit.find([])}
    for row in wanted:
        unit = units[row["symbol"]]
        unit.digits = row["digits"]
        unit.rounding = 10.0 ** -row["digits"]
        unit.save()
    return units


def _locations(wanted: list[dict[str, Any]]) -> None:
    Location = Model.get("stock.location")
    (storage,) = Location.find([("code", "=", "STO")])
    for row in wanted:
        Location(code=row["code"], name=row["name"], type="storage", parent=storage).save()
    (warehouse,) = Location.find([("type", "=", "warehouse")])
    (lost_found,) = Location.find([("type", "=", "lost_found")])
    warehouse.waste_locations.append(lost_found)
    warehouse.save()


def _category(accounts: dict[str, Any]) -> Any:
    category = Model.get("product.category")(name="Goods", accounting=True)
    category.account_expense = accounts["expense"]
    category.account_revenue = accounts["revenue"]
    category.account_stock = accounts["stock"]
    category.account_stock_in = accounts["stock_expense"]
    category.account_stock_out = accounts["stock_expense"]
    category.save()
    return category


def _materials(
    wanted: list[dict[str, Any]], units: dict[str, Any], category: Any
) -> dict[str, Any]:
    Template = Model.get("product.template")
    materials = {}
    for row in wanted:
        template = Template(name=row["name"], type="goods", code=row["code"])
        template.default_uom = units[row["unit"]]
        template.list_price = Decimal(row.get("price", row["cost"]))
        template.producible = row.get("producible", False)
        template.account_category = category
        if "lot" in row:
            template.lot_required = ["production"]
        template.products[0].cost_price = Decimal(row["cost"])
        template.save()
        materials[row["code"]] = template.products[0]
    return materials


def _work_centers(wanted: list[dict[str, Any]]) -> None:
    Category = Model.get("production.work.center.category")
    Center = Model.get("production.work.center")
    plant = Center(name="Plant")
    plant.save()
    categories: dict[str, Any] = {}
    for row in wanted:
        if row["category"] not in categories:
            category = Category(name=row["category"])
            category.save()
            categories[row["category"]] = category
        center = Center(name=row["name"], parent=plant, category=categories[row["category"]])
        center.cost_method = "hour"
        center.cost_price = Decimal(row["cost_per_hour"])
        center.save()


def _boms(
    wanted: list[dict[str, Any]], materials: dict[str, Any], units: dict[str, Any]
) -> dict[str, Any]:
    Bom = Model.get("production.bom")
    boms = {}
    for row in wanted:
        bom = Bom(name=row["material"])
        if "tolerance" in row:
            bom.tolerance = float(row["tolerance"])
        for line in row["inputs"]:
            bom.inputs.new(
                product=materials[line["material"]],
                quantity=float(line["quantity"]),
                unit=units[line["unit"]],
            )
        bom.outputs.new(
            product=materials[row["material"]],
            quantity=float(row["quantity"]),
            unit=units[row["unit"]],
        )
        bom.save()
        boms[row["material"]] = bom
    return boms


def _routings(
    wanted: list[dict[str, Any]], materials: dict[str, Any], boms: dict[str, Any]
) -> None:
    """Give each finished material its BOM and its routing; a step is named ``0010 Assemble``."""
    Routing = Model.get("production.routing")
    Operation = Model.get("production.routing.operation")
    Link = Model.get("product.product-production.bom")
    categories = {one.name: one for one in Model.get("production.work.center.category").find([])}
    for row in wanted:
        bom = boms[row["material"]]
        routing = Routing(name=row["material"])
        routing.boms.append(bom)
        for step in row["operations"]:
            operation = Operation(name=f"{step['operation_id']} {step['name']}")
            operation.work_center_category = categories[step["category"]]
            operation.save()
            routing.steps.new(operation=operation)
        routing.save()
        product = materials[row["material"]]
        product.boms.append(Link(bom=Model.get("production.bom")(bom.id), routing=routing))
        product.save()


def _stock(wanted: list[dict[str, Any]], materials: dict[str, Any]) -> None:
    Location = Model.get("stock.location")
    Lot = Model.get("stock.lot")
    inventory = Model.get("stock.inventory")()
    (inventory.location,) = Location.find([("code", "=", "STO")])
    for row in wanted:
        if "stock" not in row:
            continue
        line = inventory.lines.new(product=materials[row["code"]])
        line.quantity = float(row["stock"])
        if "lot" in row:
            lot = Lot(number=row["lot"], product=materials[row["code"]])
            lot.save()
            line.lot = lot
    inventory.click("confirm")


def _service_user(company: Any, login: str, password: str) -> None:
    User = Model.get("res.user")
    Group = Model.get("res.group")
    user = User(name="Countersign", login=login)
    user.groups.extend(Group.find([("name", "in", SERVICE_GROUPS)]))
    user.companies.append(Model.get("company.company")(company.id))
    user.company = Model.get("company.company")(company.id)
    user.save()
    user.password = password
    user.save()


COMMANDS: dict[str, Callable[[Any, Any], None]] = {"plant": seed_plant, "orders": seed_orders}


def main(arguments: list[str]) -> None:
    """Run one command on one database, its order read as JSON from standard input."""
    config_file, database, command = arguments
    config = proteus.config.set_trytond(database, config_file=config_file)
    COMMANDS[command](config, json.load(sys.stdin))


if __name__ == "__main__":
    main(sys.argv[1:])
